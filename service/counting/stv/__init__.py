"""The single transferable vote: Scotland's and Northern Ireland's rules by parcels of papers, and Meek's method.

::

    count_stv(ScottishStv(seats=3), Papers(((120, ("ann", "bob")), ...), ("ann", "bob", ...))) -> Outcome
"""

from collections.abc import Sequence
from fractions import Fraction

from service.counting.outcome import Lot, Outcome
from service.counting.stv.meek import count_meek
from service.counting.stv.northern_ireland import count_northern_ireland
from service.counting.stv.rules import MeekStv, NorthernIrelandStv, ScottishStv, StvRule
from service.counting.stv.scotland import count_scottish
from service.counting.stv.working import Action, Decision, Stage, StvWorking, TieBreak, Transfer
from service.counting.votes import Papers

__all__ = [
    "Action",
    "Decision",
    "MeekStv",
    "NorthernIrelandStv",
    "ScottishStv",
    "Stage",
    "StvRule",
    "StvWorking",
    "TieBreak",
    "Transfer",
    "count_stv",
]


def count_stv(rule: StvRule, papers: Papers, lots: Sequence[Lot] = ()) -> Outcome:
    """Count `papers` under `rule`, with the `lots` that have been drawn so far.

    Each seat has the stage at which it was filled and the votes that its candidate then had; `by_lot` says that the
    candidate survived an exclusion decided by lot. `votes_short` is None everywhere: what more votes would do depends
    on the preferences that come with them. `next_in_line` has the others in the order in which they stood: those never
    excluded, by votes, then those excluded, the last first. The first of them is the `runner_up` of the last seat.

    Where earlier stages and `lots` leave a tie open, the count stops there. `Outcome.ties` says among whom a lot is to
    be drawn, `Tie.stage` after which stage they are level, `Tie.at` whether it is for an "exclusion" (all but the last
    drawn survive it) or for whose "surplus" goes first; the seats filled until then stand, the others are neither
    filled nor `unfilled`. A lot counts for a tie among exactly its options; other lots change nothing.

    Without a valid paper nobody is elected: where no more candidates stand than there are seats, there is no poll, and
    nothing to count.

    Raises:
        VotesError: a paper without a first preference.
    """
    if not any(count for count, _ in papers.papers):
        return Outcome(rule.name, (), (), rule.seats, (), StvWorking(valid=0, quota=Fraction(1), stages=()))
    match rule:
        case ScottishStv():
            return count_scottish(rule, papers, lots)
        case NorthernIrelandStv():
            return count_northern_ireland(rule, papers, lots)
        case MeekStv():
            return count_meek(rule, papers, lots)
