"""Recount watch: where a recount is ordered, or the lead is half a percent of the ballot papers or less."""

from typing import Any

import pytest

from service.ids import BodyId
from service.records import Message
from tests.core.borough import apply, count, desk, night_of

COUNCIL = BodyId("council")
CLOSE = {"ash-con": 201, "birch-lab": 199, "cedar-ld": 0}  # 2 of 400: half a percent
NOT_CLOSE = {"ash-con": 201, "birch-lab": 198, "cedar-ld": 0}


def watched(*messages: Message) -> list[dict[str, Any]]:
    return [dict(each) for each in night_of(*messages).standings(COUNCIL)["recount_watch"]]


def test_a_lead_of_half_a_percent_is_watched_and_of_more_is_not() -> None:
    (north,) = watched(count(votes=CLOSE))
    assert north == {
        "contest": "ward",
        "area": "north",
        "name": "North",
        "basis": "declared",
        "lead": 2,
        "lead_share": 0.005,
        "first": "ash-con",
        "second": "birch-lab",
        "first_party": "con",
        "second_party": "lab",
    }
    assert watched(count(votes=NOT_CLOSE)) == []


@pytest.mark.parametrize("done, basis", [(9, ["partial"]), (8, [])])
def test_a_partial_count_is_looked_at_from_nine_tenths_on(done: int, basis: list[str]) -> None:
    partial = count(kind="partial", votes=CLOSE, counted={"done": done, "of": 10})
    assert [each["basis"] for each in watched(partial)] == basis


def test_a_recount_that_is_ordered_is_watched_whatever_the_lead() -> None:
    ordered = count(kind="state", state="recount_ordered", revision=2)
    (north,) = watched(ordered)
    assert (north["basis"], north["lead"], north["first"]) == ("ordered", None, None)
    (north,) = watched(count(kind="partial", votes={"ash-con": 400, "birch-lab": 1, "cedar-ld": 0}), ordered)
    assert (north["basis"], north["lead"]) == ("ordered", 399)


def test_a_recount_that_is_ordered_is_an_event() -> None:
    night = night_of()
    ordered = count(kind="state", state="recount_ordered")
    assert [event["event"] for event in apply(night, ordered).events] == ["recount_ordered"]
    again = count(kind="state", state="recount_ordered", revision=2)
    assert apply(night, again).events == ()


def test_what_was_counted_again_is_watched_no_more() -> None:
    assert watched(count(votes=CLOSE), count(kind="recount", votes=CLOSE, revision=2)) == []


def test_a_dispute_is_not_watched() -> None:
    assert watched(count(votes=CLOSE), count(votes={**CLOSE, "cedar-ld": 1}), count(kind="partial", votes=CLOSE)) == []


def test_where_several_are_elected_the_last_of_them_is_held_against_the_next() -> None:
    votes = {"fern-con": 300, "gorse-con": 201, "hazel-lab": 200, "ivy-lab": 100}
    (east,) = watched(count("ward", "east", votes=votes, valid=500))
    assert (east["first"], east["second"], east["lead"]) == ("gorse-con", "hazel-lab", 1)


def test_a_tie_is_watched() -> None:
    (north,) = watched(count(votes={"ash-con": 10, "birch-lab": 10, "cedar-ld": 1}))
    assert north["lead"] == 0


def test_where_nobody_has_a_vote_nobody_leads() -> None:
    assert watched(count(votes={"ash-con": 0, "birch-lab": 0, "cedar-ld": 0}, valid=0)) == []


def test_nothing_is_watched_once_all_is_declared() -> None:
    lists = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
    others = [
        count("list", "borough", votes=lists),
        count("ward", "east", elected=["fern-con", "hazel-lab"]),
        count("ward", "south", votes={"dell-con": 310, "elm-lab": 290}),
    ]
    assert [each["area"] for each in watched(*others[:2], count(votes=CLOSE))] == ["north"]
    assert watched(*others, count(votes=CLOSE)) == []


def test_a_desk_call_does_not_end_the_watch() -> None:
    call = desk("call", of="area", contest="ward", area="north", candidate="ash-con")
    assert [each["basis"] for each in watched(call, count(kind="state", state="recount_ordered"))] == ["ordered"]
