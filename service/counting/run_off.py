"""Instant run-off (alternative vote): the lowest goes out, round by round, until somebody has more than half."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from service.counting.outcome import Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.rules import InstantRunOff
from service.counting.supplementary import PreferenceRound
from service.counting.ties import by_votes, find_lot, rank
from service.counting.votes import Papers

LAST_TWO = 2
"""With as many in play, more votes decide."""


@dataclass(frozen=True, slots=True)
class RunOffWorking(Working):
    """The rounds up to the one that decided. `valid`: papers with a first preference."""

    valid: int
    rounds: tuple[PreferenceRound, ...]


def count_run_off(rule: InstantRunOff, papers: Papers, lots: Sequence[Lot] = ()) -> Outcome:
    """Exclude whoever has fewest votes, pass on the papers, and elect whoever has more than half of those in play.

    Candidates without a vote go out together: nothing is passed on, so their order cannot matter. Others level at the
    bottom go to a lot at once (a house rule: some laws look at earlier rounds first); the first drawn survives. A
    candidate marked on no paper is never elected.

    Source: the alternative vote of the Parliamentary Voting System and Constituencies Act 2011, s. 9, which never came
    into force; in use for instance for the President of Ireland.
    """
    play = _play(papers, lots)
    valid = sum(play.rounds[0].votes.values())
    if not valid:
        return Outcome(rule.name, (), (), rule.seats, (), RunOffWorking(0, play.rounds[:1]))
    decided = next((played for played in play.rounds if _majority(played) is not None), play.rounds[-1])
    working = RunOffWorking(valid, play.rounds[: decided.number])
    winner, level, drawn = _majority(decided), play.level, play.drawn
    if winner is None and len(decided.votes) == LAST_TWO:
        ranking = rank(decided.votes, 1, lots)
        winner, level, drawn = None if ranking.level else ranking.order[0], ranking.level, drawn | ranking.drawn
    if winner is None:
        at, first_seat = ("seat", 1) if len(decided.votes) == LAST_TWO else ("exclusion", 0)
        tie = Tie(1, first_seat, level, Fraction(decided.votes[level[0]]), at)
        return Outcome(rule.name, (), (tie,), 0, _next_in_line(play.rounds, None, None), working)
    opponent, short = _last_opponent(play, winner)
    seat = Seat(1, winner, Fraction(decided.votes[winner]), opponent, short, by_lot=winner in drawn)
    return Outcome(rule.name, (seat,), (), 0, _next_in_line(play.rounds, winner, short), working)


class _Play(NamedTuple):
    """Rounds played, who is level for exclusion if that stopped it, and who survived an exclusion by lot."""

    rounds: tuple[PreferenceRound, ...]
    level: tuple[Option, ...]
    drawn: frozenset[Option]


def _play(papers: Papers, lots: Sequence[Lot]) -> _Play:
    """Play on to the last two, past any majority, so that the last opponent is known; stop where a lot is missing."""
    votes = _first_available(papers, set(papers.candidates))
    rounds = [PreferenceRound(1, by_votes(votes), (), {}, 0)]
    survivors: set[Option] = set()
    while len(votes) > LAST_TWO:
        excluded = _lowest(votes)
        if len(excluded) > 1 and any(votes[option] for option in excluded):
            drawn = find_lot(excluded, lots)
            if drawn is None:
                return _Play(tuple(rounds), tuple(excluded), frozenset(survivors))
            excluded = [drawn[-1]]
            survivors.update(drawn[:-1])
        remaining = _first_available(papers, votes.keys() - set(excluded))
        transfers = {option: remaining[option] - votes[option] for option in sorted(remaining)}
        not_transferred = sum(votes[option] for option in excluded) - sum(transfers.values())
        votes = remaining
        rounds.append(PreferenceRound(len(rounds) + 1, by_votes(votes), tuple(excluded), transfers, not_transferred))
    return _Play(tuple(rounds), (), frozenset(survivors))


def _first_available(papers: Papers, remaining: AbstractSet[Option]) -> dict[Option, int]:
    """Papers by the most preferred candidate still in play."""
    votes = dict.fromkeys(remaining, 0)
    for count, preferences in papers.papers:
        for option in preferences:
            if option in remaining:
                votes[option] += count
                break
    return votes


def _lowest(votes: Mapping[Option, int]) -> list[Option]:
    """Who has fewest votes, by name."""
    fewest = min(votes.values())
    return sorted(option for option in votes if votes[option] == fewest)


def _majority(played: PreferenceRound) -> Option | None:
    """Who has more than half of the papers in play, if anybody."""
    in_play = sum(played.votes.values())
    return next((option for option, votes in played.votes.items() if 2 * votes > in_play), None)


def _last_opponent(play: _Play, winner: Option) -> tuple[Option | None, int | None]:
    """Who is left against the winner, and how many papers more would have won.

    They change no exclusion before, unless a lot among others would have to be drawn anew.
    """
    final = play.rounds[-1].votes
    others = [option for option in final if option != winner and final[option] > 0]
    if len(others) != 1:
        return None, None
    return others[0], None if play.drawn else final[winner] - final[others[0]] + 1


def _next_in_line(
    rounds: Sequence[PreferenceRound], winner: Option | None, short: int | None
) -> tuple[NextInLine, ...]:
    """The last opponent first; then by how long they stayed in, each with its last votes."""
    last_votes: dict[Option, int] = {}
    for played in rounds:
        last_votes.update(played.votes)
    line: list[NextInLine] = []
    for played in reversed(rounds):
        for option in played.votes:
            if option != winner and last_votes[option] > 0 and all(near.option != option for near in line):
                line.append(NextInLine(option, None, Fraction(last_votes[option])))
    if short is not None:
        line[0] = NextInLine(line[0].option, short, line[0].figure)
    return tuple(line)
