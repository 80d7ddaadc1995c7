"""Supplementary vote: first preferences, then the second preferences of those whose first choice is out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.counting.errors import VotesError
from service.counting.outcome import Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.plurality import count_plurality
from service.counting.rules import Plurality, SupplementaryVote
from service.counting.ties import by_votes, rank
from service.counting.votes import PreferenceTally, Tally

FEWEST_CANDIDATES = 3
"""Below this second preferences are not counted: Greater London Authority Act 1999, Sch. 2 para. 1."""


@dataclass(frozen=True, slots=True)
class PreferenceRound:
    """One round, 1-based: votes of those still in, who was `eliminated` before it, and where their papers went.

    `transfers` are the papers that each candidate received in this round; `not_transferred` are those of the
    `eliminated` without a usable preference. Votes and papers not transferred so far add up to the valid papers.
    """

    number: int
    votes: Mapping[Option, int]
    eliminated: tuple[Option, ...]
    transfers: Mapping[Option, int]
    not_transferred: int


@dataclass(frozen=True, slots=True)
class SupplementaryWorking(Working):
    """The rounds, most votes first; who remains; and whether second preferences are still to come.

    `needed` is the fewest first preferences that are more than half of the `valid` ones.
    """

    valid: int
    needed: int
    rounds: tuple[PreferenceRound, ...]
    remaining: tuple[Option, ...]
    awaiting_second_preferences: bool


def count_supplementary_vote(rule: SupplementaryVote, tally: PreferenceTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Elect one candidate by first and, if nobody has more than half of them, second preferences.

    Fewer than three candidates: most votes wins, and a tie goes to a lot. A second preference counts only on papers
    whose first is for nobody remaining, and only for somebody remaining. Equal totals at the end: lot.

    While second preferences are missing (neither transfers nor a table, or transfers that are not those to exactly the
    candidates remaining) the outcome has no seat and no tie, and the working says that they are awaited.

    Raises:
        VotesError: more papers transferred than there are papers of eliminated candidates.

    Source: Greater London Authority Act 1999, Sch. 2 Pt. I para. 1 and 3-4 (2000 to 26 October 2022); Combined
    Authorities (Mayoral Elections) Order 2017, Sch. 1 r. 55-56; Police Reform and Social
    Responsibility Act 2011, s. 57.
    """
    valid = sum(tally.first.values())
    first_round = PreferenceRound(1, by_votes(tally.first), (), {}, 0)
    remaining = remaining_after_first(tally.first)
    if len(tally.first) < FEWEST_CANDIDATES or len(remaining) <= 1:
        return _at_first_count(rule, tally, lots, first_round)
    transfers = usable_transfers(tally, remaining)
    if transfers is None:
        working = SupplementaryWorking(valid, valid // 2 + 1, (first_round,), remaining, True)
        return Outcome(rule.name, (), (), 0, _unknown(tally.first), working)
    second_round = _second_round(tally.first, remaining, transfers)
    working = SupplementaryWorking(valid, valid // 2 + 1, (first_round, second_round), remaining, False)
    return _elect_highest(rule, tally.first, second_round, working, lots)


def remaining_after_first(first: Mapping[Option, int]) -> tuple[Option, ...]:
    """Who is left once first preferences are counted: the winner alone, or the two highest and those level with them.

    Most votes first, names where equal. Nobody, while there are no votes.

    Source: Greater London Authority Act 1999, Sch. 2 para. 3 (more than half) and 4(2)-(3) (an equality that lets three
    or more qualify keeps them all).
    """
    order = [option for option in by_votes(first) if first[option] > 0]
    if order and 2 * first[order[0]] > sum(first.values()):
        return (order[0],)
    if len(order) <= 2:  # noqa: PLR2004 - the two highest of the Act
        return tuple(order)
    return tuple(option for option in order if first[option] >= first[order[1]])


def transfers_to(remaining: Sequence[Option], second: Mapping[Option, Mapping[Option, int]]) -> dict[Option, int]:
    """Second preferences from the whole table that count: first for nobody remaining, second for somebody remaining.

    Source: Greater London Authority Act 1999, Sch. 2 para. 4(5).
    """
    eliminated_rows = [row for option, row in second.items() if option not in remaining]
    return {option: sum(row.get(option, 0) for row in eliminated_rows) for option in remaining}


def usable_transfers(tally: PreferenceTally, remaining: Sequence[Option]) -> Mapping[Option, int] | None:
    """Transfers to exactly those remaining, None while they are awaited."""
    if tally.second is not None:
        return transfers_to(remaining, tally.second)
    if sum(tally.first[option] for option in remaining) == sum(tally.first.values()):
        return dict.fromkeys(remaining, 0)
    if tally.transfers is None or any(option not in tally.transfers for option in remaining):
        return None
    # Papers transferred to somebody eliminated were counted for other candidates remaining than these.
    if any(papers and option not in remaining for option, papers in tally.transfers.items()):
        return None
    return {option: tally.transfers[option] for option in remaining}


def _at_first_count(
    rule: SupplementaryVote, tally: PreferenceTally, lots: Sequence[Lot], first_round: PreferenceRound
) -> Outcome:
    """Most first preferences wins: more than half of them, or fewer than three candidates."""
    valid = sum(tally.first.values())
    outcome = count_plurality(Plurality(), Tally(tally.first), lots)
    remaining = tuple(seat.option for seat in outcome.seats) or tuple(o for tie in outcome.ties for o in tie.options)
    working = SupplementaryWorking(valid, valid // 2 + 1, (first_round,), remaining, False)
    if len(tally.first) < FEWEST_CANDIDATES:
        return Outcome(rule.name, outcome.seats, outcome.ties, outcome.unfilled, outcome.next_in_line, working)
    # How many votes more take the majority away is known; who would win then is not, so nobody is so many votes short.
    seats = tuple(Seat(1, seat.option, seat.figure, seat.runner_up, None) for seat in outcome.seats)
    others = {option: count for option, count in tally.first.items() if option not in remaining}
    return Outcome(rule.name, seats, (), outcome.unfilled, _unknown(others), working)


def _second_round(
    first: Mapping[Option, int], remaining: Sequence[Option], transfers: Mapping[Option, int]
) -> PreferenceRound:
    eliminated = tuple(option for option in by_votes(first) if option not in remaining)
    papers = sum(first[option] for option in eliminated)
    used = sum(transfers.values())
    if used > papers:
        raise VotesError(
            f"supplementary-vote: {used} second preferences transferred to {', '.join(remaining)}, "
            f"but the eliminated candidates have only {papers} papers"
        )
    votes = {option: first[option] + transfers[option] for option in remaining}
    return PreferenceRound(2, by_votes(votes), eliminated, dict(transfers), papers - used)


def _elect_highest(
    rule: SupplementaryVote,
    first: Mapping[Option, int],
    final: PreferenceRound,
    working: SupplementaryWorking,
    lots: Sequence[Lot],
) -> Outcome:
    """The greatest total is returned, by lot if two or more share it (para. 4(7)-(8))."""
    ranking = rank(final.votes, 1, lots)
    highest = final.votes[ranking.order[0]]
    seats: tuple[Seat, ...] = ()
    ties: tuple[Tie, ...] = ()
    if ranking.level:
        ties = (Tie(1, 1, ranking.level, Fraction(highest), "seat"),)
    else:
        winner, runner_up = ranking.order[0], ranking.order[1]
        short = _short(final.votes, runner_up, highest)
        seats = (Seat(1, winner, Fraction(highest), runner_up, short, by_lot=winner in ranking.drawn),)
    without = ranking.order[len(seats) :]
    line = tuple(
        NextInLine(option, _short(final.votes, option, highest), Fraction(final.votes[option])) for option in without
    )
    return Outcome(rule.name, seats, ties, 0, line + _unknown({o: first[o] for o in final.eliminated}), working)


def _short(votes: Mapping[Option, int], option: Option, highest: int) -> int | None:
    """Votes short of the highest, as first preferences; with more than two remaining they would change who remains."""
    return highest - votes[option] + 1 if len(votes) == 2 else None  # noqa: PLR2004 - the two of the Act


def _unknown(first: Mapping[Option, int]) -> tuple[NextInLine, ...]:
    """Candidates whose distance turns on second preferences not reported, by first preferences."""
    ordered = by_votes({option: count for option, count in first.items() if count > 0})
    return tuple(NextInLine(option, None, Fraction(count)) for option, count in ordered.items())
