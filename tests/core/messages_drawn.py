"""Strategies: nights of the made-up borough with everything that count centres, strangers and a desk may send."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from service.night import Place
from service.records import Message
from tests.core.borough import BOROUGH, content_of, desk, said, sent

LONGER = int(os.environ.get("ELECTION_NIGHT_EXAMPLES", "1"))
"""How many times as many examples to draw, and then anew each time: ELECTION_NIGHT_EXAMPLES=50 pytest tests/core."""

PLACES = [(contest.id, area) for contest in BOROUGH.contests.values() for area in contest.areas]
CONTESTS = [[at for at in PLACES if at[0] == contest] for contest in BOROUGH.contests]
VOTES = [(5, 4, 3, 2, 1), (4, 5, 3, 2, 1), (4, 4, 3, 2, 1), (5, 5, 5, 5, 5), (50, 40, 30, 20, 10), (0, 0, 0, 0, 0)]
SOURCES = ["north-count", "north-count", "second-count", "returning-officer", "press"]
REVISIONS = st.sampled_from([1, 1, 2, 3])
SMALL = st.integers(0, 5)


def examples(number: int) -> settings:
    """The same examples in every run, unless more are asked for: then others.

    A night that fails is not made smaller, which takes minutes: its dozen messages can be read as they are.
    """
    return settings(
        max_examples=number * LONGER,
        derandomize=LONGER == 1,
        deadline=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )


def seldom(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 7).flatmap(lambda number: strategy if number == 0 else st.none())


@st.composite
def figures(draw: st.DrawFn, at: Place) -> dict[str, Any]:
    """Votes for some of those who stand, and what may come with them, mostly but not always possible."""
    standing = sorted(BOROUGH.standing(*at))
    rule = BOROUGH.contests[at[0]].rule
    if rule == "stv-scotland":
        ranked = st.lists(st.sampled_from(standing), min_size=1, max_size=3, unique=True)
        return {"papers": draw(st.lists(st.tuples(SMALL, ranked), max_size=5))}
    given = draw(st.sampled_from([standing, standing, standing, standing[:-1]]))
    # Few different figures, so that sources now and then agree and candidates are level.
    fields: dict[str, Any] = {"votes": dict(zip(given, draw(st.sampled_from(VOTES)), strict=False))}
    total = sum(fields["votes"].values())
    if rule == "plurality":
        one = st.lists(st.sampled_from(standing), max_size=2, unique=True)
        fields |= draw(st.sampled_from([{}, {}, {}, {"elected": draw(one)}, {"seats": {"con": draw(SMALL)}}]))
    if rule == "supplementary-vote":
        second = {first: {draw(st.sampled_from(standing)): votes} for first, votes in fields["votes"].items()}
        transfers = {who: draw(st.integers(0, 2)) for who in draw(st.sampled_from([standing[:2], standing[1:3]]))}
        fields |= draw(st.sampled_from([{}, {"second_preferences": second}, {"transfers": transfers}]))
    fields["valid"] = draw(seldom(st.sampled_from([total, total, total + 1])))
    fields["rejected"] = draw(seldom(SMALL))
    fields["ballots"] = draw(seldom(st.sampled_from([total + (fields["rejected"] or 0), total])))
    fields["electorate"] = draw(seldom(st.sampled_from([1000, 2000, 10])))
    return fields


@st.composite
def counts(draw: st.DrawFn, places: Sequence[Place] = PLACES) -> Message:
    """One count, perhaps of a winner who does not stand, perhaps on another area's topic."""
    contest, area = draw(st.sampled_from(places))
    standing = sorted(BOROUGH.standing(contest, area))
    kind = draw(st.sampled_from(["partial", "declaration", "declaration", "recount", "rush", "withdrawal", "state"]))
    fields: dict[str, Any] = {}
    if kind in ("partial", "declaration", "recount"):
        fields = draw(figures((contest, area)))
    elif kind == "rush":
        fields["winner"] = draw(st.sampled_from([*standing[:2] * 4, "stranger"]))
    elif kind == "state":
        fields["state"] = draw(st.sampled_from(["expected", "delayed", "tied", "unopposed", "vacant"]))
        fields["expected_at"] = draw(seldom(st.just("2024-05-03T04:00:00+01:00")))
        if fields["state"] == "unopposed" and BOROUGH.contests[contest].scope == "area":
            fields["elected"] = standing[: draw(st.integers(0, 2))]
    fields["note"] = draw(seldom(st.just("checked")))
    fields["issued_at"] = draw(st.sampled_from(["2024-05-03T01:00:00+01:00", "2024-05-03T00:00:01Z"]))
    fields["voters"] = draw(seldom(st.just(3)))  # no field of the contract
    payload = said(contest, area, kind=kind, revision=draw(REVISIONS), source=draw(st.sampled_from(SOURCES)), **fields)
    if "votes" in payload and draw(st.booleans()):
        payload["votes"] = dict(reversed(payload["votes"].items()))
    elsewhere = st.sampled_from([f"elections/borough-2024/counts/{of}/{at}" for of, at in PLACES])
    return sent(payload, draw(seldom(elsewhere)))


@st.composite
def rubbish(draw: st.DrawFn) -> Message:
    """What nobody can read, or nobody can place."""
    topic = draw(
        st.sampled_from(
            [
                "elections/borough-2024/counts/ward/north",
                "elections/borough-2024/counts/ward/nowhere",
                "elections/borough-2024/counts/%/\u202e",
                "elections/borough-2024/desk/reject",
                "elections/borough-2024/desk/dance",
                "elections/another/counts/ward/north",
            ]
        )
    )
    return Message(0, topic, draw(st.sampled_from([b"", b"{}", b"\xff", b"[1]", b'{"contest": 1, "contest": 2}'])))


@st.composite
def decisions(draw: st.DrawFn, about: Sequence[Message], places: Sequence[Place] = PLACES) -> Message:
    """A decision about one of these messages, or a lot, under a number that another decision may have too."""
    number = draw(st.sampled_from([1, 1, 2]))
    what = draw(st.integers(0, 5))
    if what == 0:
        return draw(calls(number, places))
    if what == 5:
        corrected, other = (
            draw(st.sampled_from([*about[:2], about[-1]])),
            draw(st.sampled_from([*about[:2], about[-1]])),
        )
        whole = json.loads(other.payload) if other.payload.startswith(b'{"contest": "') else said("ward", "north")
        return desk("correct", decision=number, content=content_of(corrected), count=whole)
    if what == 1:
        contest, area = draw(st.sampled_from(places))
        area_of_lot = area if BOROUGH.contests[contest].scope == "area" else None
        standing = sorted(BOROUGH.standing(contest, area))
        options = draw(st.sampled_from([standing, standing[:2], standing[:3]]))
        order = draw(st.permutations(options))
        return desk("lot", decision=number, contest=contest, area=area_of_lot, options=options, order=order)
    # About few contents, so that decisions meet.
    content = content_of(draw(st.sampled_from([*about[:2], about[-1]])))
    return desk(draw(st.sampled_from(["release", "release", "reject", "hold"])), decision=number, content=content)


@st.composite
def calls(draw: st.DrawFn, number: int, places: Sequence[Place]) -> Message:
    """A call of an area that elects one or of a body, or its withdrawal; now and then of what cannot be called."""
    contest, area = draw(st.sampled_from(places))
    asked: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"of": "area", "contest": contest, "area": area},
                {"of": "area", "contest": "ward", "area": "north"},
                {"of": "control", "body": "council"},
                {"of": "office", "body": "mayor"},
            ]
        )
    )
    who = draw(st.sampled_from(["Desk", "Another"]))
    if draw(st.integers(0, 2)) == 0:
        return desk("withdraw", decision=number, who=who, **asked)
    chosen: dict[str, Any] = {"candidate": draw(st.sampled_from(sorted(BOROUGH.standing(contest, area))[:2]))}
    if asked["of"] == "control":
        chosen = {"party": draw(st.sampled_from(["con", "none"]))}
    elif asked["of"] == "office":
        chosen = {"candidate": draw(st.sampled_from(["king-con", "lane-lab"]))}
    elif asked["contest"] == "ward" and asked["area"] == "north":
        chosen = {"candidate": draw(st.sampled_from(["ash-con", "birch-lab"]))}
    return desk("call", decision=number, who=who, **asked, **chosen)


@dataclass(frozen=True)
class Drawn:
    """A night, and the same messages in another order, some of them more than once."""

    messages: tuple[Message, ...]
    again: tuple[Message, ...]

    def __repr__(self) -> str:
        """Show it so that it can be read, the second order by numbers."""
        lines = [f"\n  {number} {message.topic} {_short(message)}" for number, message in enumerate(self.messages)]
        return "".join(lines) + f"\n  again: {[self.messages.index(message) for message in self.again]}"


def _short(message: Message) -> str:
    try:
        payload = json.loads(message.payload)
    except ValueError:
        return repr(message.payload)
    uninteresting = ("contest", "area", "who", "why", "issued_at")
    if not isinstance(payload, dict):
        return repr(payload)
    return json.dumps({name: value for name, value in payload.items() if name not in uninteresting})


@st.composite
def nights(draw: st.DrawFn, messages_max: int = 14) -> Drawn:
    """A night about few areas, so that there are conflicts of every kind."""
    few = st.lists(st.sampled_from(PLACES), min_size=1, max_size=2)
    places = draw(st.one_of(few, st.sampled_from(CONTESTS)))
    spoken = draw(st.lists(counts(places), min_size=5, max_size=messages_max))
    spoken += draw(st.lists(rubbish(), max_size=2))
    spoken += draw(st.lists(decisions(list(spoken), places), max_size=5))
    repeated = spoken + draw(st.lists(st.sampled_from(spoken), max_size=4))
    return Drawn(tuple(spoken), tuple(draw(st.permutations(repeated))))
