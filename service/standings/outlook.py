"""What a projection needs of a night, and what it says, in the election's own terms.

Projectable so far are bodies whose areas each return the candidate with the most votes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.election import Body, Contest, Election
from service.ids import AreaId, CandidateId, PartyId
from service.projection import LEVEL, NOBODY, Evidence, Projection, Race, Withheld, nothing_in
from service.standings.area import AreaOutcome
from service.standings.certain import outstanding_in
from service.standings.contest import Counted
from service.standings.wire import OutlookOut, PartyProjectionOut

NO_MODEL: Final = "no projection model covers this body"
"""Why a projection is withheld where there is nothing to project with."""

NOT_YET: Final = "the first projection is still being worked out"
"""Why it is withheld right after a start."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A projection, the last record that it was computed from, and the seed of its draws."""

    sequence: int
    seed: int
    said: Projection | Withheld


def race_of(election: Election, body: Body) -> Race | None:
    """Describe a body before the first count; None where no model covers it."""
    if len(body.contests) != 1 or body.office:
        return None
    contest = election.contests[body.contests[0]]
    areas = election.reporting(contest.id, body.id)
    one_seat = all(election.seats_in(contest.id, area) == 1 for area in areas)
    if contest.scope != "area" or contest.rule != "plurality" or not one_seat or len(areas) <= 1:
        return None
    parties = _parties(election, contest, areas)
    last_votes = np.zeros((len(areas), len(parties)), dtype=np.int64)
    standing = np.zeros((len(areas), len(parties)), dtype=np.bool_)
    incumbent = np.zeros((len(areas), len(parties)), dtype=np.bool_)
    holder = np.full(len(areas), NOBODY)
    for row, area in enumerate(areas):
        for candidate in election.standing(contest.id, area).values():
            standing[row, parties[candidate.party]] = True
            incumbent[row, parties[candidate.party]] |= candidate.incumbent
        last = election.last(contest.id, area)
        for party, votes in (last.all_votes or {}).items() if last is not None else ():
            last_votes[row, parties[party]] = votes
        if last is not None and last.holder is not None:
            holder[row] = parties[last.holder]
    return Race(
        areas=tuple(areas),
        parties=tuple(parties),
        last_votes=last_votes,
        standing=standing,
        incumbent=incumbent,
        country=tuple(election.areas[area].country or "" for area in areas),
        region=tuple(election.areas[area].region or "" for area in areas),
        holder=holder,
        electorate=np.array([election.areas[area].electorate or 0 for area in areas], dtype=np.int64),
    )


def _parties(election: Election, contest: Contest, areas: tuple[AreaId, ...]) -> dict[PartyId, int]:
    """Number the parties that stand or stood here, in the folder's order."""
    present: set[PartyId] = set()
    for area in areas:
        present.update(candidate.party for candidate in election.standing(contest.id, area).values())
        last = election.last(contest.id, area)
        present.update(last.votes if last is not None else ())
    return {party: number for number, party in enumerate(one for one in election.parties if one in present)}


def evidence_of(election: Election, body: Body, race: Race, counted: Counted) -> Evidence:
    """Say what is in of a body at this moment, in the order of its race."""
    contest = election.contests[body.contests[0]]
    parties = {PartyId(party): number for number, party in enumerate(race.parties)}
    evidence = nothing_in(race)
    for row, name in enumerate(race.areas):
        outcome = counted.areas[contest.id][AreaId(name)]
        standing = election.standing(contest.id, AreaId(name))
        if outcome.declared and len(outcome.winners) == 1:
            evidence.winner[row] = parties[standing[outcome.winners[0]].party]
        votes = outcome.figures.all_votes if outcome.figures else None
        part = _outstanding_share(election, outcome)
        if votes is None or part is None:
            continue
        for candidate, number in votes.items():
            evidence.votes[row, parties[standing[CandidateId(candidate)].party]] += number
        evidence.outstanding[row] = part
    return evidence


def _outstanding_share(election: Election, outcome: AreaOutcome) -> float | None:
    """Give what part of an area's papers is still to count, None where that is not known.

    A count centre's own progress comes first; the register less the papers counted says too much, since many who are
    on it never came.
    """
    count = outcome.standing.figures
    if outcome.standing.declared:
        return 0.0
    if count is not None and count.counted is not None and count.counted.of:
        return 1 - count.counted.done / count.counted.of
    figures, outstanding = outcome.figures, outstanding_in(election, outcome)
    if figures is None or outstanding is None or not figures.valid:
        return None
    return outstanding / (outstanding + figures.valid)


def contents_of(body: Body, counted: Counted) -> frozenset[str]:
    """Name the contents that stand for a body: what its seed is made of, whatever the order in which they came."""
    return frozenset(
        str(outcome.standing.content)
        for contest in body.contests
        for outcome in counted.areas[contest].values()
        if outcome.standing.content is not None
    )


def party_outlook(outlook: Outlook | None, party: PartyId, seats: int | None) -> PartyProjectionOut | None:
    """Give what is projected of one party; a party that no draw gives anything is shown with its seats as they are."""
    if outlook is None or isinstance(outlook.said, Withheld):
        return None
    of = outlook.said.parties.get(party)
    held = seats or 0
    return PartyProjectionOut(
        sequence=outlook.sequence,
        seats={
            "low": of.low if of else held,
            "median": of.median if of else held,
            "high": of.high if of else held,
            "level": LEVEL,
        },
        mean=of.mean if of else float(held),
        largest=of.largest if of else 0.0,
        majority=of.majority if of else 0.0,
        share=of.share.as_json() if of and of.share else None,
    )


def outlook_out(outlook: Outlook | None) -> OutlookOut | None:
    """Give what is projected of a body beside its parties: turnout, and who may win the areas that are still open."""
    if outlook is None or isinstance(outlook.said, Withheld):
        return None
    said = outlook.said
    return OutlookOut(
        sequence=outlook.sequence,
        seed=f"{outlook.seed:016x}",
        draws=said.draws,
        turnout=said.turnout.as_json() if said.turnout else None,
        unheard=list(said.unheard),
        areas={area: chances for area, chances in said.areas.items() if 1.0 not in chances.values()},
    )


def withheld_because(outlook: Outlook | None) -> str | None:
    """Say why there is no projection, None where there is one."""
    if outlook is None:
        return NO_MODEL
    return outlook.said.reason if isinstance(outlook.said, Withheld) else None
