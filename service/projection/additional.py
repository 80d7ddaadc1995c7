"""Project a body of constituency and list members: both votes drawn jointly, list seats by the statutory count.

A party that does better than last time in the constituencies does so on the list, so lists follow what was drawn of
them. The list votes of the open areas are added up draw by draw, since only their sum gives seats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.projection.adding import PERCENT, papers_to_come, shares_drawn
from service.projection.averages import allocate_lists, clears_threshold
from service.projection.chance import Source
from service.projection.change import Expected, expect_change, scale_of, still_to_come, too_few
from service.projection.draws import Outlook, contested, draw_common, draw_wins
from service.projection.list_votes import AdditionalRace, ListEvidence, ListVotes
from service.projection.model import TO_A_LOT
from service.projection.parameters import Parameters
from service.projection.projected import Projection, Withheld, chance, party_projections
from service.projection.race import Bools, Evidence, Ints, Race, shares_of
from service.projection.turnout import project_turnout

AREAS_MIN: Final = 3
"""Fewer constituencies with figures say too little of a body of so few. From three on the ranges of London 2021, played
in random and adverse orders, held what came."""


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
        reason = too_few(evidence, min(AREAS_MIN, parameters.areas_min), parameters)
        if reason:
            return Withheld(reason)
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
    expected, rows = _expect(first, evidence, asked, parameters), np.flatnonzero(asked)
    # `reach` is fitted on how far a parliament's early areas are from hundreds of others; a city has few.
    spread = parameters.stack_at(float(evidence.observed.mean())).spread
    outlook = _outlook(first, evidence, rows, expected, spread)
    common = draw_common(expected.posterior, spread, contested(outlook), draws, source)
    wins = draw_wins(outlook, common, source, held)
    for row, times in zip(rows[~evidence.declared[rows]], wins, strict=True):
        areas[first.areas[row]] = {
            first.parties[party]: chance(int(times[party]), draws) for party in np.flatnonzero(times)
        }
    lists = ListVotes(race, evidence, of_list, asked, expected, parameters, spread)
    list_votes += lists.draw(common, draws, source)
    part = evidence.outstanding[rows]
    whole = first.last_votes[rows].sum(axis=1) * np.exp(expected.posterior.mean[:, -1] / PERCENT) * (part > 0)
    valid = papers_to_come(whole * part, whole, expected.posterior, spread)
    return _Drawn(held, list_votes, {area: areas[area] for area in first.areas}, valid)


def _expect(race: Race, evidence: Evidence, asked: Bools, parameters: Parameters) -> Expected:
    """Say what the constituencies asked will come to; a party moves as much in one as in another, in points."""
    now, last = (shares_of(votes) * PERCENT for votes in (evidence.votes, race.last_votes))
    # Somebody small in the whole may be large in one constituency, and win it.
    scale = scale_of(last, now, evidence.observed).max(axis=0)
    # A party stands all over such a body or nowhere: that it enters or leaves is part of what is common to all.
    together = np.ones_like(race.standing)
    expected = expect_change(race, evidence, asked, together, parameters, np.broadcast_to(scale, last.shape))
    points = np.append(scale, 1.0)
    residual = expected.posterior.residual * np.outer(points, points)
    return replace(
        expected, scale=np.ones_like(expected.scale), posterior=replace(expected.posterior, residual=residual)
    )


def _outlook(race: Race, evidence: Evidence, rows: Ints, expected: Expected, spread: float) -> Outlook:
    """Give the areas of these rows, which are those asked, that have not declared as they are to be drawn."""
    undecided = np.flatnonzero(~evidence.declared[rows])
    still = rows[undecided]
    part = evidence.outstanding[still]
    counted = shares_of(evidence.votes[still]) * PERCENT
    standing = race.standing[still]
    to_come = still_to_come(expected.mean[undecided], counted, part, standing)
    ahead = (1 - part)[:, None] * (counted.max(axis=1, keepdims=True) - counted)
    posterior = expected.posterior.of(undecided)
    return Outlook(
        mean=part[:, None] * to_come + (1 - part)[:, None] * counted,
        standing=standing & (ahead <= PERCENT * part[:, None]),
        party=np.broadcast_to(np.arange(len(race.parties)), (len(still), len(race.parties))),
        share=np.where(part > 0, 1.0, TO_A_LOT),
        # Where all is counted and nobody declared, of level candidates a lot decides.
        posterior=replace(posterior, own=np.where(part > 0, posterior.own, 1.0)),
        spread=spread,
    )
