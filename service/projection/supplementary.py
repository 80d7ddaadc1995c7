"""Project an office elected by supplementary vote: first preferences, who remains, and where second ones go.

First preferences of areas that are out follow the change on last time of those that are in. Where papers of eliminated
candidates go is not known before second preferences are counted; last time says about how many of them helped a
candidate of each remaining party, and how far such a part moves from one election to the next says how sure that is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.adding import PERCENT, Doubt, VotesToAdd, papers_to_come, range_of
from service.projection.chance import Source, on_grid
from service.projection.change import expect_change, scale_of, still_to_come, too_few
from service.projection.parameters import Parameters
from service.projection.projected import PLACES, Projection, Range, Withheld, chance, party_projections
from service.projection.race import NOBODY, Evidence, Floats, Ints, Race, shares_of
from service.projection.turnout import project_turnout

AREAS_MIN: Final = 4
"""Fewer areas with first preferences say too little of a city."""
FINALISTS: Final = 2
TRANSFER_CHOICES: Final = 20.0
"""Second preferences are as sure as if so many voters had been asked: a part of a quarter is off by 9.4 points, give or
take. From one mayoral election to the next in ten towns of England, 2002 to 2015, such a part moved by 9.2 (root mean
square of 39): House of Commons Library, CBP-7529, table 28c."""
VOTES_PER_TRANSFER_CHOICE: Final = 50_000.0
"""In a large city they move less, as if one more voter had been asked for so many: in London from 2000 to 2021 such a
part moved by 4.1 points (root mean square of ten), and 5.6 are expected."""
PAPERS_PER_CHOICE: Final = 500.0
"""Second preferences go together in a place: so many papers tell as much as one voter asked at random."""
CHOICES_MAX: Final = 400.0
"""However many papers are in, the rest of the city is not quite like them."""
CHOICES_MIN: Final = 10.0
"""Fewer say too little: where last time's are not on record, 5,000 papers of tonight's have to be in."""
PART_MIN: Final = 0.02
"""A transfer that never occurred may yet occur, a little."""


@dataclass(frozen=True, slots=True, eq=False)
class OfficeRace:
    """An office that areas elect together. `race` has a column for each candidate, `party` names whose each one is.

    `transfers` is by candidate the part (0 to 1) of the papers of those eliminated that is expected to go to it, should
    it remain: as its party had it last time. None: not on record.
    """

    race: Race
    party: tuple[str, ...]
    transfers: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class OfficeEvidence:
    """What is in: first preferences by area, or `whole` of all areas together; `final` votes of those remaining.

    `second` are second preferences that some areas have sent already for those remaining (candidates), out of so many
    `second_papers` of those eliminated. `final` (candidates, 0 for those eliminated) and `winner` (or `NOBODY`) are
    known once second preferences are. `turnout` is known once all first preferences are.
    """

    areas: Evidence
    whole: Ints | None = None
    second: Ints | None = None
    second_papers: int = 0
    final: Ints | None = None
    winner: int = NOBODY
    turnout: float | None = None


@dataclass(frozen=True, slots=True)
class CandidateProjection:
    """A candidate's chance to be elected and to remain after the first count, with its votes in the one and the other.

    `final` is over the draws in which it remains and nobody has more than half at once; None where there are none.
    """

    chance: float
    finalist: float
    first: Range | None
    final: Range | None


@dataclass(frozen=True, slots=True, eq=False)
class OfficeProjection:
    """The office as a body of one seat, and each candidate."""

    body: Projection
    candidates: Mapping[str, CandidateProjection]


def project_office(
    office: OfficeRace, evidence: OfficeEvidence, parameters: Parameters, *, seed: int, draws: int = 10_000
) -> OfficeProjection | Withheld:
    """Draw first preferences, then final_k = first_k + second_k + T_k (papers of those eliminated still to come).

    T is Dirichlet: as last time, and as the second preferences that are in. With the winner known there is nothing to
    draw.
    """
    source = Source(seed)
    if evidence.winner != NOBODY:
        return _decided(office, evidence, draws, seed)
    first, turnout = _first_preferences(office, evidence, parameters, source, draws)
    if isinstance(first, Withheld):
        return first
    ranked = np.argsort(-first, axis=0, kind="stable")[:FINALISTS]
    draw = np.arange(draws)
    at_once = 2 * first[ranked[0], draw] > first.sum(axis=0)
    choices = _choices(office, evidence)
    if choices is None and not at_once.all():
        return Withheld("how second preferences went last time is not on record")
    final = np.take_along_axis(first, ranked, axis=0)
    if choices is not None and len(office.race.parties) > FINALISTS:
        counted = np.zeros_like(final) if evidence.second is None else evidence.second[ranked]
        to_come = first.sum(axis=0) - final.sum(axis=0) - evidence.second_papers
        parts = _transfers(*choices, ranked, source)
        final = np.where(at_once, final, np.rint(final + counted + parts * to_come).astype(int))
    won = np.where(at_once | (final[0] >= final[1]), ranked[0], ranked[1])
    candidates = {}
    for row, name in enumerate(office.race.parties):
        among = [(ranked[place] == row) & ~at_once for place in range(FINALISTS)]
        reached = np.concatenate([final[place][there] for place, there in enumerate(among)])
        candidates[name] = CandidateProjection(
            chance=chance(int((won == row).sum()), draws),
            finalist=chance(
                int(((ranked == row).any(axis=0) & ~at_once).sum() + ((ranked[0] == row) & at_once).sum()), draws
            ),
            first=range_of(first[row], places=0),
            final=range_of(reached, places=0) if len(reached) else None,
        )
    return OfficeProjection(_body(office, won, turnout, draws, seed), candidates)


def _decided(office: OfficeRace, evidence: OfficeEvidence, draws: int, seed: int) -> OfficeProjection:
    first = evidence.whole if evidence.whole is not None else np.asarray(evidence.areas.votes.sum(axis=0))
    known, final = bool(first.any()), evidence.final
    candidates = {}
    for row, name in enumerate(office.race.parties):
        remains = final is not None and final[row] > 0
        candidates[name] = CandidateProjection(
            chance=float(row == evidence.winner),
            finalist=float(remains or row == evidence.winner),
            first=range_of(first[row : row + 1], places=0) if known else None,
            final=range_of(final[row : row + 1], places=0) if final is not None and remains else None,
        )
    turnout = _turnout(office, evidence, (0.0, 0.0))
    return OfficeProjection(_body(office, np.full(draws, evidence.winner), turnout, draws, seed), candidates)


def _body(office: OfficeRace, won: Ints, turnout: Range | None, draws: int, seed: int) -> Projection:
    parties = tuple(dict.fromkeys(office.party))
    party_of = np.array([parties.index(party) for party in office.party])
    seats = (party_of[won] == np.arange(len(parties))[:, None]).astype(np.int64)
    return Projection(
        parties=party_projections(parties, seats, {}, majority=1),
        areas={},
        turnout=turnout,
        unheard=(),
        draws=draws,
        seed=seed,
    )


def _choices(office: OfficeRace, evidence: OfficeEvidence) -> tuple[Floats, float] | None:
    """Give how many choices each candidate is expected to have, should it remain, and how many there are in all.

    None where neither last time nor tonight says enough.
    """
    expected, total = np.zeros(len(office.race.parties)), 0.0
    if office.transfers is not None:
        voted = evidence.whole if evidence.whole is not None else office.race.last_votes
        total = TRANSFER_CHOICES + float(voted.sum()) / VOTES_PER_TRANSFER_CHOICE
        expected = office.transfers * total
    if evidence.second is not None and evidence.second_papers:
        seen = min(evidence.second_papers / PAPERS_PER_CHOICE, CHOICES_MAX)
        expected, total = expected + evidence.second / evidence.second_papers * seen, total + seen
    return (expected, total) if total >= CHOICES_MIN else None


def _transfers(expected: Floats, total: float, ranked: Ints, source: Source) -> Floats:
    """Draw which part of the papers of those eliminated goes to each who remains (finalists x draws).

    Dirichlet over those remaining and nobody, by gamma variables, each by Wilson and Hilferty's cube root.
    """
    parts = np.maximum(expected[ranked], PART_MIN)
    parts = np.vstack([parts, np.maximum(total - parts.sum(axis=0), PART_MIN)])
    root = 1 - 1 / (9 * parts) + source.normal(parts.shape) / (3 * np.sqrt(parts))
    gamma = parts * np.maximum(root, 0) ** 3
    return on_grid(np.asarray(gamma / gamma.sum(axis=0)))[:FINALISTS]


def _first_preferences(
    office: OfficeRace, evidence: OfficeEvidence, parameters: Parameters, source: Source, draws: int
) -> tuple[Ints | Withheld, Range | None]:
    """Draw the first preferences of all areas (candidates x draws), with the turnout; what is in is a constant."""
    race, seen = office.race, evidence.areas
    if evidence.whole is not None:
        return np.repeat(evidence.whole[:, None], draws, axis=1), _turnout(office, evidence, (0.0, 0.0))
    asked = seen.outstanding > 0
    counted = np.repeat(seen.votes.sum(axis=0)[:, None], draws, axis=1)
    if not asked.any():
        return counted, _turnout(office, evidence, (0.0, 0.0))
    without = int((race.last_votes.sum(axis=1) == 0).sum())
    if without:
        return Withheld(f"no baseline of first preferences for {without} of {len(race.areas)} areas"), None
    reason = too_few(seen, min(AREAS_MIN, parameters.areas_min), parameters)
    if reason:
        return Withheld(reason), None
    now, last = (shares_of(votes) * PERCENT for votes in (seen.votes, race.last_votes))
    scale = scale_of(last, now, seen.observed)
    # A candidate enters or leaves everywhere: that is common to all areas.
    expected = expect_change(race, seen, asked, np.ones_like(race.standing), parameters, scale)
    # `reach` is fitted on how far a parliament's early areas are from hundreds of others; a city has few.
    spread = parameters.stack_at(float(seen.observed.mean())).spread
    part, posterior = seen.outstanding[asked], expected.posterior
    whole = race.last_votes[asked].sum(axis=1) * np.exp(posterior.mean[:, -1] / PERCENT)
    papers = papers_to_come(whole * part, whole, posterior, spread)
    columns = np.flatnonzero(race.standing.any(axis=0))
    mean = still_to_come(expected.mean, now[asked], part, race.standing[asked])[:, columns]
    doubt = Doubt(whole[:, None] / PERCENT * expected.scale[:, columns], columns.tolist(), posterior, spread)
    counted[columns] += VotesToAdd(mean, whole * part, [doubt], papers).draw({}, draws, source)
    return counted, _turnout(office, evidence, papers)


def _turnout(office: OfficeRace, evidence: OfficeEvidence, to_come: tuple[float, float]) -> Range | None:
    """Give the turnout, with so many valid votes still to come, give or take."""
    if evidence.turnout is not None:
        known = round(evidence.turnout, PLACES)
        return Range(known, known, known)
    if evidence.whole is not None:
        return None
    return project_turnout(office.race, evidence.areas, *to_come)
