"""Past nights played again: what the scorecard says is what happened."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from service.backtest import PlayedNight, Row, evidence_at, final_seats, orders_of, run, running
from service.backtest.methods import METHODS, seats_by
from service.backtest.scorecard import picture_of, table_of
from service.backtest.summary import summary_of
from service.projection import Projection, Projector, seed_of
from service.projection.calls import Call
from service.projection.scoring import brier
from tests.projection.kingdom import PARAMETERS, kingdom

DRAWN = kingdom()
NIGHT = PlayedNight(
    DRAWN.race,
    DRAWN.votes,
    DRAWN.winners,
    tuple(np.random.default_rng(3).permutation(108).tolist()),
    scored=("red", "blue", "orange"),
)


def rows(order: Sequence[int] = NIGHT.order, cuts: tuple[float, ...] = (0.2, 0.6, 1.0)) -> list[Row]:
    return list(run("kingdom", NIGHT, {"real": order}, PARAMETERS, cuts=cuts, draws=300))


def test_at_the_end_nothing_is_missed_and_nothing_is_wide() -> None:
    end = rows()[-1]
    assert end.misallocated["projection"] == end.width == end.crps == end.swing_crps == end.brier == 0
    assert set(end.covered.values()) == {end.parties} == {end.swing_covered} == {len(NIGHT.scored)}
    assert set(end.misallocated.values()) == {0}


def test_the_same_night_scores_the_same() -> None:
    assert rows() == rows()


def test_wider_levels_cover_at_least_as_many() -> None:
    for row in rows():
        assert row.covered[0.5] <= row.covered[0.8] <= row.covered[0.9] <= row.covered[0.95] <= row.parties


def test_a_withheld_projection_is_a_row_with_its_reason() -> None:
    (row,) = rows(cuts=(0.02,))
    assert row.withheld == "too few areas: 2 of 108 are in, 5 are needed"
    assert "projection" not in row.misallocated


def test_an_adversary_plays_the_safest_seats_of_a_party_first() -> None:
    largest = NIGHT.race.parties[NIGHT.race.last_votes.sum(axis=0).argmax()]
    orders = orders_of(NIGHT, random=2, adversaries=1)
    assert list(orders) == ["real", "random 1", "random 2", f"{largest} first"]
    for order in orders.values():
        assert sorted(order) == list(range(108))
    last = NIGHT.race.last_votes / NIGHT.race.last_votes.sum(axis=1, keepdims=True)
    column = NIGHT.race.parties.index(largest)
    lead = last[:, column] - np.delete(last, column, axis=1).max(axis=1)
    led = lead[list(orders[f"{largest} first"])]
    assert (np.diff(led[led > 0]) <= 0).all()
    assert (led[: (led > 0).sum()] > 0).all()


def test_no_change_keeps_the_holders_of_all_that_is_not_in() -> None:
    seats = seats_by(METHODS["no change"], NIGHT.race, evidence_at(NIGHT, NIGHT.order, 0))
    assert seats == {party: number for party in NIGHT.race.parties if (number := list_of_holders().count(party))}


def list_of_holders() -> list[str]:
    return [NIGHT.race.parties[holder] for holder in NIGHT.race.holder]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_fills_every_seat_and_is_right_at_the_end(method: str) -> None:
    half = seats_by(METHODS[method], NIGHT.race, evidence_at(NIGHT, NIGHT.order, 54))
    assert sum(half.values()) == 108
    assert seats_by(METHODS[method], NIGHT.race, evidence_at(NIGHT, NIGHT.order, 108)) == final_seats(NIGHT)


def test_part_of_a_night_is_those_countries_alone() -> None:
    part = NIGHT.within({"isle"})
    assert len(part.race.areas) == 8
    assert set(part.race.country) == {"isle"}
    assert sorted(part.order) == list(range(8))
    assert [part.race.areas[row] for row in part.order] == [
        NIGHT.race.areas[row] for row in NIGHT.order if NIGHT.race.country[row] == "isle"
    ]


def test_calls_are_counted_once_with_how_early_they_were_and_wrong_ones_by_name() -> None:
    played = rows(cuts=(0.2, 0.4, 0.6))
    leads = [lead for row in played for lead in row.leads.items()]
    assert len(dict(leads)) == len(leads) > 0
    place = {NIGHT.race.areas[area]: position for position, area in enumerate(NIGHT.order)}
    for row in played:
        for area, lead in row.leads.items():
            assert place[area] / 108 - row.declared - 0.01 <= lead <= place[area] / 108
    winners = {area: NIGHT.race.parties[winner] for area, winner in zip(NIGHT.race.areas, NIGHT.winners, strict=True)}
    upset = NIGHT.winners.copy()
    called = next(iter(played[0].leads))
    position = NIGHT.race.areas.index(called)
    upset[position] = (upset[position] + 1) % len(NIGHT.race.parties)
    (other,) = run("kingdom", replace(NIGHT, winners=upset), {"real": NIGHT.order}, PARAMETERS, cuts=(0.2,), draws=300)
    assert other.wrong_areas == (called,)
    assert other.false_calls <= 1
    assert winners[called] != NIGHT.race.parties[upset[position]]


def test_every_area_still_to_come_counts_in_the_score() -> None:
    (row,) = rows(cuts=(0.6,))
    in_already = NIGHT.order[:65]
    seed = seed_of("kingdom", frozenset(NIGHT.race.areas[area] for area in in_already))
    said = Projector(NIGHT.race, PARAMETERS).project(evidence_at(NIGHT, NIGHT.order, 65), seed=seed, draws=300)
    assert isinstance(said, Projection)
    to_come = [(NIGHT.race.areas[area], NIGHT.race.parties[NIGHT.winners[area]]) for area in NIGHT.order[65:]]
    assert row.brier == pytest.approx(np.mean([brier(said.areas[area], winner) for area, winner in to_come]))


def test_the_summary_says_how_much_was_said_and_how_much_of_it_held() -> None:
    played = [
        *rows(cuts=(0.02, 0.2, 0.6)),
        *run("kingdom", NIGHT, {"random 1": NIGHT.order[::-1]}, PARAMETERS, cuts=(0.6,)),
    ]
    text = summary_of(played)
    assert "| kingdom | projection | " in text
    assert "2% in" not in text
    assert "| real | 2 of 2 |" in text
    assert "| random | 1 of 1 |" in text


def test_the_scorecard_shows_each_night_order_and_cut() -> None:
    played = rows(cuts=(0.02, 0.6))
    text = table_of(played)
    assert "kingdom" in text
    assert "withheld: too few areas" in text
    assert f"{played[1].misallocated['projection']:.1f}" in text


def test_the_picture_is_svg_that_names_its_methods() -> None:
    picture = picture_of(rows())
    assert picture.startswith("<svg")
    assert picture.rstrip().endswith("</svg>")
    for method in ("projection", "uniform swing", "no change"):
        assert method in picture


def test_a_call_made_and_withdrawn_between_two_cuts_is_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service decides at every count, not at the cuts."""
    area, party = NIGHT.race.areas[NIGHT.order[-1]], NIGHT.race.parties[NIGHT.winners[NIGHT.order[-1]]]
    call = Call("area", area, "tiny" if party != "tiny" else "red")
    looks = iter(range(1000))
    monkeypatch.setattr(running, "calls_now", lambda _, __: frozenset({call}) if next(looks) == 10 else frozenset())
    first, second = rows(cuts=(0.1, 0.5))
    assert (first.wrong_areas, second.wrong_areas) == ((), (area,))
    assert second.calls == second.false_calls == 0


def test_parties_that_hardly_any_range_could_miss_are_not_scored() -> None:
    assert {row.parties for row in rows()} == {3}
