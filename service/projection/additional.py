"""Project a body of constituency and list members: both votes drawn jointly, list seats by the statutory count.

A party that does better than last time in the constituencies does so on the list, so both are columns of one process.
With few areas every open area is drawn whole, party by party, and its list votes are added up draw by draw.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.averages import ListTerms, allocate_lists, clears_threshold
from service.projection.chance import Source, on_grid
from service.projection.kernel import Traits, covariance
from service.projection.parameters import Parameters
from service.projection.posterior import Observations, Posterior, condition, root_of
from service.projection.projected import Projection, Withheld, chance, party_projections
from service.projection.race import NOBODY, Bools, Evidence, Floats, Ints, Race, codes_of, shares_of

PERCENT: Final = 100.0
TOGETHER: Final = 0.8
"""How much of a party's change in a constituency is expected on the list, where only the first is in."""


@dataclass(frozen=True, slots=True, eq=False)
class AdditionalRace:
    """A body of two votes: `constituency`, and list votes last time (areas x the same parties) under `terms`.

    Where it is not known how the list was voted for area by area, every row is the whole's, in proportion.
    """

    constituency: Race
    list_last_votes: Ints
    list_standing: Bools
    terms: ListTerms


@dataclass(frozen=True, slots=True, eq=False)
class AdditionalProjection:
    """The seats of both kinds together, and by party the chance to clear the threshold."""

    body: Projection
    clears_threshold: dict[str, float]


def project_additional(
    race: AdditionalRace,
    evidence: Evidence,
    list_evidence: Evidence,
    parameters: Parameters,
    *,
    seed: int,
    draws: int = 10_000,
) -> AdditionalProjection | Withheld:
    """Say what both votes will come to; `list_evidence` has the same areas, its `winner` saying only that one is in."""
    first = race.constituency
    done = evidence.declared.all() and bool((list_evidence.outstanding == 0).all())
    if not done and (first.last_votes.sum(axis=1) == 0).any():
        return Withheld("no baseline of the constituency vote")
    if not done and int(evidence.observed.sum()) < parameters.areas_min:
        return Withheld(f"too few areas: {int(evidence.observed.sum())} of {len(first.areas)} are in")
    source = Source(seed)
    held, areas, list_votes = _draw(race, evidence, list_evidence, parameters, source, draws)
    seats = held + allocate_lists(list_votes, held, race.terms)
    total = len(first.areas) + race.terms.seats
    projection = Projection(
        parties=party_projections(first.parties, seats.T, {}, majority=total // 2 + 1),
        areas=areas,
        turnout=None,
        unheard=(),
        draws=draws,
        seed=seed,
    )
    cleared = clears_threshold(list_votes, race.terms.threshold).sum(axis=0)
    clears = {party: chance(int(times), draws) for party, times in zip(first.parties, cleared, strict=True)}
    return AdditionalProjection(projection, clears)


def _draw(
    race: AdditionalRace,
    evidence: Evidence,
    list_evidence: Evidence,
    parameters: Parameters,
    source: Source,
    draws: int,
) -> tuple[Ints, dict[str, dict[str, float]], Ints]:
    """Draw constituency seats (draws x parties), the chances of each area, and list votes (draws x parties)."""
    first = race.constituency
    parties = len(first.parties)
    held = np.zeros((draws, parties), dtype=np.int64)
    list_votes = np.zeros((draws, parties), dtype=np.int64)
    areas: dict[str, dict[str, float]] = {}
    asked = ~evidence.declared | (list_evidence.outstanding > 0)
    expected = _expect(race, evidence, list_evidence, asked, parameters)
    open_row = {int(row): position for position, row in enumerate(np.flatnonzero(asked))}
    common = _common(expected.posterior, parameters, source, draws)
    for row, area in enumerate(first.areas):
        winner = np.full(draws, evidence.winner[row])
        list_votes += list_evidence.votes[row]
        if row in open_row:
            points = expected.draw(open_row[row], common, source)
            if evidence.winner[row] == NOBODY:
                part = evidence.outstanding[row]
                counted = shares_of(evidence.votes[row : row + 1])[0] * PERCENT
                mixed = part * points[:, :parties] + (1 - part) * counted
                winner = np.where(first.standing[row], mixed, -np.inf).argmax(axis=1)
            list_votes += _list_votes(points[:, parties:], race, list_evidence, evidence, row)
        times = np.bincount(winner, minlength=parties)
        held[np.arange(draws), winner] += 1
        areas[area] = {first.parties[party]: chance(int(times[party]), draws) for party in np.flatnonzero(times)}
    return held, areas, list_votes


def _list_votes(points: Floats, race: AdditionalRace, list_evidence: Evidence, evidence: Evidence, row: int) -> Ints:
    """Turn list shares drawn for an area into the whole votes still to come from it."""
    part = float(list_evidence.outstanding[row])
    # Both votes are on papers of the same voters: the constituency says how many lists there will be.
    known = [
        float(seen.votes[row].sum() / (1 - seen.outstanding[row]))
        for seen in (list_evidence, evidence)
        if seen.observed[row]
    ]
    valid = known[0] if known else float(race.list_last_votes[row].sum())
    kept = np.where(race.list_standing[row], np.maximum(points, 0), 0)
    shares = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.rint(shares * (valid * part)), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """Shares of the open areas before chance: mean (areas x both votes' columns) in points."""

    mean: Floats
    posterior: Posterior
    lower: Floats

    def draw(self, row: int, common: Floats, source: Source) -> Floats:
        """Draw both votes' shares of an area (draws x columns), in points."""
        columns = self.mean.shape[1]
        noise = source.heavy_tailed((common.shape[1] // columns, columns)) * on_grid(self.posterior.own)[row]
        noise += (on_grid(self.posterior.factor[row]) @ common).reshape(noise.shape)
        return np.asarray(on_grid(self.mean[row]) + on_grid(noise) @ self.lower.T)


def _common(posterior: Posterior, parameters: Parameters, source: Source, draws: int) -> Floats:
    """Draw what the areas have in common: rank x (draws and columns) of standard normals, widened by the spread."""
    rank, columns = posterior.factor.shape[1], len(posterior.residual)
    return on_grid(source.normal((rank, draws * columns)) * parameters.stack_at(1.0).spread)


def _expect(
    race: AdditionalRace, evidence: Evidence, list_evidence: Evidence, asked: Bools, parameters: Parameters
) -> _Expected:
    first = race.constituency
    last = np.column_stack([shares_of(first.last_votes), shares_of(race.list_last_votes)]) * PERCENT
    standing = np.column_stack([first.standing, race.list_standing])
    traits = Traits(
        last=last,
        left=np.zeros(len(last)),
        standing=standing,
        incumbent=first.incumbent,
        country=codes_of(first.country),
        region=codes_of(first.region),
        holder=first.holder,
    )
    parties = len(first.parties)
    observed = evidence.observed
    change = shares_of(evidence.votes) * PERCENT - last[:, :parties]
    list_change = shares_of(list_evidence.votes) * PERCENT - last[:, parties:]
    list_change = np.where(list_evidence.observed[:, None], list_change, TOGETHER * change * race.list_standing)
    outstanding = np.maximum(evidence.outstanding, np.where(list_evidence.observed, list_evidence.outstanding, 0))
    seen = Observations(
        rows=observed,
        change=np.column_stack([change, list_change])[observed],
        noise=(parameters.partial * outstanding[observed] / (1 - outstanding[observed])),
        standing=(standing | (last > 0))[observed],
    )
    residual = np.full(last.shape[1], parameters.residual_points)
    posterior = condition(covariance(traits, parameters.kernel), seen, asked, residual, parameters.freedom)
    lower = on_grid(root_of(posterior.residual))
    return _Expected(last[asked] + posterior.mean, posterior, lower)
