"""Largest remainders: a seat for every whole quota, the rest to those with most votes left over."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from service.counting.errors import VotesError
from service.counting.outcome import Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.rules import DroopRemainders, HareRemainders, ListRule
from service.counting.thresholds import Bar, kept_out, places_of
from service.counting.ties import Ranking, by_votes, nearest_first, rank
from service.counting.votes import ListTally


@dataclass(frozen=True, slots=True)
class RemaindersWorking(Working):
    """Threshold and quota in votes, exactly; by option the whole quotas and what is left over, most votes first.

    `quota` is 0 while nobody has votes. `kept_out` gives the reason: "threshold", "aggregate", "no places".
    """

    valid: int
    needed: Fraction
    inclusive: bool
    kept_out: Mapping[Option, str]
    quota: Fraction
    whole_quotas: Mapping[Option, int]
    remainders: Mapping[Option, Fraction]


def count_hare(rule: HareRemainders, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate by largest remainders with the Hare quota: q = V / s of the votes V of those who take part.

    Source: for instance Bundeswahlgesetz, s. 6 (Germany), from 1985 to 2008 (Hare/Niemeyer).
    """
    return _count_remainders(rule, tally, lots)


def count_droop(rule: DroopRemainders, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate by largest remainders with the Droop quota: q = floor(V / (s + 1)) + 1, V as for Hare.

    Source: for instance Electoral Act 73 of 1998 (South Africa), Sch. 1A.
    """
    return _count_remainders(rule, tally, lots)


class _Shares(NamedTuple):
    """Seats by whole quotas, votes left over of those who may still take one, and how many seats these are for."""

    quota: Fraction
    whole: dict[Option, int]
    left_over: dict[Option, Fraction]
    seats_left: int


def _share_out(votes: Mapping[Option, int], places: Mapping[Option, int], seats: int, *, droop: bool) -> _Shares:
    """Whole quotas first, of the votes of those who take part, and as far as a list has candidates.

    We read seats that a list cannot fill as going to the largest remainders too; each list gets one of these at most.
    """
    total = sum(votes.values())
    if not total:
        return _Shares(Fraction(0), {}, {}, seats)
    quota = Fraction(total // (seats + 1) + 1) if droop else Fraction(total, seats)
    whole = {option: min(int(count // quota), places[option]) for option, count in votes.items()}
    left_over = {option: votes[option] % quota for option in votes if whole[option] < places[option]}
    return _Shares(quota, whole, left_over, seats - sum(whole.values()))


def _count_remainders(rule: ListRule, tally: ListTally, lots: Sequence[Lot]) -> Outcome:
    """Whole quotas, then the largest remainders, one seat each; equal remainders for the last seat go to a lot.

    Seats are numbered by the votes that a list still had behind it, v - (k - 1) q for its k-th seat: that puts whole
    quotas first. `votes_short` stands at the last seat only, since every vote moves the quota.

    Raises:
        VotesError: seats held already, which remainders know nothing of.
    """
    if any(tally.constituency_seats.values()):
        raise VotesError(f"{rule.name}: no seats are held beforehand, found {dict(tally.constituency_seats)}")
    race = _Race(rule, tally, Bar(rule.threshold, inclusive=rule.inclusive))
    valid = sum(tally.votes.values())
    shares = race.shares(tally.votes)
    ranking = rank(shares.left_over, shares.seats_left, lots)
    seats = _seats(race, shares, ranking)
    ties: tuple[Tie, ...] = ()
    if ranking.level:
        figure = shares.left_over[ranking.level[0]]
        ties = (Tie(ranking.level_places, len(seats) + 1, ranking.level, figure, "seat"),)
    working = RemaindersWorking(
        valid=valid,
        needed=rule.threshold * valid,
        inclusive=rule.inclusive,
        kept_out=kept_out(tally, race.bar),
        quota=shares.quota,
        whole_quotas={option: shares.whole[option] for option in by_votes(tally.votes) if option in shares.whole},
        remainders={option: shares.left_over[option] for option in ranking.order},
    )
    unfilled = rule.seats - len(seats) - ranking.level_places
    return Outcome(rule.name, seats, ties, unfilled, _next_in_line(race, shares, seats), working)


@dataclass(frozen=True, slots=True)
class _Race:
    """A contest that can be counted again with other votes."""

    rule: ListRule
    tally: ListTally
    bar: Bar

    def shares(self, votes: Mapping[Option, int]) -> _Shares:
        """Share out the seats among those who take part."""
        taking_part = self.taking_part(votes)
        places = {option: self.places(option) for option in taking_part}
        return _share_out(taking_part, places, self.rule.seats, droop=isinstance(self.rule, DroopRemainders))

    def taking_part(self, votes: Mapping[Option, int]) -> dict[Option, int]:
        """Votes of those over the bar who can take a seat."""
        valid = sum(votes.values())
        return {
            option: count
            for option, count in votes.items()
            if count > 0 and self.places(option) > 0 and self.bar.cleared_by(option, count, valid)
        }

    def places(self, option: Option) -> int:
        """Seats that the option has candidates for."""
        return 0 if option in self.tally.aggregates else places_of(self.tally, option, self.rule.seats)

    def with_more(self, option: Option, more: int) -> dict[Option, int]:
        """The votes, with so many more for one option."""
        return {**self.tally.votes, option: self.tally.votes[option] + more}

    def sure_seats(self, option: Option, more: int) -> int:
        """Seats of the option with so many votes more, without a lot."""
        shares = self.shares(self.with_more(option, more))
        whole, own = shares.whole.get(option, 0), shares.left_over.get(option)
        if own is None:
            return whole
        rivals = sum(left >= own for other, left in shares.left_over.items() if other != option)
        return whole + (rivals < shares.seats_left)

    def votes_short(self, option: Option, seats: int) -> int | None:
        """Fewest votes more with which the option is sure of more than so many seats; None: its list is too short.

        As its votes rise, others fall under the bar. Between one of these drop-outs and the next `_first_between` finds
        the first number that will do.
        """
        if seats >= self.places(option):
            return None
        valid = sum(self.tally.votes.values())
        low = self.bar.votes_to_clear(option, self.tally.votes[option], valid)
        drops = [
            self.bar.votes_to_drop(other, votes, valid)
            for other, votes in self.tally.votes.items()
            if other != option and self.bar.cleared_by(other, votes, valid)
        ]
        for drop in sorted(drop for drop in drops if drop is not None and drop > low):
            found = self._first_between(option, seats, low, drop - 1)
            if found is not None:
                return found
            low = drop
        return self._first_between(option, seats, low, None)

    def _first_between(self, option: Option, seats: int, low: int, high: int | None) -> int | None:
        """First number of votes more in a stretch in which the same options take part; None: none there.

        The option's seats grow with its votes v while a quota stands: always with the quota (V + v) / s, and with
        floor((V + v) / (s + 1)) + 1 over s + 1 votes, whose ends are again as if the quota were not rounded, and grow
        among themselves. So the first end that will do is looked for, and then the first number before it: by halves.
        """
        step = self.rule.seats + 1 if isinstance(self.rule, DroopRemainders) else 1
        end = low + (-1 - sum(self.taking_part(self.with_more(option, low)).values())) % step

        def enough(more: int) -> bool:
            return self.sure_seats(option, more) > seats

        quotas = 1
        while (high is None or end + quotas * step <= high) and not enough(end + quotas * step):
            quotas *= 2
        ends = quotas if high is None else min(quotas, (high - end) // step)
        quota = _first(0, ends, lambda number: enough(end + number * step))
        if quota is not None:
            return _first(low if quota == 0 else end + (quota - 1) * step + 1, end + quota * step, enough)
        assert high is not None
        return _first(max(low, end + ends * step + 1), high, enough)


def _first(low: int, high: int, enough: Callable[[int], bool]) -> int | None:
    """The first number from low to high that is enough, where all after it are; None if there is none."""
    if low > high or not enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _seats(race: _Race, shares: _Shares, ranking: Ranking) -> tuple[Seat, ...]:
    behind = [
        (race.tally.votes[option] - number * shares.quota, option)
        for option, whole in shares.whole.items()
        for number in range(whole)
    ]
    seats = [
        Seat(number, option, figure, None, None)
        for number, (figure, option) in enumerate(sorted(behind, key=lambda seat: (-seat[0], seat[1])), start=1)
    ]
    order = ranking.order
    for position in range(ranking.ahead):
        option = order[position]
        runner_up = order[position + 1] if position + 1 < len(order) else None
        by_lot = option in ranking.drawn
        seats.append(Seat(len(seats) + 1, option, shares.left_over[option], runner_up, None, by_lot))
    if len(seats) == race.rule.seats and (last := seats[-1]).runner_up is not None:
        held = sum(seat.option == last.runner_up for seat in seats)
        seats[-1] = replace(last, votes_short=race.votes_short(last.runner_up, held))
    return tuple(seats)


def _next_in_line(race: _Race, shares: _Shares, seats: Sequence[Seat]) -> tuple[NextInLine, ...]:
    """Everybody with votes but without the last seat, by how few votes more would take one seat more."""
    holder = seats[-1].option if len(seats) == race.rule.seats else None
    won = Counter(seat.option for seat in seats)
    line = [
        NextInLine(option, race.votes_short(option, won[option]), shares.left_over.get(option))
        for option, votes in race.tally.votes.items()
        if votes > 0 and option != holder
    ]
    return nearest_first(line)
