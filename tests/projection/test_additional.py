"""Constituencies and list are drawn jointly, and end in the statutory count of what was counted."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from service.counting import ListTally, count_contest, rule_named
from service.projection import NOBODY, Evidence, Withheld
from service.projection.additional import AdditionalProjection, AdditionalRace, project_additional
from service.projection.averages import ListTerms
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

NIGHT = kingdom(mainland=14, island=0)
TERMS = ListTerms(seats=11, threshold=Fraction(1, 20), places=np.array([11, 11, 11, 11, 11, 11, 1, 0]))
RACE = AdditionalRace(NIGHT.race, NIGHT.race.last_votes, NIGHT.race.standing, TERMS)
FEW = replace(PARAMETERS, areas_min=2)


def after(count: int, *, lists: bool = True) -> AdditionalProjection:
    declared = np.arange(14) < count
    evidence = NIGHT.evidence(declared)
    of_list = evidence if lists else NIGHT.evidence(np.zeros(14, dtype=bool))
    projection = project_additional(RACE, evidence, of_list, FEW, seed=5, draws=400)
    assert isinstance(projection, AdditionalProjection)
    return projection


def test_with_all_in_the_seats_are_those_of_the_statutory_count() -> None:
    projection = after(14)
    held = {party: int((NIGHT.winners == column).sum()) for column, party in enumerate(PARTIES)}
    tally = ListTally(
        {party: int(votes) for party, votes in zip(PARTIES, NIGHT.votes.sum(axis=0), strict=True)},
        held,
        individuals=frozenset({"isle-right"}),
        aggregates=frozenset({"tiny"}),
    )
    won = count_contest(rule_named("additional-members-london", seats=11), tally).won()
    for party, line in projection.body.parties.items():
        assert line.low == line.median == line.high == held[party] + won.get(party, 0)
    assert set(projection.clears_threshold.values()) <= {0.0, 1.0}


def test_every_draw_fills_every_seat() -> None:
    assert sum(line.mean for line in after(5).body.parties.values()) == pytest.approx(25, abs=0.05)


def test_the_range_narrows_as_areas_come_in() -> None:
    widths = [sum(line.high - line.low for line in after(count).body.parties.values()) for count in (4, 9, 14)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0


def test_a_list_nobody_has_reported_follows_the_constituencies() -> None:
    with_lists, without = after(8), after(8, lists=False)
    for party in ("blue", "red"):
        assert abs(with_lists.body.parties[party].median - without.body.parties[party].median) <= 2


def test_a_party_near_the_threshold_may_miss_it() -> None:
    chances = after(4).clears_threshold
    assert chances["blue"] == 1
    assert any(0 < chance < 1 for chance in chances.values())


def test_too_few_areas_are_too_few() -> None:
    none = Evidence(
        votes=np.zeros_like(NIGHT.votes),
        outstanding=np.ones(14),
        winner=np.full(14, NOBODY),
        expected_valid=np.zeros(14, dtype=np.int64),
    )
    assert project_additional(RACE, none, none, FEW, seed=1) == Withheld("too few areas: 0 of 14 are in")
