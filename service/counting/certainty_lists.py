"""What list papers still to come cannot change: seats that a list is certain of, and those it can still reach.

For the k-th list seat of p, with v_p votes, s_p seats held, and R papers outstanding, all that can go wrong is that the
others take n - k + 1 of the n seats before it. Let d be the divisors and

    q = v_p / d(s_p + k - 1)

A rival r takes its j-th seat before p's k-th with a figure above q, or equal to it where equal figures do not settle
for p. That costs it

    c_r(j) = max(0, ceil(q d(s_r + j - 1)) - v_r)        (floor + 1 where it has to be above)

papers, and never less than what it lacks to the threshold of V + X, X being the papers that come. The seat is certain
when p clears the threshold of V + R and the cheapest way to buy n - k + 1 such seats costs more than R. Since the
threshold rises with the papers spent, the cheapest way is the least X whose purchases cost no more than X; it is
approached from below and met exactly.

What p can still reach is simpler: all R papers to p, and every equal figure settled in its favour.

Own derivation; the tests hold it against all completions of small counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from service.counting.averages import Contender, allocate_averages
from service.counting.certainty import SeatRange
from service.counting.lists import AveragesMethod, AveragesRule, method_of
from service.counting.outcome import Option
from service.counting.thresholds import places_of
from service.counting.votes import ListTally


def certain_list_seats(rule: AveragesRule, tally: ListTally, outstanding: int) -> dict[Option, int]:
    """How many list seats every option has whatever comes, constituency seats being as `tally` says."""
    return {option: _certain(method_of(rule), tally, outstanding, option) for option in sorted(tally.votes)}


def possible_list_seats(rule: AveragesRule, tally: ListTally, outstanding: int) -> dict[Option, int]:
    """How many list seats every option can still reach, by lot if need be, constituency seats being as `tally` says."""
    return {option: _possible(method_of(rule), tally, outstanding, option) for option in sorted(tally.votes)}


def seat_ranges(
    rule: AveragesRule, tally: ListTally, outstanding: int, open_constituencies: Sequence[frozenset[Option]] = ()
) -> dict[Option, SeatRange]:
    """Fewest and most seats of every option, constituency and list together, over every way the rest can go.

    `tally.constituency_seats`: those that are certain. `open_constituencies`: for each of the others, who may win it.

    We let the rivals of an option win none of the open constituencies for its fewest seats, and each rival all it may
    win for its most: that keeps what is said certain true, though not always the last word, while constituencies are
    open. For every number c that the option itself may win, list seats are counted on top; the worst and best c stand.
    """
    method = method_of(rule)
    ranges = {}
    options = tally.votes.keys() | tally.constituency_seats.keys() | {o for seat in open_constituencies for o in seat}
    for option in sorted(options):
        sure = tally.constituency_seats.get(option, 0) + sum(seat == {option} for seat in open_constituencies)
        most = tally.constituency_seats.get(option, 0) + sum(option in seat for seat in open_constituencies)
        own = range(sure, most + 1)
        if option not in tally.votes:
            ranges[option] = SeatRange(sure, most)
            continue
        rivals_most = {
            rival: tally.constituency_seats.get(rival, 0) + sum(rival in seat for seat in open_constituencies)
            for rival in options
        }
        at_least = min(
            held + _certain(method, _holding(tally, tally.constituency_seats, option, held), outstanding, option)
            for held in own
        )
        at_most = max(
            held + _possible(method, _holding(tally, rivals_most, option, held), outstanding, option) for held in own
        )
        ranges[option] = SeatRange(at_least, at_most)
    return ranges


def _holding(tally: ListTally, seats: Mapping[Option, int], option: Option, held: int) -> ListTally:
    return ListTally(tally.votes, {**seats, option: held}, tally.individuals, tally.aggregates, tally.places)


def _contender(tally: ListTally, option: Option, votes: int, seats: int) -> Contender:
    places = 0 if option in tally.aggregates else places_of(tally, option, seats)
    return Contender(option, votes, tally.constituency_seats.get(option, 0), places)


def _possible(method: AveragesMethod, tally: ListTally, outstanding: int, option: Option) -> int:
    """Seats with all papers outstanding for the option, and equal figures settled for it."""
    votes = {**tally.votes, option: tally.votes[option] + outstanding}
    valid = sum(votes.values())
    # First of all contenders, it is first among equals.
    by_preference = sorted(votes, key=lambda other: (other != option, other))
    contenders = [
        _contender(tally, other, votes[other], method.seats)
        for other in by_preference
        if method.bar.cleared_by(other, votes[other], valid)
    ]
    allocation = allocate_averages(contenders, method.seats, method.divisors)
    taken = [contenders[position].option for position in (*allocation.takers, *allocation.level)]
    return taken.count(option)


def _certain(method: AveragesMethod, tally: ListTally, outstanding: int, option: Option) -> int:
    contender = _contender(tally, option, tally.votes[option], method.seats)
    valid = sum(tally.votes.values())
    if not contender.votes or not method.bar.cleared_by(option, contender.votes, valid + outstanding):
        return 0
    rivals = [
        _contender(tally, other, votes, method.seats) for other, votes in sorted(tally.votes.items()) if other != option
    ]
    seats = _possible(method, tally, 0, option)
    while seats > 0 and _can_be_denied(_Claim(method, contender, seats), rivals, valid, outstanding):
        seats -= 1
    return seats


class _Claim(NamedTuple):
    """A contender's claim to so many of the seats."""

    method: AveragesMethod
    contender: Contender
    seats: int

    def prices(self, rival: Contender, limit: int) -> list[int]:
        """Votes more, up to a limit, with which the rival takes its first, second, ... seat before the last claimed."""
        divisors, held = self.method.divisors, self.contender.held + self.seats - 1
        own, own_next = divisors.at(held), divisors.at(held + 1)
        prices = []
        for seat in range(min(rival.places, self.method.seats - self.seats + 1)):
            theirs, theirs_next = divisors.at(rival.held + seat), divisors.at(rival.held + seat + 1)
            level, rest = divmod(self.contender.votes * theirs, own)
            # Level, it goes by the figures as if each had one seat more, if the rule says so, and then by lot.
            beaten_when_level = self.method.level_by_next and theirs * own_next < own * theirs_next
            price = level + (rest > 0 or beaten_when_level) - rival.votes
            if price > limit:
                break
            prices.append(price)
        return prices


def _can_be_denied(claim: _Claim, rivals: Sequence[Contender], valid: int, outstanding: int) -> bool:
    """Whether the papers outstanding can give the rivals enough seats before the last one claimed."""
    prices = [claim.prices(rival, outstanding) for rival in rivals]
    spent = 0
    while True:
        lacking = [claim.method.bar.votes_needed(rival.option, valid + spent) - rival.votes for rival in rivals]
        costs = [[max(0, price, lack) for price in own] for own, lack in zip(prices, lacking, strict=True)]
        cost = _cheapest(costs, claim.method.seats - claim.seats + 1, outstanding)
        if cost is None or cost <= spent:
            return cost is not None
        spent = cost


def _cheapest(costs: Iterable[Sequence[int]], wanted: int, limit: int) -> int | None:
    """The least cost of `wanted` seats, `costs` giving for every rival that of one, two, ... seats; None: over `limit`.

    Seats that cost nothing are taken first; the others are few, and every combination of them is looked at.
    """
    to_pay = []
    for own in costs:
        free = sum(cost == 0 for cost in own)
        wanted -= free
        to_pay.append([cost for cost in own[free:] if cost <= limit])
    if wanted <= 0:
        return 0
    least = [0] + [limit + 1] * wanted
    for own in to_pay:
        least = [
            min([least[seats], *(least[max(0, seats - bought)] + cost for bought, cost in enumerate(own, start=1))])
            for seats in range(wanted + 1)
        ]
    return least[wanted] if least[wanted] <= limit else None
