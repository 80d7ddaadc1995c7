"""What a table of parties or candidates leaves out, in one line: nothing that has votes or seats goes unsaid.

A wall's screen says how many lines there is room for: one such line stands ready for each place where a table may end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from service.standings.wire import JSON
from service.views.bodies import CANDIDATES_LISTED_MAX, CANDIDATES_SHOWN_MAX, lively_parties, parties_max, votes_contest

LINES_MIN: Final = 2
"""Lines that a table keeps however little room there is."""

_F = TypeVar("_F", int, float)


@dataclass(frozen=True, slots=True)
class Rest:
    """Those after so many lines of a table: how many, their seats, votes and share together; None is not known."""

    after: int
    number: int
    seats: int | None
    votes: int | None
    share: float | None


def party_rests(standings: JSON, *, all_of_them: bool) -> list[Rest]:
    """Add up the parties after each line at which their table may end, the last after all that have one."""
    contest = votes_contest(standings)
    parties = lively_parties(standings)
    return [
        Rest(
            after,
            len(parties) - after,
            _sum([row["seats"] for row in parties[after:]]),
            _sum([row["votes"][contest]["votes"] for row in parties[after:]]),
            _sum([row["votes"][contest]["share"] for row in parties[after:]]),
        )
        for after in _ends(len(parties), parties_max(all_of_them=all_of_them), only_last=all_of_them)
    ]


def candidate_rests(standings: JSON, *, all_of_them: bool) -> list[Rest]:
    """Add up the candidates for an office in the same way."""
    candidates = standings["candidates"]
    listed = CANDIDATES_LISTED_MAX if all_of_them else CANDIDATES_SHOWN_MAX
    return [
        Rest(
            after,
            len(candidates) - after,
            None,
            _sum([row["votes"] for row in candidates[after:]]),
            _sum([row["share"] for row in candidates[after:]]),
        )
        for after in _ends(len(candidates), listed, only_last=all_of_them)
    ]


def _ends(number: int, listed: int, *, only_last: bool) -> list[int]:
    """Give after how many lines a table may end and leave something out."""
    last = min(number, listed)
    return [after for after in range(last if only_last else min(LINES_MIN, last), last + 1) if after < number]


def _sum(figures: Sequence[_F | None]) -> _F | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known[1:], start=known[0]) if known else None
