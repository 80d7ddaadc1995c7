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


FINAL = {"con": 44.7, "lab": 33.0, "ld": 11.8, "snp": 4.0, "brexit": 2.1, "green": 2.8}
"""Percent of the votes of Great Britain that night."""
BEFORE = {"con": 43.4, "lab": 41.0, "ld": 7.6, "snp": 3.1, "green": 1.7}
"""The same of 2017."""
SEATS_BEFORE = {"con": 317, "lab": 262, "ld": 12, "snp": 35}


@cache
def expecting(shares: tuple[tuple[str, float], ...], error_points: str) -> StandingsOut:
    """Give the standings before the first count, with polls that expected these shares."""
    polls = replace(
        POLLS,
        shares={PartyId(party): Fraction(str(share)) for party, share in shares},
        error_points=Fraction(error_points),
    )
    election = replace(on_record(NIGHT).election, priors=(polls,))
    models = forecaster_of(election)
    night = Night(election)
    return night.standings(COMMONS, models.answer(models.ask(night, COMMONS)))


def share_of(said: StandingsOut, party: str) -> tuple[float, float, float]:
    projected = next(row["projection"] for row in said["parties"] if row["party"] == party)
    assert projected is not None
    assert projected["share"] is not None
    return projected["share"]["low"], projected["share"]["median"], projected["share"]["high"]


class TestBeforeTheFirstCount:
    GREAT_BRITAIN = 0.975
    """Its part of the votes of the United Kingdom."""

    @pytest.mark.parametrize("party", sorted(FINAL))
    def test_the_votes_come_to_what_polls_expect_wherever_a_party_stands(self, party: str) -> None:
        _, median, _ = share_of(expecting(tuple(FINAL.items()), "1.5"), party)
        assert median == pytest.approx(FINAL[party] / 100 * self.GREAT_BRITAIN, abs=0.002)

    @pytest.mark.parametrize("party", ["con", "lab"])
    @pytest.mark.parametrize("error", ["1.5", "3", "6"])
    def test_they_are_as_sure_as_the_polls_are(self, party: str, error: str) -> None:
        low, _, high = share_of(expecting(tuple(FINAL.items()), error), party)
        assert high - low == pytest.approx(2 * 1.645 * float(error) / 100 * self.GREAT_BRITAIN, rel=0.1)

    def test_seats_are_the_surer_the_surer_the_polls_are(self) -> None:
        widths = [width(expecting(tuple(FINAL.items()), error)) for error in ("1.5", "3", "6")]
        assert widths[0] < 0.9 * widths[1] < 0.8 * widths[2]

    def test_seats_hold_what_came(self) -> None:
        for party, (low, high) in ranges(expecting(tuple(FINAL.items()), "1.5")).items():
            assert low <= SEATS[party] <= high, party

    def test_where_nothing_is_expected_to_change_seats_are_about_as_before(self) -> None:
        said = expecting(tuple(BEFORE.items()), "1.5")
        for party, (low, high) in ranges(said).items():
            assert low <= SEATS_BEFORE[party] <= high, party
        medians = {row["party"]: row["projection"]["seats"]["median"] for row in said["parties"] if row["projection"]}
        assert sum(abs(medians[party] - SEATS_BEFORE[party]) for party in SEATS_BEFORE) < 40


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
