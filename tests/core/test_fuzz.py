"""Promise 5 again, from the outside: whatever comes, the night goes on, and nothing bad becomes part of what stands."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.counting import RULES
from service.election import Election
from service.folder import read_election
from service.night import Night
from service.records import Message
from service.standings.wire import encode
from tests.core.borough import BOROUGH, codes, content_of, count, desk, everything, night_of, said, sent
from tests.core.messages_drawn import counts, examples
from tests.elections.night_files import CONFIG, night_text

GOOD = (
    count(votes={"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}),
    count("ward", "east", votes={"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}, kind="partial"),
    count("ward", "south", kind="rush", winner="elm-lab", source="south-count"),
    count("list", "north", votes={"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}),
    count("mayor", "borough", votes={"king-con": 50, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}),
    count("board", "north", papers=[[30, ["oak-con"]], [20, ["pine-lab", "rowan-ld"]]]),
)

NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 2**53 - 1, 2**53, 2**63, 2**64, 10**4000, 1e308, 0.1, -0.0, float("nan"), float("inf")]),
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["ward", "north", "ash-con", "a" * 81, "a/b", "+", "#", "\x00", "\ud800", "2024-05-03T00:00:00Z"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
LEVELS = st.one_of(
    st.sampled_from(["ward", "north", "borough-2024", "counts", "desk", "release", "", "nowhere"]), TEXTS
)
TOPICS = st.one_of(
    st.just("elections/borough-2024/counts/ward/north"),
    st.tuples(LEVELS, LEVELS).map(lambda levels: "elections/borough-2024/counts/" + "/".join(levels)),
    LEVELS.map(lambda action: f"elections/borough-2024/desk/{action}"),
    st.lists(LEVELS, max_size=6).map("/".join),
).filter(lambda topic: "\ud800" not in topic)


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def mutated(draw: st.DrawFn, payloads: st.SearchStrategy[Any]) -> bytes:
    """A message that could be real, with something put in another's place, left out, added or broken."""
    payload = copy.deepcopy(draw(payloads))
    for _ in range(draw(st.integers(1, 3))):
        where = payload
        while True:
            key = draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
            if not isinstance(where[key], dict | list) or not where[key] or draw(st.booleans()):
                break
            where = where[key]
        match draw(st.sampled_from(["replace", "replace", "leave out", "add", "nudge"])):
            case "leave out" if len(where) > 1:
                del where[key]
            case "add" if isinstance(where, dict):
                where[draw(TEXTS)] = draw(JSON)
            case "nudge" if isinstance(where[key], int):
                where[key] += draw(st.sampled_from([-1, 1, 1_000_000]))
            case _:
                where[key] = draw(JSON)
    written = dumped(payload)
    if draw(st.integers(0, 9)) == 0:
        cut = draw(st.integers(0, len(written)))
        written = written[:cut] + draw(st.binary(max_size=3)) + written[cut + draw(st.integers(0, 3)) :]
    return written


def payload_of(message: Message) -> Any:
    return json.loads(message.payload)


REAL = st.one_of(
    st.sampled_from([payload_of(message) for message in GOOD]),
    counts().map(payload_of),
    st.just(payload_of(desk("release", content="0123456789abcdef"))),
    st.just(payload_of(desk("lot", contest="ward", area="north", options=["ash-con", "birch-lab"], order=["ash-con"]))),
)

MESSAGES = st.one_of(
    st.builds(Message, at_us=st.just(0), topic=TOPICS, payload=st.binary(max_size=60)),
    st.builds(Message, at_us=st.just(0), topic=TOPICS, payload=JSON.map(dumped)),
    st.builds(
        Message,
        at_us=st.just(0),
        topic=TOPICS,
        payload=st.dictionaries(st.sampled_from(sorted(said())), JSON, max_size=3).map(
            lambda fields: dumped({**said(votes={"ash-con": 1}), **fields})
        ),
    ),
    st.builds(Message, at_us=st.just(0), topic=TOPICS, payload=mutated(REAL)),
    mutated(REAL).map(lambda payload: sent(payload, _own_topic(payload))),
)


def _own_topic(payload: bytes) -> str:
    """The topic on which it would be let in, as far as it says."""
    try:
        fields = json.loads(payload)
        topic = f"elections/borough-2024/counts/{fields['contest']}/{fields['area']}"
        topic.encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return "elections/borough-2024/counts/ward/north"
    return topic


QUARANTINE_ONLY = ("quarantined", "in_doubt")
"""What standings say of messages that are kept out."""


def what_stands(night: Night) -> dict[str, Any]:
    found = everything(night)
    for standings in found["standings"].values():
        for name in QUARANTINE_ONLY:
            del standings[name]
    del found["quarantine"]
    return found


def is_bad(message: Message, election: Election = BOROUGH) -> bool:
    return bool(night_of(message, election=election).quarantine())


class TestWhateverComes:
    @examples(250)
    @given(st.lists(MESSAGES, min_size=1, max_size=4))
    def test_the_night_goes_on_and_only_what_is_good_counts(self, messages: list[Message]) -> None:
        night = night_of(*GOOD[:2], *messages, *GOOD[2:])
        good = [message for message in messages if not is_bad(message)]
        assert what_stands(night) == what_stands(night_of(*GOOD[:2], *good, *GOOD[2:]))
        assert "E901" not in codes(night)
        for body in night.election.bodies:
            encode(night.standings(body))

    @examples(60)
    @given(st.lists(MESSAGES, min_size=1, max_size=3), st.sampled_from(["release", "reject", "hold"]))
    def test_the_desk_may_say_anything_about_it(self, messages: list[Message], action: str) -> None:
        said_first = [desk(action, content=content_of(message)) for message in messages]
        before, after = night_of(*GOOD, *said_first, *messages), night_of(*GOOD, *messages, *said_first)
        assert everything(before) == everything(after)
        assert "E901" not in codes(after)


LINES = [json.loads(line) for line in night_text("london-2012").splitlines()]
LONDON = read_election(
    {path.name: path.read_bytes() for path in (CONFIG / "elections" / "london-2012").iterdir()}, rules=RULES
)


class TestRealMessages:
    @examples(60)
    @given(st.data())
    def test_changed_in_any_way_leave_what_stands_to_the_good_ones(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(LINES) - 1))
        line = LINES[place]
        changed = Message(0, line["topic"], data.draw(mutated(st.just(line["payload"]))))
        messages = [Message(0, other["topic"], dumped(other["payload"])) for other in LINES[max(0, place - 4) : place]]
        night = night_of(*messages, changed, election=LONDON)
        assert "E901" not in codes(night)
        if is_bad(changed, LONDON):
            assert what_stands(night) == what_stands(night_of(*messages, election=LONDON))
