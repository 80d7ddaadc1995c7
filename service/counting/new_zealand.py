"""New Zealand's House: every party as many seats as its party votes are worth, electorates counted in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.counting.averages import SAINTE_LAGUE
from service.counting.lists import AveragesMethod, AveragesWorking, count_averages
from service.counting.outcome import Lot, Option, Outcome, Seat, Working
from service.counting.rules import NewZealandMixed
from service.counting.thresholds import Bar
from service.counting.votes import ListTally


@dataclass(frozen=True, slots=True)
class NewZealandWorking(Working):
    """The allocation of the whole House, and what it leaves for each list.

    `entitlement`: seats by party vote, electorates counted in. `overhang`: electorates beyond it, which a party keeps.
    `others`: electorates won by nobody on the party vote, which come off the seats shared out. `house`: members in all,
    once every seat is filled.
    """

    allocation: AveragesWorking
    entitlement: Mapping[Option, int]
    electorates: Mapping[Option, int]
    overhang: Mapping[Option, int]
    others: int
    house: int


def count_new_zealand(rule: NewZealandMixed, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Fill the list seats: a party's entitlement of the whole House less the electorates it won (`constituency_seats`).

    Parties below 5% of the party votes and without an electorate are disregarded. The seats of the House, less the
    electorates won by others, go by the quotients of 1, 3, 5, ... A party with more electorates than it is entitled to
    keeps them, and the House grows. A list without enough candidates leaves seats unfilled. The outcome's seats are
    list seats; its runners-up and votes short are for one seat more in the whole House.

    We read equal quotients for the last seat as a matter for a lot, and the electorates of independents as coming off
    the seats shared out.

    Source: Electoral Act 1993 (New Zealand), s. 191 (quotients; (4) threshold), 192 (entitlement less electorates), 193
    (candidates). In force since the election of 1996.
    """
    electorates = {option: seats for option, seats in sorted(tally.constituency_seats.items()) if seats}
    others = sum(seats for option, seats in electorates.items() if option not in tally.votes)
    bar = Bar(rule.threshold, inclusive=True, exempt=frozenset(electorates))
    shared_out = max(rule.seats - others, 0)
    method = AveragesMethod(rule.name, shared_out, SAINTE_LAGUE, bar)
    whole = count_averages(method, ListTally(tally.votes, aggregates=tally.aggregates), lots)
    assert isinstance(whole.working, AveragesWorking)
    entitlement = whole.won()
    beyond = {
        option: seats - entitlement.get(option, 0) for option, seats in electorates.items() if option in tally.votes
    }
    overhang = {option: seats for option, seats in beyond.items() if seats > 0}
    seats, unfilled = _list_seats(whole.seats, electorates, tally.places)
    ties = tuple(replace(tie, first_seat=len(seats) + 1) for tie in whole.ties)
    working = NewZealandWorking(
        allocation=whole.working,
        entitlement=entitlement,
        electorates=electorates,
        overhang=overhang,
        others=others,
        house=shared_out + others + sum(overhang.values()),
    )
    return Outcome(rule.name, seats, ties, unfilled + whole.unfilled, whole.next_in_line, working)


def _list_seats(
    whole: Sequence[Seat], electorates: Mapping[Option, int], places: Mapping[Option, int]
) -> tuple[tuple[Seat, ...], int]:
    """Of the seats of the whole House those that lists fill, numbered anew, and how many lists leave empty."""
    entitled: dict[Option, int] = {}
    seats: list[Seat] = []
    unfilled = 0
    for seat in whole:
        entitled[seat.option] = entitled.get(seat.option, 0) + 1
        from_list = entitled[seat.option] - electorates.get(seat.option, 0)
        if from_list > places.get(seat.option, from_list):
            unfilled += 1
        elif from_list > 0:
            seats.append(replace(seat, number=len(seats) + 1))
    return tuple(seats), unfilled
