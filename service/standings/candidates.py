"""The candidates of one area, as they are published."""

from collections.abc import Collection
from fractions import Fraction

from service.election import Election
from service.ids import CandidateId
from service.standings.area import AreaOutcome, Compared
from service.standings.shares import points_out, share_out, shares
from service.standings.wire import CandidateOut


def area_candidates(
    election: Election, outcome: AreaOutcome, against: Compared, *, elected: Collection[CandidateId]
) -> list[CandidateOut]:
    """Print everybody who stands in an area: those elected first, then by votes."""
    standing = election.standing(outcome.contest, outcome.area)
    votes = outcome.figures.votes if outcome.figures else dict.fromkeys(standing)
    now = shares(outcome.figures.all_votes if outcome.figures else None)
    alone = {
        candidate: [each.party for each in standing.values()].count(who.party) == 1
        for candidate, who in standing.items()
    }

    def place(candidate: CandidateId) -> tuple[bool, int, str]:
        return candidate not in elected, -(votes.get(candidate) or 0), candidate

    def change(candidate: CandidateId) -> Fraction | None:
        return against.change.get(standing[candidate].party) if alone[candidate] and candidate in now else None

    return [
        CandidateOut(
            candidate=candidate,
            name=standing[candidate].name,
            party=standing[candidate].party,
            votes=votes.get(candidate),
            share=share_out(now.get(candidate)),
            change_points=points_out(change(candidate)),
            incumbent=standing[candidate].incumbent,
            elected=candidate in elected,
        )
        for candidate in sorted(standing, key=place)
    ]
