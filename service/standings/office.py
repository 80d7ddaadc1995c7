"""An office elected by candidates: who has how many votes, and the rounds of the count."""

from collections.abc import Iterator

from service.counting import SupplementaryWorking
from service.election import Election
from service.ids import CandidateId
from service.standings.area import share_before
from service.standings.before import votes_before
from service.standings.shares import by_party, points, points_out, share_out, shares
from service.standings.whole import WholeOutcome
from service.standings.wire import CandidateOut, RoundOut


def candidates_out(election: Election, whole: WholeOutcome) -> Iterator[CandidateOut]:
    """Print everybody who stands: those elected first, then by what they ended with, then by first preferences."""
    standing = election.candidates.get((whole.contest.id, None), {})
    votes = whole.figures.votes if whole.figures else dict.fromkeys(standing)
    known = whole.figures.all_votes if whole.figures else None
    now = shares(known)
    areas = {part for area in whole.areas for part in election.covered_by(whole.contest.id, area)}
    before = shares(votes_before(election, whole.contest, areas))
    working = whole.outcome.working if whole.outcome else None
    final = working.rounds[-1] if isinstance(working, SupplementaryWorking) and len(working.rounds) > 1 else None
    party_now = shares(by_party((standing[choice].party, number) for choice, number in votes.items()))
    winners = whole.winners if whole.decided else ()

    def place(candidate: CandidateId) -> tuple[bool, int, int, str]:
        total = final.votes.get(candidate, 0) if final else 0
        return candidate not in winners, -total, -(votes.get(candidate) or 0), candidate

    for candidate in sorted(standing, key=place):
        who = standing[candidate]
        last = share_before(election, before, who.party)
        # Two independents have no common last time: what their party line had before is nobody's own.
        own = now.get(candidate) if party_now.get(who.party) == now.get(candidate) else None
        yield CandidateOut(
            candidate=candidate,
            name=who.name,
            party=who.party,
            votes=votes.get(candidate),
            share=share_out(now.get(candidate)),
            change_points=points_out(points(own, last)),
            transfers=final.transfers.get(candidate) if final else None,
            total=final.votes.get(candidate) if final else None,
            incumbent=who.incumbent,
            elected=candidate in winners,
        )


def rounds_out(whole: WholeOutcome) -> Iterator[RoundOut]:
    """Print the rounds: first preferences, then those remaining with second preferences added."""
    working = whole.outcome.working if whole.outcome else None
    if not isinstance(working, SupplementaryWorking):
        return
    for each in working.rounds:
        yield RoundOut(
            round=each.number,
            contest=whole.contest.id,
            candidates=[
                {"candidate": option, "votes": votes, "transfers": each.transfers.get(option, 0)}
                for option, votes in each.votes.items()
            ],
            eliminated=list(each.eliminated),
            not_transferred=each.not_transferred,
        )
