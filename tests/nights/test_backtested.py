"""How wrong a projection was while a night came in: asked as areas declare, scored by how the night ended."""

from typing import Any

import pytest

from service.app import as_records, forecaster_of
from service.backtest.recorded import SHARES, Moment, moments_of, told
from service.ids import BodyId
from service.night import Night
from tests.nights.nights_on_record import on_record

ASSEMBLY = BodyId("assembly")
FINAL = {"lab": 11, "con": 9, "green": 3, "ld": 2}
NIGHT = "london-2021"


def moments(*, until: int | None = None) -> tuple[Moment, ...]:
    recorded = on_record(NIGHT)
    records = as_records(recorded.election, recorded.messages[:until], test=False)
    return moments_of(recorded.election, records, forecaster_of(recorded.election))


def said_when(declared: int) -> Any:
    """The assembly's standings, projection included, as soon as so many constituencies had declared."""
    recorded = on_record(NIGHT)
    night, forecaster = Night(recorded.election), forecaster_of(recorded.election)
    for record in as_records(recorded.election, recorded.messages, test=False):
        night.apply(record)
        if night.standings(ASSEMBLY)["areas"]["declared"] >= declared:
            return night.standings(ASSEMBLY, forecaster.answer(forecaster.ask(night, ASSEMBLY)))
    raise AssertionError(declared)


@pytest.fixture(scope="module")
def assembly() -> list[Moment]:
    return [moment for moment in moments() if moment.body == ASSEMBLY]


def test_each_share_of_the_areas_is_asked_about_once_when_it_has_declared(assembly: list[Moment]) -> None:
    declared = [moment.declared for moment in assembly]
    assert declared == sorted(set(declared))
    assert all(moment.areas == 14 for moment in assembly)
    for share in SHARES:
        first = next(moment for moment in assembly if moment.declared >= share * 14)
        assert (first.declared - 1) < share * 14 or first.declared == assembly[0].declared


def test_what_was_withheld_says_why_and_has_no_score(assembly: list[Moment]) -> None:
    first = assembly[0]
    assert first.score is None
    assert (
        first.withheld
        == said_when(first.declared)["withheld"]
        == ("too few areas: 1 of 14 are in with figures, 3 are needed")
    )


def test_the_score_is_that_of_the_standings_at_that_moment(assembly: list[Moment]) -> None:
    scored = [moment for moment in assembly if moment.score is not None]
    assert len(scored) >= 3
    for moment in scored:
        rows = said_when(moment.declared)["parties"]
        seats = {row["party"]: row["projection"]["seats"] for row in rows}
        assert moment.score is not None
        assert moment.score.missed == (
            sum(abs(seats[party]["median"] - FINAL.get(party, 0)) for party in {*seats, *FINAL}) / 2
        )
        ranges = {party: of for party, of in seats.items() if of["high"] or party in FINAL}
        assert moment.score.ranges == len(ranges)
        assert moment.score.held == sum(of["low"] <= FINAL.get(party, 0) <= of["high"] for party, of in ranges.items())


def test_calls_of_areas_add_up_and_none_was_wrong(assembly: list[Moment]) -> None:
    scores = [moment.score for moment in assembly if moment.score is not None]
    called = [score.called for score in scores]
    assert called == sorted(called)
    assert called[-1] > 0
    assert not any(score.wrong for score in scores)
    assert all(score.given is not None and 0.5 < score.given <= 1 for score in scores)


def test_a_night_that_is_not_over_is_not_scored() -> None:
    cut = moments(until=4)
    assert cut
    assert all(moment.score is None for moment in cut if moment.body == BodyId("mayor"))


def test_it_is_printed_body_by_body(assembly: list[Moment]) -> None:
    election = on_record(NIGHT).election
    printed = told(election, moments())
    assert "London Assembly\n" in printed
    assert "Mayor of London\n" in printed
    assert f"{assembly[0].declared} of 14   7% withheld: {assembly[0].withheld}" in printed
