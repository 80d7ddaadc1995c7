"""A parliament's night with what polls expected: a projection before the first count, narrower early on, alike later.

The shares are made up, about as sure as an average of polls is; no folder on record carries a prior.
"""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from service.app import as_records, forecaster_of
from service.election import PriorShares
from service.ids import BodyId, ContestId, PartyId
from service.night import Forecaster, Night
from service.standings import StandingsOut
from tests.nights.nights_on_record import on_record

NIGHT, COMMONS = "commons-2019", BodyId("commons")
SEATS = {"con": 365, "lab": 202, "snp": 48, "ld": 11}
POLLS = PriorShares(
    contest=ContestId("constituency"),
    source="A made-up average of polls",
    shares={PartyId("con"): Fraction(43), PartyId("lab"): Fraction(33), PartyId("ld"): Fraction(12)},
    error_points=Fraction(2),
    countries=("England", "Scotland", "Wales"),
)


@cache
def model(*, prior: bool) -> Forecaster:
    election = on_record(NIGHT).election
    return forecaster_of(replace(election, priors=(POLLS,)) if prior else election)


@cache
def after(count: int, *, prior: bool) -> StandingsOut:
    recorded = on_record(NIGHT)
    night = Night(recorded.election)
    for record in list(as_records(recorded.election, recorded.messages[:count], test=False)):
        night.apply(record)
    return night.standings(COMMONS, model(prior=prior).answer(model(prior=prior).ask(night, COMMONS)))


def ranges(said: StandingsOut) -> dict[str, tuple[int, int]]:
    rows = {row["party"]: row["projection"] for row in said["parties"]}
    return {party: (row["seats"]["low"], row["seats"]["high"]) for party in SEATS if (row := rows[party]) is not None}


def width(said: StandingsOut) -> int:
    return sum(high - low for low, high in ranges(said).values())


@pytest.mark.parametrize("count", [0, 5, 20])
def test_the_ranges_hold_what_came(count: int) -> None:
    for party, (low, high) in ranges(after(count, prior=True)).items():
        assert low <= SEATS[party] <= high, party


def test_without_it_the_night_waits() -> None:
    said = after(5, prior=False)
    assert said["withheld"] == "too few areas: 5 of 650 are in, 10 are needed"


def test_its_source_is_named() -> None:
    said = after(5, prior=True)["projection"]
    assert said is not None
    assert said["prior"] == "A made-up average of polls"
    later = after(60, prior=False)["projection"]
    assert later is not None
    assert later["prior"] is None


def test_the_ranges_narrow_with_each_area_and_in_the_end_it_hardly_matters() -> None:
    assert width(after(0, prior=True)) > width(after(20, prior=True)) > width(after(60, prior=True))
    assert width(after(60, prior=True)) <= 1.1 * width(after(60, prior=False))
