"""List seats by highest averages: who took which seat from whom, who is next, and the table of rounds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from service.counting.averages import (
    D_HONDT,
    MODIFIED_SAINTE_LAGUE,
    NOBODY,
    SAINTE_LAGUE,
    Allocation,
    Contender,
    Divisors,
    allocate_averages,
)
from service.counting.outcome import Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.rules import (
    AdditionalMembersLondon,
    AdditionalMembersScotland,
    AdditionalMembersWales,
    DHondt,
    ModifiedSainteLague,
    SainteLague,
)
from service.counting.shortfall import Field, field_of, votes_short_of
from service.counting.thresholds import Bar, kept_out, places_of
from service.counting.ties import nearest_first, rank
from service.counting.votes import ListTally

AveragesRule: TypeAlias = (
    DHondt
    | SainteLague
    | ModifiedSainteLague
    | AdditionalMembersLondon
    | AdditionalMembersScotland
    | AdditionalMembersWales
)


@dataclass(frozen=True, slots=True)
class AverageRound:
    """One seat: the figures of all lists that could take it, highest first, and who did (None: a lot is open)."""

    seat: int
    figures: Mapping[Option, Fraction]
    taken_by: Option | None


@dataclass(frozen=True, slots=True)
class AveragesWorking(Working):
    """Who could take seats and who could not, the threshold in votes, exactly, and the order of the seats.

    `needed` is threshold times `valid`: at least that many votes (`inclusive`) or more than that. `kept_out` gives the
    reason: "threshold", "aggregate", "no places". `contenders` are by name; `taken` is one option a seat, as far as
    decided.
    """

    valid: int
    needed: Fraction
    inclusive: bool
    kept_out: Mapping[Option, str]
    divisors: Divisors
    contenders: tuple[Contender, ...]
    taken: tuple[Option, ...]
    open_seats: int

    @property
    def rounds(self) -> tuple[AverageRound, ...]:
        """The table of rounds, worked out when asked: seats times lists is too much for every count that lands."""
        won = dict.fromkeys((contender.option for contender in self.contenders), 0)
        rounds = []
        for number, taken_by in enumerate([*self.taken, *[None] * self.open_seats], start=1):
            figures = {
                contender.option: self.divisors.figure(contender.votes, contender.held + won[contender.option])
                for contender in self.contenders
                if won[contender.option] < contender.places
            }
            ordered = sorted(figures, key=lambda option: (-figures[option], option))
            rounds.append(AverageRound(number, {option: figures[option] for option in ordered}, taken_by))
            if taken_by is not None:
                won[taken_by] += 1
        return tuple(rounds)


@dataclass(frozen=True, slots=True)
class AveragesMethod:
    """What sets one rule of highest averages apart from another."""

    rule: str
    seats: int
    divisors: Divisors
    bar: Bar
    level_by_next: bool = False


def method_of(rule: AveragesRule) -> AveragesMethod:
    """The divisors, the bar and the way with equal figures that a rule asks for; `count_...` say by what law."""
    match rule:
        case DHondt():
            return AveragesMethod(rule.name, rule.seats, D_HONDT, Bar(rule.threshold, inclusive=rule.inclusive))
        case SainteLague():
            return AveragesMethod(rule.name, rule.seats, SAINTE_LAGUE, Bar(rule.threshold, inclusive=rule.inclusive))
        case ModifiedSainteLague():
            bar = Bar(rule.threshold, inclusive=rule.inclusive)
            return AveragesMethod(rule.name, rule.seats, MODIFIED_SAINTE_LAGUE, bar)
        case AdditionalMembersLondon():
            return AveragesMethod(rule.name, rule.seats, D_HONDT, Bar(rule.threshold), level_by_next=True)
        case AdditionalMembersScotland():
            return AveragesMethod(rule.name, rule.seats, D_HONDT, Bar())
        case AdditionalMembersWales():
            return AveragesMethod(rule.name, rule.seats, D_HONDT, Bar(), level_by_next=True)


def count_dhondt(rule: DHondt, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate by d'Hondt, on top of seats held if there are any; equal figures for the last seat go to a lot.

    Source: for instance European Parliamentary Elections Act 2002, s. 2 (until 2019); Government of Wales Act 2006,
    s. 9 as substituted from 2026 (of which we have not read what equal figures lead to).
    """
    return count_averages(method_of(rule), tally, lots)


def count_sainte_lague(rule: SainteLague, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate by Sainte-Laguë (Webster, Schepers); equal figures for the last seat go to a lot.

    Source: for instance Europawahlgesetz, s. 2 (Germany), which says the same by a divisor and standard rounding.
    """
    return count_averages(method_of(rule), tally, lots)


def count_modified_sainte_lague(rule: ModifiedSainteLague, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate by modified Sainte-Laguë, whose first divisor is 1.4; equal figures for the last seat go to a lot.

    Source: for instance valgloven 2002 (Norway), s. 11-4; vallagen (Sweden) until 2014.
    """
    return count_averages(method_of(rule), tally, lots)


def count_averages(method: AveragesMethod, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate the seats, settle who is level for the last of them, and say how near everybody else came.

    With `level_by_next`, figures equal for the last seat are compared again as if each had one more seat; what is still
    equal, and every tie under other rules, goes to a lot.
    """
    valid = sum(tally.votes.values())
    reasons = kept_out(tally, method.bar)
    contenders = _contenders(method, tally, reasons)
    allocation = allocate_averages(contenders, method.seats, method.divisors)
    settled, tie = _settle_level(method, contenders, allocation, lots)
    takers = [*allocation.takers, *(place.taker for place in settled)]
    field = field_of(contenders, valid, method.bar, method.divisors, method.seats, level_by_next=method.level_by_next)
    seats = _seats(field, allocation, settled)
    working = AveragesWorking(
        valid=valid,
        needed=method.bar.threshold * valid,
        inclusive=method.bar.inclusive,
        kept_out=reasons,
        divisors=method.divisors,
        contenders=contenders,
        taken=tuple(contenders[taker].option for taker in takers),
        open_seats=tie[0].seats if tie else 0,
    )
    return Outcome(
        rule=method.rule,
        seats=seats,
        ties=tie,
        unfilled=method.seats - len(takers) - working.open_seats,
        next_in_line=_next_in_line(field, tally, seats, tie),
        working=working,
    )


def seats_by_averages(
    method: AveragesMethod, tally: ListTally, lots: Sequence[Lot] = ()
) -> tuple[dict[Option, int], tuple[Tie, ...]]:
    """Who gets how many seats, and the tie that a lot has to end: all that an allocation within an allocation needs."""
    contenders = _contenders(method, tally, kept_out(tally, method.bar))
    allocation = allocate_averages(contenders, method.seats, method.divisors)
    settled, tie = _settle_level(method, contenders, allocation, lots)
    won = Counter(contenders[taker].option for taker in [*allocation.takers, *(place.taker for place in settled)])
    return dict(won), tie


def _contenders(method: AveragesMethod, tally: ListTally, reasons: Mapping[Option, str]) -> tuple[Contender, ...]:
    return tuple(
        Contender(option, votes, tally.constituency_seats.get(option, 0), places_of(tally, option, method.seats))
        for option, votes in sorted(tally.votes.items())
        if votes > 0 and option not in reasons
    )


class _Place(NamedTuple):
    """One seat as positions of contenders: who takes it, who is next for it (`NOBODY`: nobody), and if by lot."""

    taker: int
    runner_up: int
    by_lot: bool


def _settle_level(
    method: AveragesMethod, contenders: Sequence[Contender], allocation: Allocation, lots: Sequence[Lot]
) -> tuple[list[_Place], tuple[Tie, ...]]:
    """Who takes the last seats where figures are equal, and the tie that a lot has to end."""
    if not allocation.level:
        return [], ()
    position_of = {contenders[position].option: position for position in allocation.level}
    figures = {
        option: method.divisors.figure(
            contenders[position].votes,
            contenders[position].held + allocation.takers.count(position) + method.level_by_next,
        )
        for option, position in position_of.items()
    }
    ranking = rank(figures, allocation.level_seats, lots)
    order = [position_of[option] for option in ranking.order]
    settled = [
        _Place(taker, order[number + 1], contenders[taker].option in ranking.drawn)
        for number, taker in enumerate(order[: ranking.ahead])
    ]
    if not ranking.level:
        return settled, ()
    last = allocation.level[0]
    level_figure = method.divisors.figure(contenders[last].votes, contenders[last].held + allocation.takers.count(last))
    first_seat = len(allocation.takers) + ranking.ahead + 1
    return settled, (Tie(ranking.level_places, first_seat, ranking.level, level_figure, "seat"),)


def _seats(field: Field, allocation: Allocation, settled: Sequence[_Place]) -> tuple[Seat, ...]:
    """The seats in the order filled, each with its runner-up and the votes that it was short of."""
    places = [
        _Place(taker, runner_up, False)
        for taker, runner_up in zip(allocation.takers, allocation.runners_up, strict=True)
    ]
    won = [0] * len(field.contenders)
    seats = []
    for number, place in enumerate([*places, *settled], start=1):
        taker = field.contenders[place.taker]
        figure = field.divisors.figure(taker.votes, taker.held + won[place.taker])
        runner_up, short = None, None
        if place.runner_up != NOBODY:
            contender = field.contenders[place.runner_up]
            runner_up = contender.option
            short = votes_short_of(field, contender, won[place.runner_up], number, figure)
        seats.append(Seat(number, taker.option, figure, runner_up, short, place.by_lot))
        won[place.taker] += 1
    return tuple(seats)


def _next_in_line(field: Field, tally: ListTally, seats: Sequence[Seat], tie: Sequence[Tie]) -> tuple[NextInLine, ...]:
    """Everybody with votes but without the last seat, by how few votes more would take it."""
    full = len(seats) == field.seats
    holder = seats[-1].option if full else None
    figure = tie[0].figure if tie else seats[-1].figure if full else None
    won = dict.fromkeys(tally.votes, 0)
    for seat in seats:
        won[seat.option] += 1
    line = []
    for option, votes in tally.votes.items():
        if votes == 0 or option == holder:
            continue
        places = 0 if option in tally.aggregates else places_of(tally, option, field.seats)
        contender = Contender(option, votes, tally.constituency_seats.get(option, 0), places)
        can_take = won[option] < places
        line.append(
            NextInLine(
                option,
                votes_short_of(field, contender, won[option], field.seats, figure),
                field.divisors.figure(votes, contender.held + won[option]) if can_take else None,
            )
        )
    return nearest_first(line)
