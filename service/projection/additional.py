"""Project a body of constituency and list members: both votes drawn jointly, list seats by the statutory count.

A party that does better than last time in the constituencies does so on the list, so both are columns of one process.
The list votes of the open areas are added up draw by draw, since only their sum gives seats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.projection.adding import PERCENT, VotesToAdd, shares_drawn, sum_to_come
from service.projection.averages import ListTerms, allocate_lists, clears_threshold
from service.projection.chance import Source
from service.projection.draws import Outlook, contested, draw_common, draw_wins
from service.projection.kernel import Traits, covariance
from service.projection.model import SMALL_RESIDUAL, SMALL_SHARE_POINTS, TO_A_LOT
from service.projection.parameters import Parameters
from service.projection.posterior import Observations, Posterior, condition
from service.projection.projected import Projection, Withheld, chance, party_projections
from service.projection.race import Bools, Evidence, Floats, Ints, Race, codes_of, shares_of
from service.projection.turnout import project_turnout

TOGETHER: Final = 0.8
"""How much of a party's change in a constituency is expected on the list, where only the first is in."""
AREAS_MIN: Final = 3
"""Fewer constituencies with figures say too little of a body of so few. From three on the ranges of London 2021, played
in random and adverse orders, held what came."""


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
class ListEvidence:
    """What is in of the list: area by area (its `winner` says nothing), or of all areas together in one declaration."""

    areas: Evidence
    whole: Ints | None = None

    @property
    def outstanding(self) -> Floats:
        """How much of each area's list votes is still to come."""
        return self.areas.outstanding if self.whole is None else np.zeros(len(self.areas.outstanding))

    @property
    def votes(self) -> Ints:
        """The votes that are in, by party."""
        return np.asarray(self.areas.votes.sum(axis=0)) if self.whole is None else self.whole


@dataclass(frozen=True, slots=True, eq=False)
class AdditionalProjection:
    """The seats of both kinds together, and by party on the list the chance to clear the threshold."""

    body: Projection
    clears_threshold: Mapping[str, float]


def project_additional(
    race: AdditionalRace,
    evidence: Evidence,
    of_list: ListEvidence,
    parameters: Parameters,
    *,
    seed: int,
    draws: int = 10_000,
) -> AdditionalProjection | Withheld:
    """Say what both votes will come to; `of_list` has the same areas as `evidence`.

    With every area declared and the list's votes in, the seats are those of the count, and each range is one number.
    """
    first = race.constituency
    if not (evidence.declared.all() and (of_list.outstanding == 0).all()):
        without = int((first.last_votes.sum(axis=1) == 0).sum())
        if without:
            return Withheld(f"no baseline of the constituency vote for {without} of {len(first.areas)} areas")
        seen, needed = int(evidence.observed.sum()), min(AREAS_MIN, parameters.areas_min)
        if seen < needed:
            return Withheld(f"too few areas: {seen} of {len(first.areas)} are in with figures, {needed} are needed")
    drawn = _draw(race, evidence, of_list, parameters, Source(seed), draws)
    seats = drawn.held + allocate_lists(drawn.list_votes, drawn.held, race.terms)
    on_list = np.asarray(race.list_standing.any(axis=0) & (race.terms.places > 0), dtype=np.bool_)
    projection = Projection(
        parties=party_projections(
            first.parties,
            seats,
            shares_drawn(first.parties, drawn.list_votes),
            majority=(len(first.areas) + race.terms.seats) // 2 + 1,
        ),
        areas=drawn.areas,
        turnout=project_turnout(first, evidence, *drawn.valid),
        unheard=(),
        draws=draws,
        seed=seed,
    )
    cleared = np.count_nonzero(clears_threshold(drawn.list_votes, race.terms.threshold), axis=1)
    return AdditionalProjection(
        projection,
        {party: chance(int(cleared[row]), draws) for row, party in enumerate(first.parties) if on_list[row]},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What was drawn: constituency seats and list votes (parties x draws), the chances of each area.

    `valid` are the constituency votes still to come of all areas, and the standard deviation of that sum.
    """

    held: Ints
    list_votes: Ints
    areas: dict[str, dict[str, float]]
    valid: tuple[float, float]


def _draw(
    race: AdditionalRace,
    evidence: Evidence,
    of_list: ListEvidence,
    parameters: Parameters,
    source: Source,
    draws: int,
) -> _Drawn:
    first = race.constituency
    parties = len(first.parties)
    decided = np.flatnonzero(evidence.declared)
    held = np.repeat(np.bincount(evidence.winner[decided], minlength=parties)[:, None], draws, axis=1)
    areas = {first.areas[row]: {first.parties[evidence.winner[row]]: 1.0} for row in decided}
    list_votes = np.repeat(of_list.votes[:, None], draws, axis=1)
    asked = np.asarray(np.logical_or(~evidence.declared, of_list.outstanding > 0), dtype=np.bool_)
    if not asked.any():
        return _Drawn(held, list_votes, areas, (0.0, 0.0))
    mean, posterior = _expect(race, evidence, of_list, asked, parameters)
    # `reach` is fitted on how far a parliament's early areas are from hundreds of others; a city has few.
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
        share=np.maximum(part, TO_A_LOT),
        posterior=_with_lots(posterior.of(undecided), part),
        spread=spread,
    )
    more = np.exp(posterior.mean[:, -1] / PERCENT)
    common = draw_common(posterior, spread, contested(outlook), draws, source)
    for row, times in zip(still, draw_wins(outlook, common, source, held), strict=True):
        areas[first.areas[row]] = {
            first.parties[party]: chance(int(times[party]), draws) for party in np.flatnonzero(times)
        }
    on_list = np.flatnonzero(race.list_standing[rows].any(axis=0))
    of_lists = np.array(
        [_list_votes_to_come(race, evidence, of_list, int(row), float(more[place])) for place, row in enumerate(rows)]
    )
    to_come = VotesToAdd(mean[:, parties + on_list], of_lists, (parties + on_list).tolist(), posterior, spread)
    list_votes[on_list] += to_come.draw(common, draws, source)
    valid = evidence.outstanding[rows] * first.last_votes[rows].sum(axis=1) * more
    return _Drawn(held, list_votes, {area: areas[area] for area in first.areas}, sum_to_come(valid, posterior, spread))


def _with_lots(posterior: Posterior, part: Floats) -> Posterior:
    """Leave something to chance where all is counted and nobody declared: of level candidates a lot decides."""
    return replace(posterior, own=np.where(part > 0, posterior.own, 1.0))


def _list_votes_to_come(
    race: AdditionalRace, evidence: Evidence, of_list: ListEvidence, row: int, more: float
) -> float:
    """Give how many valid list votes are still to come from an area.

    Both votes are on papers of the same voters: the constituency says how many, where the list does not, and last time
    with the turnout of the areas that are in (`more`, a factor) where nothing is in.
    """
    known = [
        float(seen.votes[row].sum() / (1 - seen.outstanding[row]))
        for seen in (of_list.areas, evidence)
        if seen.observed[row]
    ]
    valid = known[0] if known else float(race.list_last_votes[row].sum()) * more
    return valid * float(of_list.outstanding[row])


def _expect(
    race: AdditionalRace, evidence: Evidence, of_list: ListEvidence, asked: Bools, parameters: Parameters
) -> tuple[Floats, Posterior]:
    """Give the mean shares of the areas asked (both votes' columns, in points) and the posterior they come with.

    The posterior has one column more: the change of the number of valid votes, in log points.
    """
    first, seen_list = race.constituency, of_list.areas
    last = np.column_stack([shares_of(first.last_votes), shares_of(race.list_last_votes)]) * PERCENT
    standing = np.column_stack([first.standing, race.list_standing])
    traits = Traits(
        last=last,
        left=np.zeros(len(last)),
        # A party stands all over such a body or nowhere: that it enters or leaves is part of what is common to all.
        standing=np.ones_like(standing),
        incumbent=first.incumbent,
        country=codes_of(first.country),
        region=codes_of(first.region),
        holder=first.holder,
    )
    parties = len(first.parties)
    observed = evidence.observed
    change = shares_of(evidence.votes) * PERCENT - last[:, :parties]
    list_change = shares_of(seen_list.votes) * PERCENT - last[:, parties:]
    list_change = np.where(seen_list.observed[:, None], list_change, TOGETHER * change * race.list_standing)
    outstanding = np.maximum(evidence.outstanding, np.where(seen_list.observed, seen_list.outstanding, 0))[observed]
    valid = evidence.votes.sum(axis=1)[observed] / (1 - evidence.outstanding[observed])
    more_valid = PERCENT * np.log(valid / first.last_votes.sum(axis=1)[observed])
    always = np.ones((int(observed.sum()), 1), dtype=np.bool_)
    # A party without candidates tells nothing of its list before lists are in.
    told = seen_list.observed[:, None] | (standing | (last > 0))[:, :parties]
    seen_at_all = (standing | (last > 0)) & np.column_stack([np.ones_like(told), told])
    seen = Observations(
        rows=observed,
        change=np.column_stack([np.column_stack([change, list_change])[observed], more_valid]),
        noise=(parameters.partial * outstanding / (1 - outstanding)),
        standing=np.column_stack([seen_at_all[observed], always]),
    )
    small = np.append(last.mean(axis=0) < SMALL_SHARE_POINTS, False)
    residual = np.where(small, SMALL_RESIDUAL, 1.0) * parameters.residual_points
    posterior = condition(covariance(traits, parameters.kernel), seen, asked, residual, parameters.freedom)
    return np.asarray(last[asked] + posterior.mean[:, :-1]), posterior
