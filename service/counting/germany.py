"""The Bundestag since 2023: parties by second votes, then Länder, and constituency winners only within that cover."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from service.counting.averages import SAINTE_LAGUE
from service.counting.lists import AveragesMethod, AveragesWorking, count_averages, seats_by_averages
from service.counting.outcome import Lot, Option, Outcome, Seat, Tie, Working
from service.counting.rules import GermanyMixed
from service.counting.thresholds import Bar
from service.counting.ties import rank
from service.counting.votes import ConstituencyWinner, LandTally, ListTally


@dataclass(frozen=True, slots=True)
class LandSeats:
    """One party's seats in one Land: who is `seated` for a constituency, how many are the list's, who goes without.

    `seated` and `without_seat` are by falling share of first votes. While a lot among winners of equal share is open,
    these are in `drawing` and in neither. `unfilled`: seats for which the list is too short.
    """

    land: str
    option: Option
    seats: int
    seated: tuple[ConstituencyWinner, ...]
    from_list: int
    unfilled: int
    without_seat: tuple[ConstituencyWinner, ...]
    drawing: tuple[ConstituencyWinner, ...]


@dataclass(frozen=True, slots=True)
class GermanyWorking(Working):
    """The federal allocation, the seats of every party and Land, and who won a constituency but goes without a seat.

    `without_seat` holds winners whom no second votes cover: beyond their party's seats in the Land, or of a party that
    takes no part. `alone`: winners who stand alone, seated in any case and taken off the seats shared out.
    `majority_seats`: seats added so that more than half of the second votes have more than half of the seats.
    """

    federal: AveragesWorking
    by_land: tuple[LandSeats, ...]
    without_seat: tuple[ConstituencyWinner, ...]
    alone: tuple[ConstituencyWinner, ...]
    majority_seats: int


def count_germany(rule: GermanyMixed, tally: LandTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate the Bundestag: federal seats by party, then by Land, then to constituency winners and lists.

    1. A party takes part with 5% of all valid second votes, with three constituencies won, or as that of a national
       minority. The House, less the winners who stand alone, goes to the parties by Sainte-Laguë on their second votes.
    2. A party with more than half of these second votes but not more than half of the seats gets more, until it has one
       more than half.
    3. Each party's seats go to its lists in the Länder, by Sainte-Laguë.
    4. In each Land a party's constituency winners are ranked by share of first votes in their constituency; as many as
       the list has seats are elected, the others go without. What is left goes to the list; a list too short leaves
       seats unfilled.

    Lots decide equal figures for a party's or a Land's last seat, and equal shares of first votes. The outcome's seats
    are the parties' (of winners standing alone, their own), in the order of the federal allocation; its ties are at
    "seat", "land" (options are Länder) and "cover" (options are constituencies).

    We read second votes as those to be considered: where somebody standing alone wins, without those of his voters.

    Source: Bundeswahlgesetz as amended from 14 June 2023 (BGBl. 2023 I no. 147), s. 1, 4 (seats to parties and lists),
    5 (divisor method), 6 (cover by second votes); three constituencies as ordered by the Federal Constitutional Court
    on 30 July 2024, 2 BvF 1/23. Since the election of 2025. S. 4 was not read in the original.
    """
    won = Counter(winner.option for winner in tally.winners if not winner.alone)
    alone = tuple(sorted((winner for winner in tally.winners if winner.alone), key=lambda winner: winner.constituency))
    basic = frozenset(option for option, seats in won.items() if seats >= rule.basic_seats)
    shared_out = max(rule.seats - len(alone), 0)
    method = AveragesMethod(rule.name, shared_out, SAINTE_LAGUE, Bar(rule.threshold, exempt=basic | tally.minorities))
    federal = count_averages(method, _federal_tally(tally), lots)
    assert isinstance(federal.working, AveragesWorking)
    majority_seats = _majority_seats(federal.working, federal.won(), shared_out) if not federal.ties else []
    by_option = Counter(federal.won()) + Counter(seat.option for seat in majority_seats)
    winners: dict[tuple[str, Option], dict[str, ConstituencyWinner]] = defaultdict(dict)
    for winner in tally.winners:
        if not winner.alone:
            winners[winner.land, winner.option][winner.constituency] = winner
    by_land: list[LandSeats] = []
    ties = list(federal.ties)
    for option in sorted(by_option):
        lands, land_ties = _seats_of_lands(option, by_option[option], tally, lots)
        ties.extend(land_ties)
        for land, seats in lands.items():
            places = tally.places.get((land, option))
            land_seats, cover_ties = _cover(land, option, seats, winners[land, option], places, lots)
            by_land.append(land_seats)
            ties.extend(cover_ties)
    seated = {winner.constituency for land_seats in by_land for winner in (*land_seats.seated, *land_seats.drawing)}
    without = [winner for winner in tally.winners if not winner.alone and winner.constituency not in seated]
    working = GermanyWorking(
        federal=federal.working,
        by_land=tuple(by_land),
        without_seat=tuple(sorted(without, key=lambda winner: winner.constituency)),
        alone=alone,
        majority_seats=len(majority_seats),
    )
    empty: Counter[Option] = Counter()
    for land_seats in by_land:
        empty[land_seats.option] += land_seats.unfilled
    party_seats = _without_last([*federal.seats, *majority_seats], empty)
    own_seats = [Seat(0, winner.option, Fraction(winner.first_votes), None, None) for winner in alone]
    in_order = enumerate([*party_seats, *own_seats], start=1)
    return Outcome(
        rule=rule.name,
        seats=tuple(seat if seat.number == number else replace(seat, number=number) for number, seat in in_order),
        ties=tuple(ties),
        unfilled=federal.unfilled + sum(empty.values()),
        next_in_line=federal.next_in_line,
        working=working,
    )


def _federal_tally(tally: LandTally) -> ListTally:
    votes: Counter[Option] = Counter()
    for by_option in tally.second.values():
        votes.update(by_option)
    return ListTally(votes, aggregates=tally.aggregates & votes.keys())


def _majority_seats(federal: AveragesWorking, seats: Mapping[Option, int], shared_out: int) -> list[Seat]:
    """Seats more for a party with over half of the second votes but not of the s seats: e = s - 2 a + 1 on its a.

    Then a + e > (s + e) / 2, by one seat. S. 4(4).
    """
    total = sum(contender.votes for contender in federal.contenders)
    for contender in federal.contenders:
        own = seats.get(contender.option, 0)
        if 2 * contender.votes > total and 2 * own <= shared_out:
            return [
                Seat(0, contender.option, federal.divisors.figure(contender.votes, more), None, None)
                for more in range(own, shared_out - own + 1)
            ]
    return []


def _seats_of_lands(
    option: Option, seats: int, tally: LandTally, lots: Sequence[Lot]
) -> tuple[dict[str, int], list[Tie]]:
    """A party's seats by Land. In its lots and ties a Land goes by the party's name and its own, "party/land"."""
    land_of = {f"{option}/{land}": land for land in tally.second if tally.second[land].get(option, 0) > 0}
    votes = {name: tally.second[land][option] for name, land in land_of.items()}
    won, level = seats_by_averages(AveragesMethod("", seats, SAINTE_LAGUE, Bar()), ListTally(votes), lots)
    ties = [replace(tie, first_seat=0, at="land") for tie in level]
    return {land_of[name]: won.get(name, 0) for name in sorted(land_of)}, ties


def _cover(
    land: str,
    option: Option,
    seats: int,
    winners: Mapping[str, ConstituencyWinner],
    places: int | None,
    lots: Sequence[Lot],
) -> tuple[LandSeats, list[Tie]]:
    """S. 6(1): a party's constituency winners in a Land by falling share of first votes, as far as its seats reach."""
    shares = {name: Fraction(winner.first_votes, winner.valid_first_votes) for name, winner in winners.items()}
    ranking = rank(shares, seats, lots)
    order = [winners[name] for name in ranking.order]
    drawing = tuple(winners[name] for name in ranking.level)
    ties = [Tie(ranking.level_places, 0, ranking.level, shares[ranking.level[0]], "cover")] if drawing else []
    left_to_list = max(seats - len(winners), 0)
    from_list = left_to_list if places is None else min(left_to_list, places)
    land_seats = LandSeats(
        land=land,
        option=option,
        seats=seats,
        seated=tuple(order[: ranking.ahead]),
        from_list=from_list,
        unfilled=left_to_list - from_list,
        without_seat=tuple(order[ranking.ahead + len(drawing) :]),
        drawing=drawing,
    )
    return land_seats, ties


def _without_last(seats: Sequence[Seat], empty: Mapping[Option, int]) -> list[Seat]:
    """The seats without the last ones of parties whose lists leave so many empty."""
    left_empty = Counter(empty)
    kept = []
    for seat in reversed(seats):
        if left_empty[seat.option] > 0:
            left_empty[seat.option] -= 1
        else:
            kept.append(seat)
    return kept[::-1]
