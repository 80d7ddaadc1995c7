"""How near an option came: the fewest votes more, everybody else's fixed, with which it takes one list seat more.

For a contender with v votes and w list seats among the first n, and Q the figure of seat n: the others hold m = n - w
of those seats, and Q is their m-th highest figure. With d the divisor of its next seat, the contender is sure of it
from

    (v + x) / d > Q,   x = floor(Q d) - v + 1

Its x votes raise the threshold too. They must lift it over the bar, and may push others under it; then Q is the m-th
highest figure of those left, and falls. Between one drop-out and the next Q stands still, so each stretch of x is
looked at once, from below: the first x that will do is the answer. No search, no rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.counting.averages import Contender, Divisors, allocate_averages
from service.counting.outcome import Option
from service.counting.thresholds import Bar


@dataclass(frozen=True, slots=True)
class Field:
    """A list contest as allocated: who contends, for how many seats, over which bar, and when each would drop out.

    `drops`: fewest votes more for others with which a contender falls under the bar, soonest first. `orders`: figures,
    highest first, of just these contenders, kept once worked out: dozens of small parties ask for the same.
    """

    contenders: Sequence[Contender]
    valid: int
    bar: Bar
    divisors: Divisors
    seats: int
    level_by_next: bool
    drops: Sequence[tuple[int, Option]]
    orders: dict[tuple[Option, ...], list[tuple[int, int]]]


def field_of(
    contenders: Sequence[Contender], valid: int, bar: Bar, divisors: Divisors, seats: int, *, level_by_next: bool
) -> Field:
    """The field, with its drop-outs worked out once for all options."""
    drops = [
        (votes, contender.option)
        for contender in contenders
        if (votes := bar.votes_to_drop(contender.option, contender.votes, valid)) is not None
    ]
    return Field(contenders, valid, bar, divisors, seats, level_by_next, sorted(drops), {})


@dataclass(frozen=True, slots=True)
class Bid:
    """A contender with `won` of the first `seat` seats asks for one more, while some others have `dropped` out."""

    field: Field
    contender: Contender
    won: int
    seat: int
    dropped: frozenset[Option] = frozenset()

    def others(self) -> list[Contender]:
        """Those it competes with."""
        return [
            other
            for other in self.field.contenders
            if other.option != self.contender.option and other.option not in self.dropped
        ]


def votes_short_of(field: Field, contender: Contender, won: int, seat: int, figure: Fraction | None) -> int | None:
    """Fewest votes more with which `contender`, who has `won` of the first `seat` seats, is sure of one more of them.

    `figure` is that of the seat as things stand, None if nobody takes it. The contender may be below the bar now.
    None: no number of votes would do, since nobody is left on the list.
    """
    if won >= contender.places:
        return None
    votes = field.bar.votes_to_clear(contender.option, contender.votes, field.valid)
    drops = [drop for drop in field.drops if drop[1] != contender.option]
    bid = Bid(field, contender, won, seat)
    while True:
        dropped = frozenset(option for at, option in drops if at <= votes)
        if dropped:
            bid = Bid(field, contender, won, seat, dropped)
            figure = _figure_to_beat(bid)
        needed = max(votes, _votes_to_beat(bid, figure, votes))
        following = next((at for at, _ in drops if at > votes), None)
        if following is None or needed < following:
            return needed
        votes = following


def _figure_to_beat(bid: Bid) -> Fraction | None:
    """The (n - w)-th highest figure of the others still over the bar; None if they cannot fill so many seats."""
    others, seats = bid.others(), bid.seat - bid.won
    names = tuple(other.option for other in others)
    if names not in bid.field.orders:
        bid.field.orders[names] = _order(others, bid.field)
    order = bid.field.orders[names]
    return bid.field.divisors.figure(*order[seats - 1]) if seats <= len(order) else None


def _order(others: Sequence[Contender], field: Field) -> list[tuple[int, int]]:
    """Votes and seats held of whoever has the next highest figure, for as many seats as there are and can be filled."""
    allocation = allocate_averages(others, field.seats, field.divisors)
    held = [other.held for other in others]
    order = []
    for taker in allocation.takers:
        order.append((others[taker].votes, held[taker]))
        held[taker] += 1
    if allocation.level:
        last = allocation.level[0]
        order += [(others[last].votes, held[last])] * allocation.level_seats
    return order


def _votes_to_beat(bid: Bid, figure: Fraction | None, votes: int) -> int:
    """Fewest votes more, from `votes` on, that beat the figure; with as many, a rule may prefer the contender."""
    if figure is None:
        return 1 - bid.contender.votes
    divisor = bid.field.divisors.at(bid.contender.held + bid.won)
    equal, rest = divmod(figure.numerator * divisor, figure.denominator * bid.field.divisors.scale)
    level = equal - bid.contender.votes
    if rest == 0 and level >= votes and bid.seat == bid.field.seats and _wins_when_level(bid, figure, level):
        return level
    return level + 1


def _wins_when_level(bid: Bid, figure: Fraction, votes: int) -> bool:
    """Whether, level at `figure` for the last seats, it has one of them by the figures as if each had one seat more."""
    if not bid.field.level_by_next:
        return False
    figure_with = bid.field.divisors.figure
    own = figure_with(bid.contender.votes + votes, bid.contender.held + bid.won + 1)
    seats = bid.seat - bid.won
    as_good = 0
    for other in bid.others():
        # Seats that the other takes with figures above the one that is level.
        above = 0
        while above < other.places and figure_with(other.votes, other.held + above) > figure:
            above += 1
        seats -= above
        if above < other.places and figure_with(other.votes, other.held + above) == figure:
            as_good += figure_with(other.votes, other.held + above + 1) >= own
    return as_good < seats
