"""The turnout counts ballot papers, rejected ones too, and in the end is the one that was counted."""

from dataclasses import replace

import numpy as np
import pytest

from service.projection import Projection, Projector, nothing_in
from service.projection.turnout import project_turnout
from tests.projection.kingdom import PARAMETERS, kingdom

NIGHT = kingdom()
VALID = NIGHT.votes.sum(axis=1)
RACE = replace(NIGHT.race, electorate=np.full(len(VALID), 80_000))
ALL_IN = NIGHT.evidence(np.ones(len(VALID), dtype=np.bool_))


def test_it_is_of_ballot_papers_where_areas_say_them() -> None:
    said = project_turnout(RACE, replace(ALL_IN, ballots=VALID + 500), 0.0, 0.0)
    assert said is not None
    assert said.low == said.median == said.high == round((VALID + 500).sum() / RACE.electorate.sum(), 4)


def test_papers_to_come_are_rejected_as_often_as_those_that_are_in() -> None:
    evidence = NIGHT.first(20)
    ballots = np.where(evidence.declared, np.rint(VALID * 1.04), 0).astype(np.int64)
    without, said = (project_turnout(RACE, of, 1e6, 1e4) for of in (evidence, replace(evidence, ballots=ballots)))
    assert without is not None
    assert said is not None
    assert said.median / without.median == pytest.approx(1.04, abs=0.001)
    assert said.high - said.low > without.high - without.low


def test_as_often_as_last_time_where_none_that_is_in_says_them() -> None:
    before = replace(RACE, ballots_per_valid=1.03)
    said = project_turnout(before, ALL_IN, 0.0, 0.0)
    assert said is not None
    assert said.median == round(1.03 * VALID.sum() / RACE.electorate.sum(), 4)


def test_the_register_is_the_one_that_counts_say_and_else_the_folder_s() -> None:
    said_by_some = np.where(np.arange(len(VALID)) < 50, 70_000, 0)
    said = project_turnout(RACE, replace(ALL_IN, electorate=said_by_some), 0.0, 0.0)
    assert said is not None
    assert said.median == round(VALID.sum() / (50 * 70_000 + (len(VALID) - 50) * 80_000), 4)


def test_nothing_is_said_before_any_figures_or_without_a_register() -> None:
    assert project_turnout(RACE, nothing_in(RACE), 1e6, 1e4) is None
    unknown = replace(RACE, electorate=np.zeros(len(VALID), dtype=np.int64))
    assert project_turnout(unknown, ALL_IN, 0.0, 0.0) is None


def test_shares_and_turnout_stay_and_are_one_number_once_all_is_in() -> None:
    said = Projector(RACE, PARAMETERS).project(replace(ALL_IN, ballots=VALID + 500), seed=1, draws=10)
    assert isinstance(said, Projection)
    assert said.turnout is not None
    assert said.turnout.low == said.turnout.high == round((VALID + 500).sum() / RACE.electorate.sum(), 4)
    for party, votes in zip(RACE.parties[:7], NIGHT.votes.sum(axis=0), strict=False):
        share = said.parties[party].share
        assert share is not None
        assert share.low == share.median == share.high == round(votes / VALID.sum(), 4)
