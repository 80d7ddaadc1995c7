"""A made-up kingdom of two mainland countries and an island with parties of its own, and a night drawn for it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection import NOBODY, Evidence, Kernel, Parameters, Race, Stack
from service.projection.race import Bools, Ints

PARTIES: Final = ("blue", "green", "north", "orange", "red", "isle-left", "isle-right", "tiny")
PARAMETERS: Final = Parameters(
    kernel=Kernel(
        constant=4,
        country=2,
        region=0.5,
        holder=0.2,
        linear=0.3,
        smooth=2,
        length=2,
        withdrawn=0.3,
        entered=0.3,
        incumbent=0.1,
    ),
    stack=(Stack(declared_max=0.1, weights=(0.6, 0.2, 0.1, 0.1), spread=1.5), Stack(1, (1, 0, 0, 0), 1.2, reach=1.5)),
    residual_points=3.5,
    freedom=8,
    partial=0.2,
    unsettled=2,
    stronghold=0.5,
    areas_min=5,
    country_share_min=0.1,
)


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A race and how it ended: votes (areas x parties)."""

    race: Race
    votes: Ints

    @property
    def winners(self) -> Ints:
        return np.asarray(self.votes.argmax(axis=1))

    def evidence(self, declared: Bools) -> Evidence:
        """Give what is in when these areas have declared."""
        return Evidence(
            votes=np.where(declared[:, None], self.votes, 0),
            outstanding=np.where(declared, 0.0, 1.0),
            winner=np.where(declared, self.winners, NOBODY),
            expected_valid=np.zeros(len(self.race.areas), dtype=np.int64),
        )

    def first(self, count: int) -> Evidence:
        """Give what is in when the first so many areas, in an order that mixes them well, have declared."""
        declared = np.zeros(len(self.race.areas), dtype=bool)
        declared[np.random.default_rng(1).permutation(len(declared))[:count]] = True
        return self.evidence(declared)


def kingdom(seed: int = 1, *, mainland: int = 100, island: int = 8) -> Night:
    """Draw a kingdom and a night: a swing common to all, some by country, the rest by area."""
    rng = np.random.default_rng(seed)
    size = mainland + island
    country = np.array(["south"] * (mainland * 3 // 4) + ["north"] * (mainland - mainland * 3 // 4) + ["isle"] * island)
    mean = {
        "south": [40, 4, 0, 12, 36, 0, 0, 1],
        "north": [18, 3, 35, 9, 30, 0, 0, 1],
        "isle": [0, 3, 0, 0, 0, 45, 40, 0],
    }
    spread = np.array([12, 2, 8, 7, 12, 12, 12, 0.5])
    last = np.array([mean[name] for name in country], dtype=float)
    standing = last > 0
    last = np.where(standing, np.maximum(last + rng.normal(size=last.shape) * spread, 0.5), 0)
    change = rng.normal(size=len(PARTIES)) * 4 + rng.normal(size=last.shape) * 3
    now = np.where(standing, np.maximum(last + change, 0.2), 0)
    papers = rng.integers(30_000, 60_000, size=size)
    last_votes = np.rint(last / last.sum(axis=1, keepdims=True) * papers[:, None]).astype(np.int64)
    votes = np.rint(now / now.sum(axis=1, keepdims=True) * papers[:, None] * 1.03).astype(np.int64)
    race = Race(
        areas=tuple(f"area-{number:03}" for number in range(size)),
        parties=PARTIES,
        last_votes=last_votes,
        standing=standing,
        incumbent=standing & (rng.random(standing.shape) < 0.1),
        country=tuple(country.tolist()),
        region=tuple(f"{name}-{number % 3}" for number, name in enumerate(country)),
        holder=last_votes.argmax(axis=1),
        electorate=(papers * 1.5).astype(np.int64),
    )
    return Night(race, votes)
