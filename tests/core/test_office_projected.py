"""A borough's mayor, area by area: first counts, then second preferences as they come, then the one elected."""

from typing import Any

from service.adapters.library import read_parameters
from service.ids import BodyId
from service.night import Forecaster
from service.projection import parameters_for
from service.records import Message
from tests.core.borough import BASELINE_CSV, count, election_of, night_of

MAYOR = BodyId("mayor")
ELECTION = election_of(
    baseline=BASELINE_CSV.replace(b"\n", b",\n")
    .replace(b"ballots,\n", b"ballots,transfers\n", 1)
    .replace(b"last,mayor,borough,con,900,1,,,\n", b"last,mayor,borough,con,900,1,,,105\n")
    .replace(b"last,mayor,borough,lab,800,0,,,\n", b"last,mayor,borough,lab,800,0,,,100\n")
)
FORECASTER = Forecaster(ELECTION, parameters_for(ELECTION.id, read_parameters()))
FIRST = {"king-con": 200, "lane-lab": 195, "mead-ld": 100, "nash-alone": 50}


def first(area: str, **more: Any) -> Message:
    return count("mayor", area, votes=FIRST, source=f"{area}-count", **more)


def second(area: str) -> Message:
    return first(area, revision=2, transfers={"king-con": 25, "lane-lab": 70})


def said(*messages: Message) -> Any:
    night = night_of(*messages, election=ELECTION)
    return night.standings(MAYOR, FORECASTER.outlooks(night)[MAYOR])


def projected(standings: Any, candidate: str = "lane-lab") -> Any:
    return next(row["projection"] for row in standings["candidates"] if row["candidate"] == candidate)


ALL_FIRST = (first("north"), first("south"), first("east"))


def test_without_a_baseline_by_area_it_waits_for_every_first_count() -> None:
    assert said(*ALL_FIRST[:2])["withheld"] == "no baseline of first preferences for 3 of 3 areas"
    assert said(*ALL_FIRST)["withheld"] is None


def test_last_times_second_preferences_leave_it_open() -> None:
    """Of 300 other papers then 105 and 100; now there are 450."""
    chances = [projected(said(*ALL_FIRST), candidate)["chance"] for candidate in ("king-con", "lane-lab")]
    assert all(0.05 < chance < 0.95 for chance in chances)
    assert round(sum(chances), 3) == 1
    assert projected(said(*ALL_FIRST), "mead-ld")["finalist"] == 0


def test_those_that_some_areas_have_sent_are_counted() -> None:
    before, after = said(*ALL_FIRST), said(*ALL_FIRST, second("north"), second("south"))
    assert after["elected"] is None
    assert projected(after)["final"]["low"] >= 3 * 195 + 2 * 70
    assert projected(after)["chance"] > projected(before)["chance"]
    width = [each["final"]["high"] - each["final"]["low"] for each in map(projected, (before, after))]
    assert width[1] < width[0]


def test_with_all_of_them_it_is_decided() -> None:
    end = said(*ALL_FIRST, second("north"), second("south"), second("east"))
    assert end["elected"] == "lane-lab"
    assert projected(end)["chance"] == 1.0
    exact = 3 * (195 + 70)
    assert projected(end)["final"] == {"low": exact, "median": exact, "high": exact, "level": 0.9}


def test_where_last_time_is_not_on_record_a_few_second_preferences_are_too_few() -> None:
    election = election_of()
    whole = first("borough")
    forecaster = Forecaster(election, parameters_for(election.id, read_parameters()))
    for messages in (ALL_FIRST, (*ALL_FIRST, second("north")), (whole,)):
        night = night_of(*messages, election=election)
        assert night.standings(MAYOR, forecaster.outlooks(night)[MAYOR])["withheld"] == (
            "how second preferences went last time is not on record"
        )
