"""Shares, points and swing: exact fractions inside, rounded once on the way out, halves away from zero."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from service.ids import PartyId

SHARE_DECIMALS: Final = 6
POINTS_DECIMALS: Final = 2

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Swing:
    """Butler swing from one party to another, in percentage points, never negative."""

    giver: PartyId
    taker: PartyId
    points: Fraction


def share(votes: int | None, total: int | None) -> Fraction | None:
    """Give votes / total, None where either is not known or nobody voted."""
    if votes is None or not total:
        return None
    return Fraction(votes, total)


def shares(votes: Mapping[_Key, int] | None) -> dict[_Key, Fraction]:
    """Give everybody's share of all the votes; empty where they are not known or there are none."""
    total = sum(votes.values()) if votes else 0
    return {key: Fraction(number, total) for key, number in votes.items()} if votes and total else {}


def mean_share(parts: Sequence[tuple[int, int]]) -> Fraction:
    """Give the mean of shares, each as votes and all votes there; at least one.

    They are added two by two and reduced once, at the end: one after the other the denominators of a few hundred areas
    take several times as long.
    """
    sums = list(parts)
    while len(sums) > 1:
        pairs = zip(sums[::2], sums[1::2], strict=False)
        odd = sums[-1:] if len(sums) % 2 else []
        sums = [(one[0] * other[1] + other[0] * one[1], one[1] * other[1]) for one, other in pairs] + odd
    votes, total = sums[0]
    return Fraction(votes, total * len(parts))


def points(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """Give the change between two shares in percentage points."""
    return None if now is None or before is None else 100 * (now - before)


def butler_swing(
    now: Mapping[PartyId, Fraction], before: Mapping[PartyId, Fraction], ahead: PartyId, behind: PartyId
) -> Swing | None:
    """Give the swing between the two parties ahead now, None unless both stood both times: no votes are no standing.

    swing from B to A = ((A2 - A1) + (B1 - B2)) / 2 on all votes.

    Source: D. E. Butler, The British General Election of 1951, appendix.
    """
    if ahead == behind or any(party not in now or not before.get(party) for party in (ahead, behind)):
        return None
    swing = 50 * ((now[ahead] - before[ahead]) + (before[behind] - now[behind]))
    return Swing(behind, ahead, swing) if swing >= 0 else Swing(ahead, behind, -swing)


def rounded(value: Fraction | None, decimals: int) -> float | None:
    """Round half away from zero to so many decimals, as the nearest float (which prints with those decimals)."""
    if value is None:
        return None
    scale: int = 10**decimals
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (whole if value >= 0 else -whole) / scale


def share_out(value: Fraction | None) -> float | None:
    """Print a share: 0 to 1, six decimals."""
    return rounded(value, SHARE_DECIMALS)


def points_out(value: Fraction | None) -> float | None:
    """Print percentage points, two decimals."""
    return rounded(value, POINTS_DECIMALS)


def figure_out(figure: Fraction) -> str:
    """Print a figure exactly: a whole number, or a reduced fraction n/d."""
    return str(figure)


def by_party(votes: Iterable[tuple[PartyId, int | None]]) -> dict[PartyId, int] | None:
    """Add votes up by party, None where one of them is not known."""
    total: dict[PartyId, int] = {}
    for party, number in votes:
        if number is None:
            return None
        total[party] = total.get(party, 0) + number
    return total
