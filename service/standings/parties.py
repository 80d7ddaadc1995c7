"""The parties of a body: seats, change, gains and losses, votes, and what is projected of each."""

from collections import Counter
from collections.abc import Iterable, Mapping

from service.election import EVE, LAST, REPORTED, Body, Election
from service.ids import PartyId
from service.standings.area import share_before
from service.standings.contest import ContestView
from service.standings.outlook import Outlook, party_outlook, withheld_because
from service.standings.shares import points, points_out, share_out
from service.standings.wire import CertainOut, PartyOut, PartyVotesOut


def seats_by_party(body: Body, views: Iterable[ContestView]) -> dict[PartyId, int] | None:
    """Add up a body's seats as things stand, those not up included; None: nothing is in."""
    known = [view.seats for view in views if view.seats is not None]
    if not known:
        return None
    total = Counter(body.seats_not_up)
    for seats in known:
        total.update(seats)
    return dict(total)


def parties_out(
    election: Election, body: Body, views: list[ContestView], outlook: Outlook | None, certain: CertainOut
) -> list[PartyOut]:
    """Print every party that stands or stood: the most seats first, then the most votes."""
    seats = seats_by_party(body, views)
    present = {party for view in views for party in (*(view.seats or {}), *(view.votes or {}), *view.share_before)}
    for view in views:
        contest = view.contest
        present.update(contest.parties)
        for area in view.areas if contest.scope == "area" else (None,):
            present.update(each.party for each in election.candidates.get((contest.id, area), {}).values())
        for moves in view.moves.values():
            present.update({*moves.gains, *moves.losses} if moves else ())
    present.update(body.seats_not_up)
    why = withheld_because(election, body, outlook)
    rows = []
    for party in (each for each in election.parties if each in present):
        row = _party(election, party, views, seats)
        row["projection"] = party_outlook(outlook, party, row["seats"], certain["seats"].get(party))
        if why is not None:
            row["withheld"] = why
        rows.append(row)
    order = list(election.parties)
    return sorted(rows, key=lambda row: (-(row["seats"] or 0), -_most_votes(row), order.index(PartyId(row["party"]))))


def _most_votes(row: PartyOut) -> int:
    return max((votes["votes"] or 0 for votes in row["votes"].values()), default=0)


def _party(
    election: Election, party: PartyId, views: list[ContestView], seats: Mapping[PartyId, int] | None
) -> PartyOut:
    """Print what stands of a party; what is projected of it is added."""
    of = election.parties[party]
    counted = [view for view in views if view.seats is not None]
    moves = {baseline: [view.moves[baseline] for view in counted] for baseline in (LAST, EVE)}
    known = {baseline: [each for each in those if each is not None] for baseline, those in moves.items()}
    compared = {baseline: bool(counted) and len(known[baseline]) == len(counted) for baseline in moves}
    # Of seats that others have added up only what is left of gains and losses is known.
    apart = compared[LAST] and all(view.contest.rule != REPORTED for view in counted)
    gains = sum(each.gains.get(party, 0) for each in known[LAST]) if apart else None
    losses = sum(each.losses.get(party, 0) for each in known[LAST]) if apart else None
    changes = {
        baseline: sum(each.gains.get(party, 0) - each.losses.get(party, 0) for each in those)
        if compared[baseline]
        else None
        for baseline, those in known.items()
    }
    held = None if seats is None else seats.get(party, 0)
    return PartyOut(
        party=party,
        name=of.name,
        short=of.short,
        colour=of.colour,
        seats=held,
        seats_by_contest={view.contest.id: None if view.seats is None else view.seats.get(party, 0) for view in views},
        change=changes[LAST],
        changes=changes,
        gains=gains,
        losses=losses,
        votes={view.contest.id: _party_votes_out(election, view, party) for view in views},
        projection=None,
    )


def _party_votes_out(election: Election, view: ContestView, party: PartyId) -> PartyVotesOut:
    votes = None if view.votes is None else view.votes.get(party)
    now = view.share_now.get(party)
    before = share_before(election, view.share_before, party)
    return PartyVotesOut(
        votes=votes,
        share=share_out(now),
        change_points=points_out(points(now, before)),
        average_share=share_out(view.averages.get(party)),
    )
