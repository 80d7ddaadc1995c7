"""Promise 2: the same set of messages, in any order, with any repetition, ends in the same standings."""

from itertools import permutations

import pytest
from hypothesis import given

from service.ids import BodyId
from service.records import Message
from tests.core.borough import codes, content_of, count, desk, everything, night_of, place, said, sent, without_stamp
from tests.core.messages_drawn import Drawn, examples, nights

AHEAD = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
BEHIND = {"ash-con": 240, "birch-lab": 250, "cedar-ld": 100}
LEVEL = {"ash-con": 250, "birch-lab": 250, "cedar-ld": 100}

ELSEWHERE = "elections/borough-2024/counts/ward/south"
BAD = count(votes=AHEAD, valid=1, revision=2)
LATER = count(votes=BEHIND, revision=3)
OTHER = count(votes=AHEAD, source="second-count")


def about(message: Message, action: str, decision: int) -> Message:
    return desk(action, content=content_of(message), decision=decision)


def lot(*order: str, decision: int = 1) -> Message:
    options = ["ash-con", "birch-lab"]
    return desk("lot", contest="ward", area="north", options=options, order=list(order), decision=decision)


class TestAnyOrderAndRepetition:
    @examples(80)
    @given(nights())
    def test_ends_in_the_same_standings_results_and_quarantine(self, drawn: Drawn) -> None:
        first = night_of(*drawn.messages)
        once, again = everything(first), everything(night_of(*drawn.again))
        assert set(once["standings"]) == {"council", "mayor", "board", "question"}
        for what in once:
            assert again[what] == once[what]
        assert "E901" not in codes(first)


class TestEveryOrder:
    """All orders of a few messages about one area, since a small space need not be sampled."""

    @pytest.mark.parametrize(
        "messages",
        [
            pytest.param(
                [
                    count(kind="partial", votes=BEHIND),
                    count(kind="rush", winner="birch-lab", revision=2),
                    count(votes=AHEAD, revision=3),
                    count(kind="withdrawal", revision=3),
                    count(kind="recount", votes=BEHIND, revision=4),
                    count(kind="state", state="recount_ordered", revision=5),
                ],
                id="the life of an area",
            ),
            pytest.param(
                [
                    count(votes=AHEAD),
                    count(votes=BEHIND),
                    count(votes=AHEAD, source="second-count"),
                    count(votes=BEHIND, source="returning-officer", kind="partial"),
                    count(kind="withdrawal", source="returning-officer", revision=1, note="too early"),
                ],
                id="sources that disagree with themselves and each other",
            ),
            pytest.param(
                [
                    BAD,
                    sent(said(votes=AHEAD, valid=1, revision=2), ELSEWHERE),
                    about(BAD, "release", 1),
                    about(BAD, "reject", 1),
                    about(BAD, "release", 2),
                ],
                id="a bad count, released, and disputed before",
            ),
            pytest.param(
                [LATER, about(LATER, "release", 1), about(LATER, "reject", 1), about(LATER, "release", 1), BAD],
                id="two decisions under one number",
            ),
            pytest.param(
                [LATER, OTHER, about(LATER, "hold", 3), about(LATER, "release", 2), about(OTHER, "hold", 1)],
                id="good counts of two sources, held",
            ),
            pytest.param(
                [
                    count(votes=LEVEL),
                    lot("ash-con", "birch-lab"),
                    lot("birch-lab", "ash-con"),
                    lot("birch-lab", "ash-con", decision=2),
                    count(kind="rush", winner="ash-con"),
                ],
                id="a tie and its lots",
            ),
            pytest.param(
                [
                    count(votes=AHEAD, source="press"),
                    sent(b"hello"),
                    count(votes={"nobody": 1}),
                    desk("dance"),
                    count("ward", "nowhere", votes=AHEAD),
                ],
                id="what cannot be read or placed",
            ),
        ],
    )
    def test_of_a_few_messages_ends_the_same(self, messages: list[Message]) -> None:
        ends = {_end(order) for order in permutations(messages)}
        assert len(ends) == 1

    def test_of_covering_areas_ends_the_same(self) -> None:
        votes = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
        messages = [
            count("list", "south", votes=votes),
            count("list", "east", votes=votes, kind="partial"),
            count("list", "riverside", votes={**votes, "con": 90}),
            count("list", "borough", votes={**votes, "ld": 200}, kind="partial"),
            count("list", "riverside", kind="withdrawal", revision=2),
        ]
        assert len({_end(order) for order in permutations(messages)}) == 1


def _end(messages: tuple[Message, ...]) -> str:
    night = night_of(*messages)
    found = without_stamp([night.standings(BodyId("council")), night.result(place()), night.quarantine()])
    return repr(found)
