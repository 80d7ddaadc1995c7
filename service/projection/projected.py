"""What a projection says, as plain values; rounded so that they are the same on every machine."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from service.projection.race import Ints

LEVEL: Final = 0.9
PLACES: Final = 4
"""Decimals of chances and shares."""


@dataclass(frozen=True, slots=True)
class Range:
    """A middle, and the range that is meant to hold the truth in nine nights of ten. Shares are 0 to 1."""

    low: float
    median: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Give it in the form that standings publish."""
        return {"low": self.low, "median": self.median, "high": self.high, "level": LEVEL}


@dataclass(frozen=True, slots=True)
class PartyProjection:
    """A party's seats: the range at `LEVEL`, the mean, and the chances to be the largest alone and to have a majority.

    `distribution` is the chance of each number of seats that occurred.
    """

    party: str
    low: int
    median: int
    high: int
    mean: float
    largest: float
    majority: float
    share: Range | None
    distribution: dict[int, float]

    def as_json(self) -> dict[str, Any]:
        """Give it in the form that standings publish."""
        return {
            "seats": {"low": self.low, "median": self.median, "high": self.high, "level": LEVEL},
            "mean": self.mean,
            "largest": self.largest,
            "majority": self.majority,
            "share": self.share.as_json() if self.share else None,
        }


@dataclass(frozen=True, slots=True)
class Projection:
    """What the night will be: by party, by area (party: chance to win it, those of 0 left out), and the turnout.

    `unheard` are regions of which nothing is in: what is said of them rests on the others.
    """

    parties: dict[str, PartyProjection]
    areas: dict[str, dict[str, float]]
    turnout: Range | None
    unheard: tuple[str, ...]
    draws: int
    seed: int

    def as_json(self) -> dict[str, Any]:
        """Give it in the form that standings publish."""
        return {
            "draws": self.draws,
            "seed": f"{self.seed:016x}",
            "turnout": self.turnout.as_json() if self.turnout else None,
            "unheard": list(self.unheard),
            "parties": {party: line.as_json() for party, line in self.parties.items()},
            "areas": self.areas,
        }


@dataclass(frozen=True, slots=True)
class Withheld:
    """No projection, and why: early on that is the correct answer."""

    reason: str

    def as_json(self) -> dict[str, Any]:
        """Give it in the form that standings publish."""
        return {"withheld": self.reason}


def party_projections(
    parties: tuple[str, ...], seats: Ints, shares: dict[str, Range], majority: int
) -> dict[str, PartyProjection]:
    """Sum up the seats drawn (parties x draws); parties that never have one and have no share are left out."""
    draws = seats.shape[1]
    best = seats.max(axis=0)
    alone = (seats == best).sum(axis=0) == 1
    found = {}
    for party, row in zip(parties, seats, strict=True):
        counts = np.bincount(row)
        if len(counts) == 1 and party not in shares:
            continue
        below = np.cumsum(counts)
        low, median, high = (
            int(np.searchsorted(below, draws * part)) for part in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
        )
        found[party] = PartyProjection(
            party=party,
            low=low,
            median=median,
            high=high,
            mean=round(float(row.mean()), 2),
            largest=chance(int(((row == best) & alone).sum()), draws),
            majority=chance(int((row >= majority).sum()), draws),
            share=shares.get(party),
            distribution={int(number): chance(int(counts[number]), draws) for number in np.flatnonzero(counts)},
        )
    return found


def chance(times: int, draws: int) -> float:
    """Give how often something was drawn as a chance."""
    return round(times / draws, PLACES)
