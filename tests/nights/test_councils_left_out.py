"""London's 32 councils of 2022, some of their wards left out: what the model of a council makes of the others.

Last time's votes of these wards are not on record, since their boundaries were new. For a baseline each has what its
borough voted at the general election of 2019, the same in every ward: a worse one than any council will have, and no
made-up one. How sure wards are of each other was fitted on this night, so the ranges here are no test of that figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from service.adapters.library import read_parameters
from service.election import Body
from service.ids import ContestId
from service.projection import (
    NOBODY,
    CouncilEvidence,
    CouncilRace,
    Projection,
    Race,
    nothing_in,
    parameters_for,
    project_council,
)
from service.projection.race import Bools, Ints
from tests.nights.nights_on_record import on_record

NIGHT, WARD = "london-boroughs-2022", ContestId("ward")
SHARES = (0.25, 0.5, 0.75)
DRAWS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Council:
    """A council with a made-up baseline, and how its wards voted and whom they elected."""

    race: CouncilRace
    votes: Ints
    elected: Ints

    @property
    def final(self) -> Ints:
        return np.asarray(self.elected.sum(axis=0))

    def after(self, declared: Bools) -> CouncilEvidence:
        wards = self.race.wards
        evidence = nothing_in(wards)
        evidence.votes[declared] = self.votes[declared]
        evidence.outstanding[declared] = 0
        return CouncilEvidence(evidence, np.where(declared[:, None], self.elected, 0))


def council(body: Body) -> Council:
    recorded = on_record(NIGHT)
    election, base = recorded.election, recorded.election.national
    assert base is not None
    outcomes = recorded.night().counted.areas[WARD]
    # One ward's votes are not on record.
    wards = [ward for ward in election.reporting(WARD, body.id) if (of := outcomes[ward].figures) and of.all_votes]
    parties = tuple(election.parties)
    shape = (len(wards), len(parties))
    votes, elected, candidates = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, ward in enumerate(wards):
        standing, outcome = election.standing(WARD, ward), outcomes[ward]
        for name, number in ((outcome.figures and outcome.figures.all_votes) or {}).items():
            votes[row, parties.index(standing[name].party)] += number
        for each in standing.values():
            candidates[row, parties.index(each.party)] += 1
        for party, seats in outcome.seats.items():
            elected[row, parties.index(party)] = seats
    before = np.array([base.votes[body.id].get(party, 0) for party in parties])
    race = Race(
        areas=tuple(wards),
        parties=parties,
        last_votes=np.broadcast_to(before, shape).copy(),
        standing=candidates > 0,
        incumbent=np.zeros(shape, dtype=np.bool_),
        country=("",) * len(wards),
        region=("",) * len(wards),
        holder=np.full(len(wards), NOBODY),
        electorate=np.zeros(len(wards), dtype=np.int64),
    )
    return Council(CouncilRace(race, elected.sum(axis=1), candidates), votes, elected)


@cache
def said(share: float) -> tuple[tuple[Council, Bools, Projection], ...]:
    return tuple(_said(share))


def _said(share: float) -> Iterator[tuple[Council, Bools, Projection]]:
    parameters = parameters_for(NIGHT, read_parameters())
    for seed, body in enumerate(on_record(NIGHT).election.bodies.values()):
        of = council(body)
        wards = len(of.votes)
        declared = np.zeros(wards, dtype=np.bool_)
        declared[np.random.default_rng(seed).permutation(wards)[: max(round(wards * share), 5)]] = True
        projection = project_council(of.race, of.after(declared), parameters, seed=seed, draws=DRAWS)
        assert isinstance(projection, Projection)
        yield of, declared, projection


@pytest.mark.parametrize("share", SHARES)
def test_ranges_hold_what_came_about_as_often_as_they_say(share: float) -> None:
    inside = []
    for of, _, projection in said(share):
        for party, seats in zip(of.race.wards.parties, of.final, strict=True):
            line = projection.parties.get(party)
            if line is not None and line.high > line.low:
                inside.append(line.low <= seats <= line.high)
    assert len(inside) > 60
    assert 0.87 <= np.mean(inside) <= 0.98


def test_control_comes_as_often_as_it_is_given_a_chance() -> None:
    chances, came = [], []
    for share in SHARES:
        for of, _, projection in said(share):
            for party, seats in zip(of.race.wards.parties, of.final, strict=True):
                if (line := projection.parties.get(party)) is not None:
                    chances.append(line.majority)
                    came.append(2 * seats > of.final.sum())
    given, come = np.array(chances), np.array(came)
    assert np.mean((given - come) ** 2) < 0.03
    assert come[given >= 0.99].all()
    assert not come[given <= 0.01].any()
