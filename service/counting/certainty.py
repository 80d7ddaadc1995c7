"""What no paper still to come can change: winners, and control of a body. Arithmetic only, no likelihood.

"Outstanding" is the most papers that may still be counted as valid: verified but uncounted, else electorate less
counted. Any number of them up to that may come, for anybody who has a line in the tally. What a lot would have to
decide is never certain. Own derivation; the tests hold every function against all completions of small counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.counting.outcome import Option
from service.counting.supplementary import FEWEST_CANDIDATES, remaining_after_first, transfers_to, usable_transfers
from service.counting.votes import PreferenceTally, Tally

THE_TWO = 2
"""Candidates who remain unless votes are equal."""


def certain_winners(tally: Tally, outstanding: int, seats: int = 1) -> frozenset[Option]:
    """Who is seated whatever comes, where most votes win `seats` seats and a paper has at most one vote for each.

    With R papers outstanding and u the n-th highest votes among the others, v is certain when v > u + R: at most
    n - 1 others can then end level or above. With fewer than n others every option with votes is.
    """
    return frozenset(
        option
        for option, votes in tally.votes.items()
        if votes > 0
        and (
            len(others := sorted((count for other, count in tally.votes.items() if other != option), reverse=True))
            < seats
            or votes > others[seats - 1] + outstanding
        )
    )


def possible_winners(tally: Tally, outstanding: int, seats: int = 1) -> frozenset[Option]:
    """Who may still be seated, by lot if need be.

    With R papers outstanding and u the n-th highest votes among the others, v is possible when v + R >= u, and has a
    vote.
    """
    return frozenset(
        option
        for option, votes in tally.votes.items()
        if votes + outstanding > 0
        and (
            len(others := sorted((count for other, count in tally.votes.items() if other != option), reverse=True))
            < seats
            or votes + outstanding >= others[seats - 1]
        )
    )


def certain_supplementary_winner(
    tally: PreferenceTally, outstanding: int, second_outstanding: int = 0
) -> Option | None:
    """Who is certain to win a supplementary vote, None while nobody is.

    `outstanding`: R, papers with both preferences still to come. `second_outstanding`: S, papers already counted by
    first preference whose second is not in `tally`; while no usable transfers or table are there at all, it is every
    paper not for somebody remaining, whatever is said here.

    With f first preferences of V papers, w is certain when

    1. more than half whatever comes: 2 f_w > V + R; or
    2. two others can no longer both pass w: (f_w + 1 - f_a)+ + (f_w + 1 - f_b)+ > R for the highest a, b; and against
       every rival a who may remain, low_w > f_a + t_a + R + S, where
       low_w = f_w + second preferences for w on papers of those who can no longer remain,
       t_a = second preferences for a on papers of all but a and w (once it is settled who remains, of those out).
       A rival may remain when f_a + R reaches the second highest f of the others. Who remains is settled when only
       two may, or nothing is outstanding.

    With fewer than three candidates most votes win. Transfers are second preferences for those who remain now only, so
    that until that is settled, 1. alone is used. What is said to be certain is; until then it may be
    said a little late.
    """
    first = tally.first
    if len(first) < FEWEST_CANDIDATES:
        return next(iter(certain_winners(Tally(first), outstanding)), None)
    order = sorted(first, key=lambda option: (-first[option], option))
    if 2 * first[order[0]] > sum(first.values()) + outstanding:
        return order[0]
    may_remain = frozenset(option for option in first if _may_remain(first, option, outstanding))
    settled = outstanding == 0 or len(may_remain) == THE_TWO
    second = _second_preferences(tally, second_outstanding, settled=settled)
    if second is None:
        return None
    for leader in order:
        to_pass = sorted(max(0, first[leader] + 1 - first[other]) for other in order if other != leader)
        low = first[leader] + second.votes_for(leader, may_remain)
        high = outstanding + second.unknown
        never_out = may_remain if settled else frozenset({leader})
        rivals = may_remain - {leader}
        if (
            first[leader] > 0
            and to_pass[0] + to_pass[1] > outstanding
            and all(low > first[rival] + second.votes_for(rival, never_out) + high for rival in rivals)
        ):
            return leader
    return None


@dataclass(frozen=True, slots=True)
class _SecondPreferences:
    """What is known of second preferences: the table, or the transfers; and how many counted papers are not in it."""

    table: Mapping[Option, Mapping[Option, int]] | None
    transfers: Mapping[Option, int]
    unknown: int

    def votes_for(self, option: Option, not_from: frozenset[Option]) -> int:
        """Second preferences for the option on papers of everybody else but `not_from`."""
        if self.table is None:
            return self.transfers.get(option, 0)
        return transfers_to((option, *not_from), self.table)[option]


def _second_preferences(tally: PreferenceTally, second_outstanding: int, *, settled: bool) -> _SecondPreferences | None:
    """What is known; None where it says nothing, since it is not settled to whom papers are to be transferred."""
    if tally.second is not None:
        return _SecondPreferences(tally.second, {}, second_outstanding)
    if not settled:
        return None
    remaining = remaining_after_first(tally.first)
    transfers = usable_transfers(tally, remaining)
    if transfers is None:
        unknown = sum(votes for option, votes in tally.first.items() if option not in remaining)
        return _SecondPreferences(None, {}, unknown)
    return _SecondPreferences(None, transfers, second_outstanding)


def _may_remain(first: Mapping[Option, int], option: Option, outstanding: int) -> bool:
    """Whether the option can reach the second highest of the others, and one vote at all."""
    others = sorted((votes for other, votes in first.items() if other != option), reverse=True)
    return first[option] + outstanding >= max(others[1], 1)


@dataclass(frozen=True, slots=True)
class SeatRange:
    """Fewest and most seats of an option, whatever comes."""

    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class CertainControl:
    """Who is certain to control a body: an `option`, or nobody (None), for certain in both cases."""

    option: Option | None


def certain_control(total_seats: int, seats: Mapping[Option, SeatRange]) -> CertainControl | None:
    """Who is certain to have more than half of all seats, or that nobody will; None while that is open.

    `seats`: everybody's range, with the seats that are not up for election. With T seats in all an option controls when
    2 at_least > T; nobody does when 2 at_most <= T for all. Exactly half is no control.
    """
    for option, held in seats.items():
        if 2 * held.at_least > total_seats:
            return CertainControl(option)
    if all(2 * held.at_most <= total_seats for held in seats.values()):
        return CertainControl(None)
    return None
