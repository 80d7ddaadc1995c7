"""First past the post, in one-seat and n-seat contests, and referendums: most votes wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.counting.outcome import ANSWER, Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.rules import Plurality, Referendum
from service.counting.ties import Ranking, by_votes, rank
from service.counting.votes import Tally


@dataclass(frozen=True, slots=True)
class PluralityWorking(Working):
    """Votes cast, options by votes (most first), and the majority: lowest elected over highest not elected."""

    votes_cast: int
    standing: Mapping[Option, int]
    majority: int | None


def count_plurality(rule: Plurality, tally: Tally, lots: Sequence[Lot] = ()) -> Outcome:
    """Seat the candidates with most votes; a tie for the last place goes to a lot.

    We read a seat as beyond a candidate without a vote, even where seats are left over.

    Source: Representation of the People Act 1983, Sch. 1 r. 49 (equality of votes: lot) and r. 50 (parliamentary
    elections); Local Elections (Principal Areas) (England and Wales) Rules 2006, Sch. 2 r. 49-50.
    """
    return _most_votes(rule.name, rule.seats, "seat", tally, lots)


def count_referendum(rule: Referendum, tally: Tally, lots: Sequence[Lot] = ()) -> Outcome:
    """Name the answer with most votes. Equal votes stay open: no lot decides a referendum, so `lots` are not looked at.

    Source: Local Authorities (Conduct of Referendums) (England) Regulations 2012; Scottish Independence Referendum Act
    2013. The answer with more votes carries; neither has a threshold.
    """
    del lots
    return _most_votes(rule.name, rule.seats, ANSWER, tally, ())


def _most_votes(name: str, seats: int, at: str, tally: Tally, lots: Sequence[Lot]) -> Outcome:
    votes = {option: count for option, count in tally.votes.items() if count > 0}
    ranking = rank(votes, seats, lots)
    order = ranking.order
    elected = tuple(
        Seat(
            number=number,
            option=option,
            figure=Fraction(votes[option]),
            runner_up=order[number] if number < len(order) else None,
            votes_short=votes[option] - votes[order[number]] + 1 if number < len(order) else None,
            by_lot=option in ranking.drawn,
        )
        for number, option in enumerate(order[: ranking.ahead], start=1)
    )
    return Outcome(
        rule=name,
        seats=elected,
        ties=_open_tie(ranking, votes, at),
        unfilled=seats - len(elected) - ranking.level_places,
        next_in_line=_next_in_line(votes, order[ranking.ahead :], seats, order),
        working=PluralityWorking(
            votes_cast=sum(votes.values()),
            standing=by_votes(tally.votes),
            majority=_majority(tally.votes, elected, seats),
        ),
    )


def _open_tie(ranking: Ranking, votes: Mapping[Option, int], at: str) -> tuple[Tie, ...]:
    if not ranking.level:
        return ()
    figure = Fraction(votes[ranking.level[0]])
    return (Tie(ranking.level_places, ranking.ahead + 1, ranking.level, figure, at),)


def _next_in_line(
    votes: Mapping[Option, int], without: Sequence[Option], seats: int, order: Sequence[Option]
) -> tuple[NextInLine, ...]:
    """Those without a seat: each needs one vote more than the lowest who is seated, or is level for the last seat."""
    if not without:
        return ()
    last = votes[order[seats - 1]]
    return tuple(NextInLine(option, last - votes[option] + 1, Fraction(votes[option])) for option in without)


def _majority(votes: Mapping[Option, int], elected: Sequence[Seat], seats: int) -> int | None:
    """Lowest elected over highest not elected; None while a seat is open or where everybody is seated."""
    seated = {seat.option for seat in elected}
    others = [count for option, count in votes.items() if option not in seated]
    if len(elected) < seats or not others:
        return None
    return min(votes[option] for option in seated) - max(others)
