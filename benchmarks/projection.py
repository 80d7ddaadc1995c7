"""How long a projection takes: 10,000 draws of a parliament of 650, and of 14 constituencies with 11 list seats.

Each figure is processor time, the best of five, on one thread.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import timeit
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from time import process_time
from typing import Final

import numpy as np

from service.projection import (
    NOBODY,
    AdditionalRace,
    Evidence,
    Kernel,
    ListEvidence,
    ListTerms,
    Parameters,
    Projector,
    Race,
    Stack,
    project_additional,
)

ROUNDS: Final = 5
SEED: Final = 650
PARAMETERS: Final = Parameters(
    kernel=Kernel(
        constant=4, country=3, region=0.1, holder=0.3, linear=1, smooth=4, length=2, withdrawn=10, entered=0.3,
        incumbent=0.4,
    ),
    stack=(Stack(declared_max=1, weights=(0.5, 0.5, 0, 0), spread=1.2, reach=2),),
    residual_points=3.5,
    freedom=8,
    unsettled=2,
    stronghold=0.8,
    partial=0.2,
    areas_min=2,
    country_share_min=0.05,
)  # fmt: skip


def main() -> None:
    """Print the table."""
    print(f"{'10,000 draws, on one core':56} {'bar':>6} {'update':>8}   (milliseconds)")
    race, votes = _parliament(np.random.default_rng(SEED), areas=650, parties=9)
    projector = Projector(race, PARAMETERS)
    for share in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9):
        evidence = _evidence(votes, round(share * 650))
        _report(f"650 seats, {share:.0%} declared", 150, partial(projector.project, evidence, seed=SEED))
    race, votes = _parliament(np.random.default_rng(SEED), areas=14, parties=12)
    london = AdditionalRace(race, race.last_votes, race.standing, ListTerms(11, Fraction(1, 20), np.full(12, 11)))
    for count in (3, 7, 12):
        evidence = _evidence(votes, count)
        _report(
            f"14 constituencies and 11 list seats, {count} declared",
            40,
            partial(project_additional, london, evidence, ListEvidence(evidence), PARAMETERS, seed=SEED),
        )


def _report(label: str, bar_ms: float, run: Callable[[], object]) -> None:
    print(
        f"{label:56} {bar_ms:6.0f} {min(timeit.repeat(run, timer=process_time, number=1, repeat=ROUNDS)) * 1000:8.1f}"
    )


def _parliament(rng: np.random.Generator, *, areas: int, parties: int) -> tuple[Race, np.ndarray]:
    """Draw a race with two large parties, some middling ones and small ones, and how it ends."""
    mean = np.array([40.0, 36, 12, 8, 6, 4, 3, 2, 2, 1.5, 1, 0.5][:parties])
    last = np.maximum(mean + rng.normal(size=(areas, parties)) * np.maximum(mean / 3, 1), 0.2)
    now = np.maximum(last + rng.normal(size=parties) * 3 + rng.normal(size=last.shape) * 2.5, 0.2)
    last_votes, votes = (
        np.rint(shares / shares.sum(axis=1, keepdims=True) * 45_000).astype(int) for shares in (last, now)
    )
    country = np.where(np.arange(areas) % 10 < 8, "england", np.where(np.arange(areas) % 10 == 8, "scotland", "wales"))
    race = Race(
        areas=tuple(f"area-{number}" for number in range(areas)),
        parties=tuple(f"party-{number}" for number in range(parties)),
        last_votes=last_votes,
        standing=np.ones(last.shape, dtype=np.bool_),
        incumbent=np.zeros(last.shape, dtype=np.bool_),
        country=tuple(country.tolist()),
        region=tuple(f"region-{number % 12}" for number in range(areas)),
        holder=last_votes.argmax(axis=1),
        electorate=np.full(areas, 70_000),
    )
    return race, votes


def _evidence(votes: np.ndarray, count: int) -> Evidence:
    declared = np.arange(len(votes)) < count
    return Evidence(
        votes=np.where(declared[:, None], votes, 0),
        outstanding=np.where(declared, 0.0, 1.0),
        winner=np.where(declared, votes.argmax(axis=1), NOBODY),
        expected_valid=np.zeros(len(votes), dtype=np.int64),
    )


if __name__ == "__main__":
    main()
