"""Constituencies and list are drawn jointly, and end in the statutory count of what was counted."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from service.counting import ListTally, count_contest, rule_named
from service.projection import (
    NOBODY,
    AdditionalProjection,
    AdditionalRace,
    Evidence,
    ListEvidence,
    ListTerms,
    Withheld,
    project_additional,
)
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

NIGHT = kingdom(mainland=14, island=0)
TERMS = ListTerms(seats=11, threshold=Fraction(1, 20), places=np.array([11, 11, 11, 11, 11, 11, 1, 0]))
RACE = AdditionalRace(NIGHT.race, NIGHT.race.last_votes, NIGHT.race.standing, TERMS)
FEW = replace(PARAMETERS, areas_min=2)


def after(count: int, *, lists: bool = True) -> AdditionalProjection:
    declared = np.arange(14) < count
    evidence = NIGHT.evidence(declared)
    of_list = evidence if lists else NIGHT.evidence(np.zeros(14, dtype=bool))
    projection = project_additional(RACE, evidence, ListEvidence(of_list), FEW, seed=5, draws=400)
    assert isinstance(projection, AdditionalProjection)
    return projection


def after_all_but(count: int) -> tuple[Evidence, Evidence]:
    """All areas but so many are in, with both votes."""
    evidence = NIGHT.evidence(np.arange(14) < 14 - count)
    return evidence, evidence


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


def test_lists_of_areas_whose_members_are_elected_without_figures_mislead_nobody() -> None:
    """Half of the areas say who has won, and how lists were voted for: not that nobody voted for a candidate."""
    evidence, lists = after_all_but(3)
    silent = np.arange(14) < 7
    winners_alone = replace(
        evidence,
        votes=np.where(silent[:, None], 0, evidence.votes),
        outstanding=np.where(silent, 1.0, evidence.outstanding),
    )
    said = [
        project_additional(RACE, seen, ListEvidence(lists), FEW, seed=5, draws=400)
        for seen in (evidence, winners_alone)
    ]
    for party in ("blue", "red"):
        known, without = (each.body.parties[party].share for each in said if isinstance(each, AdditionalProjection))
        assert known is not None
        assert without is not None
        assert without.median == pytest.approx(known.median, abs=0.01)
        assert known.high - known.low <= without.high - without.low < 1.5 * (known.high - known.low)


def test_a_party_near_the_threshold_may_miss_it() -> None:
    chances = after(4).clears_threshold
    assert chances["blue"] == 1
    assert any(0 < chance < 1 for chance in chances.values())


def test_list_votes_declared_for_all_areas_together_are_constants() -> None:
    """In London they come so: the constituencies one by one, the list at the end in one declaration."""
    evidence, none = NIGHT.evidence(np.arange(14) < 9), NIGHT.evidence(np.zeros(14, dtype=bool))
    whole = NIGHT.votes.sum(axis=0)
    projection = project_additional(RACE, evidence, ListEvidence(none, whole), FEW, seed=5, draws=400)
    assert isinstance(projection, AdditionalProjection)
    for party, votes in zip(PARTIES, whole, strict=True):
        line = projection.body.parties.get(party)
        if line is not None and line.share is not None:
            assert line.share.low == line.share.high == pytest.approx(votes / whole.sum(), abs=1e-4)
    assert set(projection.clears_threshold.values()) <= {0.0, 1.0}
    assert any(line.low < line.high for line in projection.body.parties.values())


def test_level_candidates_wait_for_the_lot() -> None:
    """All is counted in the last constituency, and two are level: either may have it, and the list follows."""
    votes = NIGHT.votes.copy()
    votes[13] = 0
    votes[13, :2] = 30_000
    tied = replace(NIGHT.evidence(np.ones(14, dtype=bool)), votes=votes, winner=np.append(NIGHT.winners[:13], NOBODY))
    race = replace(RACE, constituency=replace(NIGHT.race, standing=np.ones_like(NIGHT.race.standing)))
    said = project_additional(race, tied, ListEvidence(tied), FEW, seed=5, draws=400)
    assert isinstance(said, AdditionalProjection)
    chances = said.body.areas[NIGHT.race.areas[13]]
    assert set(chances) == set(PARTIES[:2])
    assert all(0.4 < chance < 0.6 for chance in chances.values())


def test_nobodys_line_has_no_threshold_to_clear() -> None:
    assert "tiny" not in after(5).clears_threshold


class TestTurnout:
    KNOWN = replace(RACE, constituency=replace(NIGHT.race, electorate=np.full(14, 80_000)))

    def of(self, count: int, race: AdditionalRace = KNOWN) -> tuple[float, float, float] | None:
        evidence = NIGHT.evidence(np.arange(14) < count)
        projection = project_additional(race, evidence, ListEvidence(evidence), FEW, seed=5, draws=50)
        assert isinstance(projection, AdditionalProjection)
        turnout = projection.body.turnout
        return None if turnout is None else (turnout.low, turnout.median, turnout.high)

    def test_narrows_to_what_was_counted(self) -> None:
        early, late, end = self.of(4), self.of(12), self.of(14)
        assert early is not None
        assert late is not None
        assert end is not None
        assert early[2] - early[0] > late[2] - late[0] > end[2] - end[0] == 0
        assert end[1] == pytest.approx(NIGHT.votes.sum() / (14 * 80_000), abs=1e-4)

    def test_is_not_known_where_an_electorate_is_not(self) -> None:
        electorate = np.append(np.full(13, 80_000), 0)
        assert self.of(5, replace(RACE, constituency=replace(NIGHT.race, electorate=electorate))) is None


def test_without_a_baseline_of_each_area_it_is_withheld() -> None:
    last_votes = NIGHT.race.last_votes.copy()
    last_votes[3] = 0
    race = replace(RACE, constituency=replace(NIGHT.race, last_votes=last_votes))
    evidence = NIGHT.evidence(np.arange(14) < 6)
    assert project_additional(race, evidence, ListEvidence(evidence), FEW, seed=1) == Withheld(
        "no baseline of the constituency vote for 1 of 14 areas"
    )


def test_too_few_areas_are_too_few() -> None:
    none = Evidence(
        votes=np.zeros_like(NIGHT.votes),
        outstanding=np.ones(14),
        winner=np.full(14, NOBODY),
        expected_valid=np.zeros(14, dtype=np.int64),
    )
    assert project_additional(RACE, none, ListEvidence(none), FEW, seed=1) == Withheld(
        "too few areas: 0 of 14 are in with figures, 2 are needed"
    )
