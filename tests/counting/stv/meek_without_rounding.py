"""Meek's method once more, every paper on its own and fifty digits instead of the law's nine."""

from decimal import Decimal, localcontext
from typing import TypeAlias

Event: TypeAlias = tuple[str, frozenset[str]]

SETTLED = Decimal("0.0001")
TOO_CLOSE = Decimal("0.00001")


class TooClose(Exception):  # noqa: N818, an event of the count and no mistake
    """Nine digits may decide otherwise than fifty."""


def count_meek(papers: list[tuple[str, ...]], candidates: list[str], seats: int) -> tuple[list[Event], frozenset[str]]:
    """Who was elected and excluded, in order, and everybody elected.

    Raises:
        TooClose: two figures that were compared are equal, or differ by less than the law's rounding could hide.
    """
    with localcontext() as context:
        context.prec = 50
        keep = dict.fromkeys(candidates, Decimal(1))
        elected: frozenset[str] = frozenset()
        excluded: frozenset[str] = frozenset()
        events: list[Event] = []
        first = True
        while True:
            votes = share_out(papers, keep)
            quota = sum(votes.values(), Decimal(0)) / (seats + 1)
            running = [name for name in candidates if name not in elected | excluded]
            over = frozenset(name for name in running if sure(votes[name], quota))
            if len(running) - len(over) <= seats - len(elected | over):
                over = frozenset(running)
            if over:
                events.append(("elected", over))
                elected |= over
            running = [name for name in running if name not in over]
            if len(elected) >= seats or not running:
                return events, elected
            if not first:
                surplus = sum((max(Decimal(0), votes[name] - quota) for name in elected), Decimal(0))
                lowest, second = sorted(running, key=votes.__getitem__)[:2]
                if surplus < SETTLED or sure(votes[second], votes[lowest] + surplus):
                    sure(votes[second], votes[lowest])
                    excluded |= {lowest}
                    events.append(("excluded", frozenset({lowest})))
                    running.remove(lowest)
                    if len(running) <= seats - len(elected):
                        events.append(("elected", frozenset(running)))
                        return events, elected | frozenset(running)
            first = False
            keep = {name: Decimal(0) if name in excluded else value for name, value in keep.items()}
            for name in elected:
                if votes[name] > quota:
                    keep[name] *= quota / votes[name]


def sure(more: Decimal, less: Decimal) -> bool:
    """Whether one figure is above another, if that is beyond doubt."""
    if abs(more - less) < TOO_CLOSE:
        raise TooClose
    return more > less


def share_out(papers: list[tuple[str, ...]], keep: dict[str, Decimal]) -> dict[str, Decimal]:
    """What everybody keeps of all papers."""
    votes = dict.fromkeys(keep, Decimal(0))
    for paper in papers:
        left = Decimal(1)
        for name in paper:
            kept = left * keep[name]
            votes[name] += kept
            left -= kept
    return votes
