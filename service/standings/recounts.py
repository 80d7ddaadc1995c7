"""Recount watch: areas where a recount is ordered, or where the lead is so small that one is likely.

House rule, not law: the law of the United Kingdom names no number, a candidate asks and the returning officer decides
what is reasonable (Source: Representation of the People Act 1983, schedule 1, rule 46). We read "likely" as the widest
mark that a law writes down for votes counted by the hundred thousand: half a percent of the votes, or less, at which
Florida counts again (Source: Florida Statutes, section 102.141(7)). Canada's is a thousandth (Source: Canada Elections
Act, section 300(4)), Australia's fewer than 100 votes (Source: AEC, Candidates Handbook 2016, "Recounts and disputed
returns"); Kensington 2017 was counted again at 20 votes, which is within all of them.

What a model expects of an area is not watched: its own residual is 3.5 points a party, so that to a lead within half a
percent it gives fewer than one chance in ten before the area's figures are nearly all in. From then on they say it.
"""

from typing import Final

from service.election import Body, Contest, Election
from service.ids import CandidateId
from service.standings.area import AreaOutcome
from service.standings.certain import MOST_VOTES
from service.standings.contest import Counted
from service.standings.seats import is_complete
from service.standings.shares import share, share_out
from service.standings.wire import RecountOut

CLOSE_PARTS: Final = 200
"""A lead of a 200th of the valid ballot papers, half a percent, or less is close."""

NEARLY_DONE: Final = (9, 10)
"""A partial count is looked at from nine tenths on, by the count centre's own progress: before, leads mean little."""


def recount_watch(election: Election, body: Body, counted: Counted) -> list[RecountOut]:
    """Name the areas to watch, in the folder's order; none once all of the body is declared, with recounts made."""
    if is_complete(election, body, counted):
        return []
    found = (
        watched(election, election.contests[name], counted.areas[name][area])
        for name in body.contests
        if election.contests[name].scope == "area"
        for area in election.reporting(name, body.id)
    )
    return [each for each in found if each is not None]


def watched(election: Election, contest: Contest, outcome: AreaOutcome) -> RecountOut | None:
    """Say why an area is watched; None where it is not."""
    figures = outcome.figures
    ordered = outcome.standing.state == "recount_ordered"
    two = _last_and_next(election, contest, outcome)
    lead = two[0][1] - two[1][1] if two is not None else None
    if not ordered:
        valid = figures.valid if figures is not None else None
        # Of no votes there is no lead.
        close = lead is not None and valid is not None and valid > 0 and CLOSE_PARTS * lead <= valid
        if not close or not _far_enough(outcome):
            return None
    party = {who.id: str(who.party) for who in election.standing(contest.id, outcome.area).values()}
    first, second = (two[0][0], two[1][0]) if two is not None else (None, None)
    return RecountOut(
        contest=contest.id,
        area=outcome.area,
        name=election.areas[outcome.area].name,
        basis="ordered" if ordered else "declared" if outcome.standing.declared else "partial",
        lead=lead,
        lead_share=share_out(share(lead, figures.valid)) if figures is not None else None,
        first=first,
        second=second,
        first_party=party[first] if first is not None else None,
        second_party=party[second] if second is not None else None,
    )


def _last_and_next(
    election: Election, contest: Contest, outcome: AreaOutcome
) -> tuple[tuple[CandidateId, int], tuple[CandidateId, int]] | None:
    """Give the last who is elected by these votes and the first who is not; None where votes or candidates lack."""
    votes = outcome.figures.all_votes if outcome.figures is not None else None
    seats = election.seats_in(contest.id, outcome.area)
    if votes is None or seats is None or contest.rule not in MOST_VOTES or len(votes) <= seats or seats < 1:
        return None
    ranked = sorted(votes.items(), key=lambda row: (-row[1], row[0]))
    return ranked[seats - 1], ranked[seats]


def _far_enough(outcome: AreaOutcome) -> bool:
    """Say whether a lead means something: declared and not yet counted again, or nearly counted; not in dispute."""
    count = outcome.standing.figures
    if count is None or outcome.standing.disputed:
        return False
    if outcome.standing.declared:
        return count.kind != "recount"
    part, whole = NEARLY_DONE
    return count.counted is not None and whole * count.counted.done >= part * count.counted.of > 0
