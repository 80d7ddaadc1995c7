"""A tie, its lot and a dispute, as those see them who follow events and what is certain."""

from service.ids import AreaId, BodyId, ContestId
from tests.core.borough import apply, content_of, count, desk, night_of

LEVEL = count(votes={"ash-con": 300, "birch-lab": 300, "cedar-ld": 10})
LOT = desk("lot", contest="ward", area="north", options=["ash-con", "birch-lab"], order=["birch-lab", "ash-con"])
STANDS = count(votes={"ash-con": 300, "birch-lab": 250, "cedar-ld": 10}, revision=1)
ONE = count(votes={"ash-con": 300, "birch-lab": 251, "cedar-ld": 10}, revision=2)
OTHER = count(votes={"ash-con": 200, "birch-lab": 351, "cedar-ld": 10}, revision=2)
NORTH = (ContestId("ward"), AreaId("north"))


def test_a_tie_is_told_as_one() -> None:
    [declared] = [event for event in apply(night_of(), LEVEL).events if event["event"] == "declared"]
    assert declared["elected"] == []
    assert "a lot has to be drawn among" in declared["text"]


def test_the_lot_that_fills_a_seat_is_an_event_with_its_winner() -> None:
    [declared] = [event for event in apply(night_of(LEVEL), LOT).events if event["event"] == "declared"]
    assert [who["candidate"] for who in declared["elected"]] == ["birch-lab"]


def test_nothing_is_certain_in_an_area_whose_source_contradicts_itself() -> None:
    assert night_of(STANDS).result(NORTH)["certain"] == ["ash-con"]
    disputed = night_of(STANDS, ONE, OTHER).result(NORTH)
    assert (disputed["disputed"], disputed["certain"], disputed["outstanding"]) == (True, [], None)


def test_what_a_dispute_could_change_is_looked_at_in_its_two_contents_alone() -> None:
    body = next(body for body in night_of().election.bodies.values() if "ward" in body.contests)
    in_doubt = night_of(STANDS, ONE, OTHER).standings(BodyId(body.id))["in_doubt"]
    assert (in_doubt["messages"], in_doubt["could_change"]) == (2, "yes")
    assert {content for change in in_doubt["changes"] for content in change["contents"]} == {content_of(OTHER)}


def test_the_finding_of_a_dispute_names_both_contents() -> None:
    findings = night_of(STANDS, ONE, OTHER).result(NORTH)["findings"]
    [found] = [finding["found"] for finding in findings if finding["code"] == "W104"]
    assert content_of(ONE) in found
    assert content_of(OTHER) in found
