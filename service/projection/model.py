"""Project a race: condition on what is in, stack with swings, draw how it may end, sum up.

A declared area is a constant. With all areas declared there is nothing to draw, and every range is one number wide.
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Final

import numpy as np

from service.projection.chance import Source
from service.projection.draws import Outlook, contested, draw_common, draw_wins
from service.projection.kernel import Traits, covariance, strongholds
from service.projection.parameters import Parameters, Stack
from service.projection.posterior import Observations, Posterior
from service.projection.prior import Process, Widening, condition_with, polls_on
from service.projection.projected import Projection, Withheld, chance, party_projections
from service.projection.race import NOBODY, Bools, Evidence, Floats, Ints, Race, codes_of, shares_of
from service.projection.swings import proportional_swing, uniform_swing, uniform_swing_by_country, within_bounds
from service.projection.systems import System, systems_of
from service.projection.votes import VotesToCome, project_votes

DRAWS: Final = 10_000
PERCENT: Final = 100.0
SMALL_SHARE_POINTS: Final = 5.0
"""A party below this in the mean area ..."""
SMALL_RESIDUAL: Final = 0.6
"""... has, before the night says, so much of the others' residual."""
TO_A_LOT: Final = 2.0**-12
"""What is taken to be outstanding where all is counted and nobody declared: next to nothing, but it breaks a tie."""
HEARD: Final = 0.5
"""A country is heard of once its areas that are in weigh as much as half an area counted in full."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A system with what does not change during the night."""

    system: System
    traits: Traits
    covariance: Floats
    last_valid: Floats
    residual_points: Floats
    own: Floats
    """What the deviation of each area's own is multiplied by."""


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What is expected of the areas asked: mean shares in points, and how far the methods blended in it are `apart`.

    They are of all the area's votes, those already counted among them. The posterior has one column more than the mean:
    the change of the number of valid votes, in log points. That of `turnout` is what is in alone, without what polls
    expected of the shares.
    """

    mean: Floats
    apart: Floats | None
    posterior: Posterior
    turnout: Posterior


class Projector:
    """A race with its parameters, made ready once: what is known before the night is worked out only then."""

    def __init__(self, race: Race, parameters: Parameters) -> None:
        self.race = race
        self._parameters = parameters
        self.systems = tuple(self._prepare(system) for system in systems_of(race))

    def project(self, evidence: Evidence, *, seed: int, draws: int = DRAWS) -> Projection | Withheld:
        """Say what the race will be, from what is in.

        The same evidence, seed and number of draws give the same figures, whatever the order in which it came.
        """
        reason = self._withheld(evidence)
        if reason:
            return Withheld(reason)
        race = self.race
        source = Source(seed)
        seats = np.zeros((len(race.parties), draws), dtype=np.int64)
        decided = np.flatnonzero(evidence.declared)
        seats += np.bincount(evidence.winner[decided], minlength=len(race.parties))[:, None]
        if race.seats_not_up is not None:
            seats += race.seats_not_up[:, None]
        areas = {race.areas[row]: {race.parties[evidence.winner[row]]: 1.0} for row in decided}
        votes = []
        for prepared in self.systems:
            open_areas = (evidence.outstanding > 0) | ~evidence.declared
            if open_areas[prepared.system.rows].any():
                votes.append(self._draw_system(prepared, evidence, source, seats, areas))
        shares, turnout = project_votes(race, evidence, [prepared.system for prepared in self.systems], votes)
        return Projection(
            parties=party_projections(race.parties, seats, shares, majority=int(seats[:, 0].sum()) // 2 + 1),
            areas={area: areas[area] for area in race.areas},
            turnout=turnout,
            unheard=self._unheard(evidence),
            draws=draws,
            seed=seed,
        )

    def _prepare(self, system: System) -> Prepared:
        race = self.race
        country, region = (codes_of(tuple(names[row] for row in system.rows)) for names in (race.country, race.region))
        last_votes = system.columns(race.last_votes)
        last = shares_of(last_votes) * PERCENT
        # A pooled party that no longer stands leaves its votes to all, not to the others that are pooled with it.
        staying = system.columns(np.where(race.standing, race.last_votes, 0))[:, -1]
        left = last[:, -1] - staying / np.maximum(last_votes.sum(axis=1), 1) * PERCENT
        last[:, -1] -= left
        traits = Traits(
            last=last,
            left=left,
            standing=system.columns_standing(race.standing),
            incumbent=system.columns(race.incumbent.astype(np.int64)) > 0,
            country=country,
            region=region,
            holder=race.holder[system.rows],
            turned=self._turned(system, last),
        )
        small = np.append(last.mean(axis=0) < SMALL_SHARE_POINTS, False)
        return Prepared(
            system=system,
            traits=traits,
            covariance=covariance(traits, self._parameters.kernel),
            last_valid=last_votes.sum(axis=1),
            residual_points=np.where(small, SMALL_RESIDUAL, 1.0) * self._parameters.residual_points,
            own=np.where(race.unsettled[system.rows], self._parameters.unsettled, 1.0)
            * np.sqrt(1 + self._parameters.stronghold * strongholds(traits)),
        )

    def _turned(self, system: System, last: Floats) -> Floats | None:
        """Give how the shares changed last time, in points, less the mean of the areas where that is on record."""
        if self.race.earlier_shares is None:
            return None
        earlier = system.columns(self.race.earlier_shares) * PERCENT
        known = earlier.sum(axis=1) > 0
        turned = np.where(known[:, None], last - earlier, 0)
        turned[known] -= turned[known].mean(axis=0)
        return np.asarray(turned)

    def _withheld(self, evidence: Evidence) -> str | None:
        """Say why nothing can be said yet, if so."""
        race, parameters = self.race, self._parameters
        if evidence.declared.all():
            return None
        without = int((race.last_votes.sum(axis=1) == 0).sum())
        if without:
            return f"no baseline for {without} of {len(race.areas)} areas"
        if evidence.prior is not None:
            return None
        weight = self._weight(evidence)
        # Rounded, so that areas counted in full are whole ones in whatever order they are added up.
        seen = round(float(weight.sum()), 6)
        if seen < parameters.areas_min:
            part = ", areas counted in part counted in part" if ((weight > 0) & (weight < 1)).any() else ""
            return f"too few areas: {int(seen)} of {len(race.areas)} are in{part}, {parameters.areas_min} are needed"
        country = np.array(race.country)
        for name in dict.fromkeys(race.country):
            there = country == name
            if there.mean() >= parameters.country_share_min and weight[there].sum() < HEARD:
                return f"no area of {name} is in"
        return None

    def _noise(self, outstanding: Floats) -> Floats:
        """Give the variance that the order of counting adds to what is in, in units of an area's residual variance."""
        return np.asarray(self._parameters.partial * outstanding / (1 - outstanding))

    def _weight(self, evidence: Evidence) -> Floats:
        """Give how much each area says of the others: 1 counted in full, 0 where nothing is in."""
        weight = np.zeros(len(self.race.areas))
        weight[evidence.observed] = 1 / (1 + self._noise(evidence.outstanding[evidence.observed]))
        return weight

    def _unheard(self, evidence: Evidence) -> tuple[str, ...]:
        heard = {self.race.region[row] for row in np.flatnonzero(evidence.declared | evidence.observed)}
        return tuple(sorted(set(self.race.region) - heard))

    def _expect(self, prepared: Prepared, evidence: Evidence, asked: Bools) -> Expectation:
        """Condition one system on what is in, and blend the mean of the areas asked with the swings'.

        The blend is a pool of opinions: it varies as they do, sum over methods of weight (mean - blended mean)^2. What
        is counted of an area itself is no matter of opinion, so the swings have no more say there than the order of
        counting leaves open, noise / (1 + noise).
        """
        system, traits = prepared.system, prepared.traits
        counted = system.columns(evidence.votes)
        now = shares_of(counted) * PERCENT
        observed = evidence.observed[system.rows]
        outstanding = _left(evidence)[system.rows][observed]
        valid = counted.sum(axis=1)[observed] / (1 - outstanding)
        more_valid = PERCENT * np.log(valid / prepared.last_valid[observed])
        always = np.ones((int(observed.sum()), 1), dtype=np.bool_)
        seen = Observations(
            rows=observed,
            change=np.column_stack([(now - traits.last)[observed], more_valid]),
            noise=self._noise(outstanding) + prepared.own[observed] ** 2 - 1,
            standing=np.column_stack([(traits.standing | (traits.last > 0))[observed], always]),
            alone=prepared.own[observed] ** 2,
        )
        stack, known = self._stack(evidence), self._parameters
        wider = np.where(observed, 1.0, prepared.own)
        process = Process(prepared.covariance, prepared.residual_points, known.freedom, wider)
        alone = process.condition(seen, asked).wider(stack.reach, wider[asked])
        polls = polls_on(evidence.prior, system, prepared.last_valid)
        heard = min(int(observed.sum()) / known.areas_min, 1.0)
        told, rows, change = None, asked, alone.mean
        if polls is not None:
            # The polls are about all areas together, so those that are in are moved as well.
            widening = Widening(stack.spread, apart=1 + heard * (stack.reach - 1))
            told = condition_with(polls, alone, process, seen, asked, widening=widening)
            rows = np.ones_like(asked)
            change = process.condition(seen, rows).mean
        standing, among = traits.standing[rows], asked[rows]

        def bounded(points: Floats) -> Floats:
            within = within_bounds(points, standing) if told is None else told.move(points, standing)
            return np.asarray(within[among])

        own = bounded(traits.last[rows] + change[:, :-1])
        posterior = alone if told is None else told.posterior
        # With polls to go by, swings of a few areas are no opinion worth blending in.
        if not observed.any() or (told is not None and heard < 1):
            return Expectation(own, None, posterior, alone)
        weight = self._weight(evidence)[system.rows]
        swings = [
            uniform_swing_by_country(traits.last, now, weight, traits.country)[rows],
            uniform_swing(traits.last, now, weight)[rows],
            proportional_swing(traits.last, now, weight)[rows],
        ]
        weighed = list(zip(stack.weights, [own, *map(bounded, swings)], strict=True))
        blended = np.asarray(sum(share * mean for share, mean in weighed))
        unseen = (1 - weight[asked])[:, None]
        apart = np.array([sqrt(share) * (mean - blended) * unseen for share, mean in weighed if share])
        return Expectation(own + unseen * (blended - own), apart, posterior, alone)

    def _stack(self, evidence: Evidence) -> Stack:
        return self._parameters.stack_at(float(evidence.observed.mean()))

    def _draw_system(
        self, prepared: Prepared, evidence: Evidence, source: Source, seats: Ints, areas: dict[str, dict[str, float]]
    ) -> VotesToCome:
        """Draw the open areas of one system into the seats (parties x draws) and the chances of its areas."""
        system, race = prepared.system, self.race
        draws = seats.shape[1]
        outstanding = _left(evidence)
        asked = outstanding[system.rows] > 0
        rows = system.rows[asked]
        part = outstanding[rows]
        expected = self._expect(prepared, evidence, asked)
        posterior, apart = expected.posterior, expected.apart
        counted = shares_of(system.columns(evidence.votes))[asked] * PERCENT
        spread = self._stack(evidence).spread
        standing = prepared.traits.standing[asked]
        # What is counted stays: shares of what is still to come lie between none of it and all of it.
        to_come = within_bounds(counted + (expected.mean - counted) / part[:, None], standing)
        # Level candidates draw lots, whatever was expected of them.
        all_counted = (evidence.outstanding[rows] == 0)[:, None]
        ahead = (1 - part)[:, None] * (counted.max(axis=1, keepdims=True) - counted)
        undecided = np.flatnonzero(evidence.winner[rows] == NOBODY)
        party = system.party_table()[asked][undecided]
        outlook = Outlook(
            mean=np.where(all_counted, counted, part[:, None] * to_come + (1 - part[:, None]) * counted)[undecided],
            standing=(standing & (ahead <= PERCENT * part[:, None]))[undecided],
            party=party,
            share=np.ones(len(undecided)),
            posterior=posterior.of(undecided),
            spread=spread,
            apart=None if apart is None else apart[:, undecided],
        )
        common = draw_common(outlook.posterior, spread, contested(outlook), draws, source)
        wins = draw_wins(outlook, common, source, seats)
        for position, row in enumerate(rows[undecided]):
            likeliest = np.argsort(-wins[position], kind="stable")
            areas[race.areas[row]] = {
                race.parties[party[position, column]]: chance(int(wins[position, column]), draws)
                for column in likeliest
                if wins[position, column]
            }
        last_valid = prepared.last_valid[asked]
        known = evidence.expected_valid[rows]
        valid = np.where(known, known, last_valid * np.exp(posterior.mean[:, -1] / PERCENT))
        still, turnout = (
            replace(of, factor=of.factor / part[:, None], own=of.own / part) for of in (posterior, expected.turnout)
        )
        apart = None if apart is None else apart / part[:, None]
        return VotesToCome(system, to_come, standing, valid * part, known > 0, still, turnout, spread, apart)


def _left(evidence: Evidence) -> Floats:
    """Give how much of each area is outstanding: where nobody has declared, never quite nothing."""
    return np.where(evidence.declared, evidence.outstanding, np.maximum(evidence.outstanding, TO_A_LOT))
