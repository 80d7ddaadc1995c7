"""Fit the projection's parameters on past nights, each time leaving out the one that is to be scored.

    python benchmarks/fit_projection.py --results 1918-2019election_results.csv > service/projection/parameters.toml

Two steps. The kernel: for each pair of elections by itself the most likely one (marginal likelihood of the change in
all areas, a matrix-t), by coordinate search; then the mean over the pairs, since one night is one draw from what nights
are like. The stack: weights blended by the ranked probability score of the parties' seats on the same nights, in the
order of declaration where that is on record, and in a random one; then the least spread under which the ranges of the
recorded nights hold often enough, in adverse orders too.

The file named is the House of Commons Library's "UK election statistics: results by constituency, 1918-2019"; its pairs
are of elections on the same boundaries.
"""

import argparse
import csv
import gzip
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from math import exp, log
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np

from service.adapters.library import default_config, find_night
from service.app import election_of, messages_of, recount
from service.backtest import PlayedNight, evidence_at, final_seats, orders_of, played_night
from service.ids import BodyId
from service.projection import Kernel, Parameters, Projection, Projector, Race, Stack
from service.projection.kernel import Traits, covariance
from service.projection.race import Floats, shares_of
from service.projection.scoring import ranked_probability

RECORDED: Final = ("commons-2015", "commons-2017", "commons-2019")
OLD_PAIRS: Final = (
    ("1966", "1970"), ("1974O", "1979"), ("1983", "1987"), ("1987", "1992"), ("1997", "2001"), ("2001", "2005"),
)  # fmt: skip
REDRAWN: Final = {"2005": ("Scotland",)}
"""Parts of the country that had new boundaries at an election."""
NO_PAIR_IN: Final = ("Ireland", "Northern Ireland")
BLOCKS: Final = ("con_votes", "lab_votes", "lib_votes ", "natSW_votes", "oth_votes")
START: Final = Kernel(
    constant=8, country=3, region=0.2, holder=0.2, linear=1, smooth=4, length=2, withdrawn=3, entered=0.1, incumbent=0.1
)  # fmt: skip
PASSES: Final = 5
SMALLEST, LARGEST = 0.003, 40.0
LENGTHS: Final = (0.5, 6.0)
RESIDUAL_POINTS: Final = 3.5
FREEDOM: Final = 8.0
CUTS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
WEIGHTS: Final = (
    (1.0, 0.0, 0.0, 0.0),
    (0.75, 0.25, 0.0, 0.0),
    (0.75, 0.0, 0.25, 0.0),
    (0.75, 0.0, 0.0, 0.25),
    (0.5, 0.5, 0.0, 0.0),
    (0.5, 0.0, 0.5, 0.0),
    (0.5, 0.0, 0.0, 0.5),
    (0.5, 0.25, 0.25, 0.0),
    (0.5, 0.25, 0.0, 0.25),
    (0.5, 0.0, 0.25, 0.25),
)
TYPICAL_SPREAD: Final = 1.4
NEARLY_AS_GOOD: Final = 0.03
"""Of the logarithm of a score: a difference of three parts in a hundred."""
SPREADS: Final = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.3)
COVERAGE_MIN: Final = 0.91
"""Past nights are few, so a little more than the level is asked of them."""
SEATS_MIN: Final = 3
PROVENANCE: Final = """\
# Those with a year alone are pairs of elections on the same boundaries from the House of Commons Library's "UK election
# statistics: results by constituency, 1918-2019" (Open Parliament Licence v3.0). `without.X` is fitted on all but X."""
DRAWS: Final = 400
SEED: Final = 1918


@dataclass(frozen=True, slots=True)
class Sample:
    """A night with the orders that it is scored in, and those that its ranges must also hold in."""

    night: PlayedNight
    orders: tuple[Sequence[int], ...]
    adverse: tuple[Sequence[int], ...]


def main() -> None:
    """Fit all, once for each recorded night left out, and once with all of them; print the parameters as TOML."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="the Library's CSV, plain or gzip")
    results = parser.parse_args().results
    if results is None:
        print("Nothing is fitted without the Library's CSV: --results FILE.")
        return
    nights = {name: _recorded(name) for name in RECORDED} | dict(_old_nights(results))
    kernels = {}
    for name, night in nights.items():
        kernels[name] = _most_likely(night)
        print(f"{name}: {kernels[name]}", file=sys.stderr)
    samples = {name: _sample(night) for name, night in nights.items()}
    print(f"# Written by benchmarks/fit_projection.py, which says how, from {', '.join(nights)}.\n{PROVENANCE}")
    for left_out in (None, *RECORDED):
        used = [name for name in nights if name != left_out]
        kernel = _typical([kernels[name] for name in used], [_has_members(nights[name].race) for name in used])
        _print(left_out, kernel, _stack(kernel, [samples[name] for name in used]))


def _recorded(name: str) -> PlayedNight:
    """Read a night of the House of Commons from the project's own record: Great Britain, as in the earlier pairs."""
    found = find_night(name, default_config())
    messages = list(messages_of(found))
    night = recount(election_of(found, messages, default_config()), messages)
    played = played_night(night, BodyId("commons"), [message.topic for message in messages])
    assert played is not None
    return played.within({"England", "Scotland", "Wales"})


def _old_nights(path: Path) -> Iterator[tuple[str, PlayedNight]]:
    """Read the earlier pairs: shares of five blocks of parties, no order of declaration."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    for before, after in OLD_PAIRS:
        out = (*NO_PAIR_IN, *REDRAWN.get(after, ()))
        first, second = (
            {
                row["constituency_name"].strip().upper().replace("&", "AND"): row
                for row in rows
                if row["election"] == year and row["country/region"] not in out and sum(_blocks(row))
            }
            for year in (before, after)
        )
        yield after, _pair(first, second)


def _blocks(row: dict[str, str]) -> list[int]:
    return [max(0, int(float(row[block] or 0))) for block in BLOCKS]


def _pair(first: dict[str, dict[str, str]], second: dict[str, dict[str, str]]) -> PlayedNight:
    areas = sorted(first.keys() & second.keys())
    last = np.array([_blocks(first[area]) for area in areas])
    votes = np.array([_blocks(second[area]) for area in areas])
    region = tuple(second[area]["country/region"] for area in areas)
    race = Race(
        areas=tuple(areas),
        parties=BLOCKS,
        last_votes=last,
        standing=votes > 0,
        incumbent=np.zeros(votes.shape, dtype=np.bool_),
        country=tuple(name if name in {"Scotland", "Wales"} else "England" for name in region),
        region=region,
        holder=last.argmax(axis=1),
        electorate=np.zeros(len(areas), dtype=np.int64),
    )
    return PlayedNight(race, votes, votes.argmax(axis=1), ())


def _has_members(race: Race) -> bool:
    """Whether it is on record who of the sitting members stood again."""
    return bool(race.incumbent.sum() > len(race.areas) / 4)


def _most_likely(night: PlayedNight) -> Kernel:
    """Search the kernel under which what happened was likeliest, one parameter after the other, in shrinking steps."""
    prepared = Projector(night.race, _parameters(START, ())).systems[0]
    change = shares_of(prepared.system.columns(night.votes))[:, :-1] * 100 - prepared.traits.last[:, :-1]
    kernel, best = START, _log_likelihood(prepared.traits, change, START)
    step = 4.0
    for _ in range(PASSES):
        for field in fields(Kernel):
            if field.name == "incumbent" and not _has_members(night.race):
                continue
            low, high = LENGTHS if field.name == "length" else (SMALLEST, LARGEST)
            for factor in (step, 1 / step):
                while low < (value := getattr(kernel, field.name) * factor) < high:
                    other = replace(kernel, **{field.name: value})
                    likelihood = _log_likelihood(prepared.traits, change, other)
                    if likelihood <= best + 1e-2:
                        break
                    kernel, best = other, likelihood
        step **= 0.6
    return kernel


def _log_likelihood(traits: Traits, change: Floats, kernel: Kernel) -> float:
    """Matrix-t: -(J/2) log |W| - ((v0 + J - 1 + n)/2) log |v0 S0 + C' inv(W) C|,  W = K + I."""
    areas, columns = change.shape
    lower = np.linalg.cholesky(covariance(traits, kernel) + np.eye(areas))
    whitened = np.linalg.solve(lower, change)
    before = FREEDOM * RESIDUAL_POINTS**2 * np.eye(columns)
    log_det = np.linalg.slogdet(before + whitened.T @ whitened)[1]
    return float(-columns * np.log(np.diag(lower)).sum() - (FREEDOM + columns - 1 + areas) / 2 * log_det)


def _typical(kernels: list[Kernel], with_members: list[bool]) -> Kernel:
    """Average the variances: what one night shows of a variance is one draw's square, and their mean estimates it.

    What sitting members are worth is averaged over the nights on which they are on record, lengths geometrically.
    """
    mean = {}
    for field in fields(Kernel):
        known = [
            getattr(kernel, field.name)
            for kernel, members in zip(kernels, with_members, strict=True)
            if members or field.name != "incumbent"
        ]
        average = exp(sum(map(log, known)) / len(known)) if field.name == "length" else sum(known) / len(known)
        mean[field.name] = round(average, 3)
    return Kernel(**mean)


def _sample(night: PlayedNight) -> Sample:
    orders = orders_of(night, random=1, adversaries=2)
    fair = tuple(order for name, order in orders.items() if name == "real" or name.startswith("random"))
    return Sample(night, fair, tuple(order for order in orders.values() if order not in fair))


def _stack(kernel: Kernel, samples: list[Sample]) -> tuple[Stack, ...]:
    """Blend the weights by their score, then take the least spread whose ranges hold often enough.

    One choice for the whole night: past nights are too few to choose for each part of it.
    """
    scores = [_score(kernel, Stack(1.0, weights, TYPICAL_SPREAD), samples) for weights in WEIGHTS]
    blended = _blend(scores)
    recent = [sample for sample in samples if sample.night.order]
    held = {}
    for spread in SPREADS:
        held[spread] = _coverage(kernel, Stack(1.0, blended, spread), recent)
        print(blended, f"{spread}: {held[spread]:.3f}, {perf_counter():.0f} s", file=sys.stderr)
        if held[spread] >= COVERAGE_MIN:
            break
    return (Stack(1.0, blended, max(held, key=lambda spread: held[spread])),)


def _blend(scores: list[float]) -> tuple[float, ...]:
    """Average the weights, each times exp(-score / `NEARLY_AS_GOOD`): one more night may well put another first."""
    best = min(scores)
    shares = np.array([exp((best - score) / NEARLY_AS_GOOD) for score in scores])
    _, *swings = np.round(shares @ np.array(WEIGHTS) / shares.sum(), 2).tolist()
    return (round(1 - sum(swings), 2), *swings)


def _score(kernel: Kernel, stack: Stack, samples: list[Sample]) -> float:
    """Ranked probability score summed over parties: the mean over nights and orders, its logarithm's over cuts.

    So every part of the night counts alike, though most seats are missed early.
    """
    total = 0.0
    for cut in CUTS:
        scores = [
            sum(ranked_probability(line.distribution, final.get(party, 0)) for party, line in said.parties.items())
            for sample in samples
            for said, final in _said(kernel, stack, sample, sample.orders, (cut,))
        ]
        total += log(sum(scores) / len(scores))
    print(stack.weights, round(total / len(CUTS), 3), file=sys.stderr)
    return total / len(CUTS)


def _coverage(kernel: Kernel, stack: Stack, samples: list[Sample]) -> float:
    """Share of the parties' seats that lay in the range, adverse orders included."""
    inside = [
        line.low <= final.get(party, 0) <= line.high
        for sample in samples
        for said, final in _said(kernel, stack, sample, (*sample.orders, *sample.adverse), CUTS)
        for party, line in said.parties.items()
        if max(line.high, final.get(party, 0)) >= SEATS_MIN
    ]
    return sum(inside) / len(inside)


def _said(
    kernel: Kernel, stack: Stack, sample: Sample, orders: tuple[Sequence[int], ...], cuts: tuple[float, ...]
) -> Iterator[tuple[Projection, dict[str, int]]]:
    """Project a night in these orders at these cuts; with each projection, how it ended."""
    projector = Projector(sample.night.race, replace(_parameters(kernel, (stack,)), country_share_min=1.0))
    final = final_seats(sample.night)
    for order in orders:
        for cut in cuts:
            evidence = evidence_at(sample.night, order, round(cut * len(order)))
            said = projector.project(evidence, seed=SEED, draws=DRAWS)
            if isinstance(said, Projection):
                yield said, final


def _parameters(kernel: Kernel, stack: tuple[Stack, ...]) -> Parameters:
    return Parameters(
        kernel=kernel,
        stack=stack,
        residual_points=RESIDUAL_POINTS,
        freedom=FREEDOM,
        partial=0.2,
        areas_min=10,
        country_share_min=0.05,
    )


def _print(left_out: str | None, kernel: Kernel, stack: tuple[Stack, ...]) -> None:
    table = f"without.{left_out}" if left_out else "all"
    fixed = _parameters(kernel, stack)
    print(f"\n[{table}]")
    for name in ("residual_points", "freedom", "partial", "areas_min", "country_share_min"):
        print(f"{name} = {getattr(fixed, name)}")
    print(f"\n[{table}.kernel]")
    for field in fields(Kernel):
        print(f"{field.name} = {getattr(kernel, field.name)}")
    for part in stack:
        print(f"\n[[{table}.stack]]\ndeclared_max = {part.declared_max}")
        print(f"weights = {list(part.weights)}\nspread = {part.spread}")


if __name__ == "__main__":
    main()
