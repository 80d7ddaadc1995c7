"""Promise 5 again, from the outside: whatever comes, the night goes on, and nothing bad becomes part of what stands."""

import copy
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.counting import RULES
from service.election import Election
from service.findings import FINDINGS
from service.folder import read_election
from service.ids import AreaId, ContestId
from service.night import Night
from service.records import Message
from service.standings.wire import encode
from tests.core.borough import BOROUGH, codes, content_of, count, desk, everything, night_of, said
from tests.core.messages_drawn import LONGER, examples
from tests.elections.night_files import CONFIG, night_text

VOTES = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
LISTS = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
FIRST = {"king-con": 50, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}

GOOD = (
    count(votes=VOTES),
    count("ward", "east", votes={"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}, valid=300),
    count("ward", "east", elected=["fern-con", "hazel-lab"], revision=2),
    count("ward", "east", seats={"con": 1, "lab": 1}, revision=3),
    count("ward", "south", kind="rush", winner="elm-lab", source="south-count"),
    count("ward", "south", kind="state", state="expected", expected_at="2024-05-03T04:00:00+01:00", revision=2),
    count("list", "north", votes=LISTS, valid=100, rejected=2, ballots=102, counted={"done": 1, "of": 1}),
    count("list", "riverside", votes=LISTS, electorate=200),
    count("mayor", "borough", votes=FIRST, transfers={"king-con": 4, "lane-lab": 5}),
    count("mayor", "north", votes=FIRST, second_preferences={"mead-ld": {"king-con": 5}, "king-con": {"mead-ld": 50}}),
    count("board", "north", papers=[[30, ["oak-con"]], [20, ["pine-lab", "rowan-ld"]]]),
    count("board", "north", papers=[[3, ["oak-con", "pine-lab"]], [3, ["rowan-ld", "oak-con"]]], revision=2),
    count("question", "east", votes={"yes": 3, "no": 2}),
    count("question", "east", kind="withdrawal", revision=2, source="press"),
    desk("lot", contest="ward", area="north", options=["ash-con", "birch-lab"], order=["birch-lab", "ash-con"]),
    desk("lot", contest="mayor", options=["king-con", "lane-lab"], order=["king-con", "lane-lab"]),
    desk("call", of="area", contest="ward", area="south", candidate="elm-lab"),
    desk("call", of="control", body="council", party="none"),
    desk("withdraw", of="office", body="mayor"),
    desk("hold", content="0123456789abcdef"),
    desk("release", content="0123456789abcdef", decision=2),
)

QUARANTINE_ONLY = ("quarantined", "in_doubt")
"""What standings say of messages that are kept out, beside whether calls are in doubt."""


def what_stands(night: Night) -> dict[str, Any]:
    found = everything(night)
    for standings in found["standings"].values():
        for name in QUARANTINE_ONLY:
            del standings[name]
        for call in standings["calls"]:
            del call["in_doubt"]
    del found["quarantine"]
    return found


def is_bad(message: Message, election: Election) -> bool:
    return bool(night_of(message, election=election).quarantine())


def survives(messages: Sequence[Message], election: Election = BOROUGH) -> Night:
    """The night after all these, having made sure that what stands is what the good ones alone lead to."""
    night = night_of(*messages, election=election)
    good = [message for message in messages if not is_bad(message, election)]
    assert what_stands(night) == what_stands(night_of(*good, election=election))
    assert "E901" not in codes(night)
    for body in election.bodies:
        encode(night.standings(body))
    return night


NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 2**53 - 1, 2**53, 2**64, 10**4000, 1e308, -0.0, float("nan"), float("inf")]),
)
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["ward", "north", "ash-con", "a" * 81, "+", "#", "\x00", ""]))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())
LEVELS = st.one_of(st.sampled_from(["ward", "north", "borough-2024", "counts", "desk", "release"]), TEXTS)
TOPICS = st.one_of(
    st.just("elections/borough-2024/counts/ward/north"),
    st.tuples(LEVELS, LEVELS).map(lambda levels: "elections/borough-2024/counts/" + "/".join(levels)),
    LEVELS.map(lambda action: f"elections/borough-2024/desk/{action}"),
    st.lists(LEVELS, max_size=6).map("/".join),
)
PARTS = st.dictionaries(st.sampled_from(sorted(said())), JSON, min_size=1, max_size=3)
NEARLY = PARTS.map(
    lambda parts: json.dumps({**said(votes=VOTES), **{name: json.loads(part) for name, part in parts.items()}}).encode()
)
ANYTHING = st.builds(Message, at_us=st.just(0), topic=TOPICS, payload=st.one_of(st.binary(max_size=60), JSON, NEARLY))


class TestAnything:
    """Bytes, JSON and fields without any sense."""

    @examples(60)
    @given(st.lists(ANYTHING, min_size=1, max_size=4))
    def test_leaves_what_stands_to_what_is_good(self, messages: list[Message]) -> None:
        survives([*GOOD[:8], *messages, *GOOD[8:]])

    @examples(40)
    @given(st.lists(ANYTHING, min_size=1, max_size=3), st.sampled_from(["release", "reject", "hold"]))
    def test_may_be_decided_about_before_or_after(self, messages: list[Message], action: str) -> None:
        decisions = [desk(action, content=content_of(message)) for message in messages]
        assert everything(night_of(*decisions, *messages)) == everything(survives([*messages, *decisions]))


STRANGERS = ["ash-con", "king-con", "con", "nobody"]
KINDS = ["partial", "declaration", "recount", "rush", "withdrawal", "state"]
CALLED = ["area", "office", "largest", "control"]
TIMES = ["2024-05-03T00:00:00Z", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2024-13-01T00:00:00Z"]
JUNK: list[Any] = [None, True, -1, 0, 1.5, 2**53, "", "x", "\ud800", [], {}, [[]], {"": 0}, float("nan"), 10**4000]
FIGURES = ["valid", "rejected", "ballots", "electorate"]


class Mutation:
    """Changes a message in ways that leave it nearly right, from a seed."""

    def __init__(self, seed: int, election: Election = BOROUGH) -> None:
        self.chance = Random(seed)
        self.election = election
        self.names = STRANGERS

    def of(self, message: Message) -> Message:
        payload = copy.deepcopy(json.loads(message.payload))
        place = ContestId(payload.get("contest", "ward")), AreaId(payload.get("area", "north"))
        self.names = [*sorted(self.election.standing(*place)), self.chance.choice(STRANGERS)]
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            self._change(payload)
        topic = message.topic if self.chance.random() < 0.9 else self.chance.choice(GOOD).topic
        if topic == message.topic and "/counts/" in topic and self.chance.random() < 0.9:
            topic = "/".join([*topic.split("/")[:-2], *(str(payload.get(name, "")) for name in ("contest", "area"))])
        written = json.dumps(payload).encode()
        if self.chance.random() < 0.05:
            written = written.replace(b'"revision"', self.chance.choice([b'"contest"', b'"Revision"', b"revision"]))
        if self.chance.random() < 0.05:
            cut = self.chance.randrange(len(written))
            written = written[:cut] + self.chance.randbytes(2) + written[cut + self.chance.randrange(3) :]
        return Message(0, topic.encode(errors="replace").decode(), written)

    def _change(self, payload: dict[str, Any]) -> None:
        where, key = self._somewhere(payload)
        value = where[key] if where else None
        match self.chance.choice(["alike", "alike", "add", "add", "nudge", "nudge", "rename", "leave out", "junk"]):
            case "add":
                field, added = self._field()
                payload[field] = added
            case "nudge" if type(value) is int:
                where[key] += self.chance.choice([-1, 1, 1, 1_000_000])
            case "rename" if isinstance(where, dict) and where and where is not payload:
                where[self.chance.choice(self.names)] = where.pop(key)
            case "leave out" if where:
                del where[key]
            case "junk" if where:
                where[key] = copy.deepcopy(self.chance.choice(JUNK))
            case _ if where:
                where[key] = self._alike(value)

    def _somewhere(self, payload: Any) -> tuple[Any, Any]:
        """A place in the payload, seldom one of the fields without which nothing else is looked at."""
        while payload:
            keys = sorted(payload) if isinstance(payload, dict) else [*range(len(payload))]
            inner = [key for key in keys if key not in said() or self.chance.random() < 0.05]
            key = self.chance.choice(inner or keys)
            if not isinstance(payload[key], dict | list) or not payload[key] or self.chance.random() < 0.2:
                return payload, key
            payload = payload[key]
        return payload, None

    def _alike(self, value: Any) -> Any:
        match value:
            case str() if value in KINDS:
                return self.chance.choice(KINDS)
            case str() if value.endswith("+01:00"):
                return self.chance.choice(TIMES)
            case str() if value in CALLED:
                return self.chance.choice(CALLED)
            case str():
                return self.chance.choice([*self.names, "north", "south", "list"])
            case list():
                return self._names()
            case dict():
                return self._votes()
        return self.chance.randrange(60)

    def _field(self) -> tuple[str, Any]:
        return self.chance.choice(
            [
                ("winner", self.chance.choice(self.names)),
                ("elected", self._names()),
                ("seats", {self.chance.choice(["con", "lab", "nobody"]): self.chance.randrange(4)}),
                ("state", self.chance.choice(["tied", "unopposed", "lost"])),
                (self.chance.choice(["expected_at", "declared_at"]), self.chance.choice(TIMES)),
                ("transfers", self._votes()),
                ("second_preferences", {self.chance.choice(self.names): self._votes()}),
                ("papers", [[self.chance.randrange(60), self._names()]]),
                ("test", self.chance.random() < 0.5),
                (self.chance.choice(FIGURES), self.chance.randrange(700)),
            ]
        )

    def _names(self) -> list[str]:
        return self.chance.choices(self.names, k=self.chance.randrange(4))

    def _votes(self) -> dict[str, int]:
        return {name: self.chance.randrange(60) for name in self._names()}


def mixed(chance: Random, *those: Iterable[Message]) -> list[Message]:
    messages = [message for some in those for message in some]
    chance.shuffle(messages)
    return messages


SEEDS = range(16 * LONGER)


class TestMutatedMessages:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_leave_what_stands_to_what_is_good(self, seed: int) -> None:
        mutation = Mutation(seed)
        changed = [mutation.of(mutation.chance.choice(GOOD)) for _ in range(60)]
        night = survives(mixed(mutation.chance, changed, GOOD))
        assert night.quarantined

    @pytest.mark.parametrize("seed", SEEDS)
    def test_may_be_decided_about_before_or_after(self, seed: int) -> None:
        mutation = Mutation(-1 - seed)
        changed = [mutation.of(mutation.chance.choice(GOOD)) for _ in range(30)]
        actions = ["release", "release", "release", "reject", "hold"]
        decisions = [desk(mutation.chance.choice(actions), content=content_of(message)) for message in changed]
        night = night_of(*decisions, *changed)
        assert everything(night) == everything(night_of(*changed, *decisions))
        assert "E901" not in codes(night)

    def test_come_to_every_finding_that_keeps_a_message_out(self) -> None:
        """What is never tried is never tested: here the mutations themselves are."""
        met: Counter[str] = Counter()
        for seed in SEEDS:
            mutation = Mutation(seed)
            for _ in range(60):
                met.update(set(codes(night_of(mutation.of(mutation.chance.choice(GOOD))))))
        never_here = {"E101", "E207", "E208", "E401", "E901"}
        assert set(met) == {code for code in FINDINGS if code.startswith("E")} - never_here


LINES = [json.loads(line) for line in night_text("london-2012").splitlines()]
REAL = [Message(0, line["topic"], json.dumps(line["payload"]).encode()) for line in LINES]
LONDON = read_election(
    {path.name: path.read_bytes() for path in (CONFIG / "elections" / "london-2012").iterdir()}, rules=RULES
)


class TestARealNight:
    @pytest.mark.parametrize("seed", range(4 * LONGER))
    def test_with_mutated_messages_between_is_what_the_good_ones_lead_to(self, seed: int) -> None:
        mutation = Mutation(seed, LONDON)
        changed = [mutation.of(mutation.chance.choice(REAL)) for _ in range(60)]
        survives(mixed(mutation.chance, changed, REAL), LONDON)
