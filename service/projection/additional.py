"""Project a body of constituency and list members: both votes drawn jointly, list seats by the statutory count.

A party that does better than last time in the constituencies does so on the list, so both are columns of one process.
The list votes of the open areas are added up draw by draw, since only their sum gives seats.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.averages import ListTerms, allocate_lists, clears_threshold
from service.projection.chance import Source, on_grid
from service.projection.draws import Common, Outlook, contested, draw_common, draw_wins
from service.projection.kernel import Traits, covariance
from service.projection.parameters import Parameters
from service.projection.posterior import ROUNDING, Observations, Posterior, condition, root_of
from service.projection.projected import Projection, Withheld, chance, party_projections
from service.projection.race import Bools, Evidence, Floats, Ints, Race, codes_of, shares_of

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
    held, areas, list_votes = _draw(race, evidence, list_evidence, parameters, Source(seed), draws)
    seats = held + allocate_lists(list_votes, held, race.terms)
    total = len(first.areas) + race.terms.seats
    projection = Projection(
        parties=party_projections(first.parties, seats, {}, majority=total // 2 + 1),
        areas=areas,
        turnout=None,
        unheard=(),
        draws=draws,
        seed=seed,
    )
    cleared = clears_threshold(list_votes, race.terms.threshold).sum(axis=1)
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
    """Draw constituency seats (parties x draws), the chances of each area, and list votes (parties x draws)."""
    first = race.constituency
    parties = len(first.parties)
    decided = np.flatnonzero(evidence.declared)
    seats = np.bincount(evidence.winner[decided], minlength=parties)
    held = np.repeat(seats[:, None], draws, axis=1)
    areas = {first.areas[row]: {first.parties[evidence.winner[row]]: 1.0} for row in decided}
    list_votes = np.repeat(list_evidence.votes.sum(axis=0)[:, None], draws, axis=1)
    asked = ~evidence.declared | (list_evidence.outstanding > 0)
    if not asked.any():
        return held, areas, list_votes
    mean, posterior = _expect(race, evidence, list_evidence, asked, parameters)
    spread = parameters.stack_at(float(evidence.observed.mean())).spread
    rows = np.flatnonzero(asked)
    undecided = np.flatnonzero(~evidence.declared[rows])
    still = rows[undecided]
    part = evidence.outstanding[still]
    counted = shares_of(evidence.votes[still]) * PERCENT
    outlook = Outlook(
        mean=part[:, None] * mean[undecided, :parties] + (1 - part[:, None]) * counted,
        standing=first.standing[still],
        party=np.broadcast_to(np.arange(parties), (len(still), parties)),
        share=part,
        posterior=posterior.of(undecided),
        spread=spread,
    )
    valid = np.array([_list_votes_to_come(race, evidence, list_evidence, int(row)) for row in rows])
    common = draw_common(posterior, spread, contested(outlook), draws, source)
    for row, times in zip(still, draw_wins(outlook, common, source, held), strict=True):
        areas[first.areas[row]] = {
            first.parties[party]: chance(int(times[party]), draws) for party in np.flatnonzero(times)
        }
    on_list = np.flatnonzero(race.list_standing[rows].any(axis=0))
    to_come = _ListVotes(mean[:, parties + on_list], valid, (parties + on_list).tolist(), posterior, spread)
    list_votes[on_list] += to_come.draw(common, draws, source)
    return held, {area: areas[area] for area in first.areas}, list_votes


def _list_votes_to_come(race: AdditionalRace, evidence: Evidence, list_evidence: Evidence, row: int) -> float:
    """Give how many valid list votes are still to come from an area.

    Both votes are on papers of the same voters: the constituency says how many, where the list does not, and last time
    where nothing is in.
    """
    known = [
        float(seen.votes[row].sum() / (1 - seen.outstanding[row]))
        for seen in (list_evidence, evidence)
        if seen.observed[row]
    ]
    valid = known[0] if known else float(race.list_last_votes[row].sum())
    return valid * float(list_evidence.outstanding[row])


@dataclass(frozen=True, slots=True, eq=False)
class _ListVotes:
    """The list votes still to come: mean shares (areas x columns, in points), and how many `valid` ones by area.

    `columns` are the positions of those columns in the posterior, which `spread` widens.
    """

    mean: Floats
    valid: Floats
    columns: list[int]
    posterior: Posterior
    spread: float

    def draw(self, common: Common, draws: int, source: Source) -> Ints:
        """Draw them (columns x draws), added up over the areas, in whole votes.

        Of what the areas have in common, w = valid F: given w G of the constituencies' columns c that were drawn, w G
        of the list's columns l is B (w G_c) + |w| root(S_ll - B S_cl) E, B = S_lc inv(S_cc). What each area has for
        itself is added up as one normal number; that it is the same voters' as in the constituency is left out.
        """
        posterior, columns, drawn = self.posterior, self.columns, list(common)
        weight = self.valid / PERCENT
        factor = on_grid(weight @ posterior.factor)
        within = posterior.residual[np.ix_(columns, columns)]
        total = np.repeat(on_grid(weight @ np.maximum(self.mean, 0))[:, None], draws, axis=1)
        left = within
        if drawn:
            across = posterior.residual[np.ix_(drawn, columns)]
            ridge = ROUNDING * np.eye(len(drawn))
            solved = np.linalg.solve(posterior.residual[np.ix_(drawn, drawn)] + ridge, across)
            gain = np.asarray(solved.T, dtype=np.float64)
            left = within - gain @ across
            total += on_grid(gain) @ on_grid(np.array([factor @ common[column] for column in drawn]))
        own = ((weight * posterior.own) ** 2).sum()
        alone = self.spread**2 * (own * within + (factor @ factor) * left)
        total += on_grid(np.asarray(root_of(alone))) @ source.normal((len(columns), draws))
        kept = np.maximum(total, 0)
        return np.asarray(np.rint(kept * (self.valid.sum() / np.maximum(kept.sum(axis=0), 1))), dtype=np.int64)


def _expect(
    race: AdditionalRace, evidence: Evidence, list_evidence: Evidence, asked: Bools, parameters: Parameters
) -> tuple[Floats, Posterior]:
    """Give the mean shares of the areas asked (both votes' columns, in points) and the posterior they come with."""
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
    return np.asarray(last[asked] + posterior.mean), posterior
