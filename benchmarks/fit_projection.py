"""Fit the projection's parameters on past nights, each time leaving out the one that is to be scored.

    python benchmarks/fit_projection.py --results 1918-2019election_results.csv > service/projection/parameters.toml

Five steps, of which none sees the night left out. In the second to the fourth, a night is projected with the kernel of
the others alone.

1. The kernel: for each pair of elections by itself the most likely one (marginal likelihood of the change in all
   areas, a matrix-t), by coordinate search; then the mean over the pairs, since one night is one draw from what nights
   are like.
2. The weights: the most even ones that do not score worse than the best by more than a standard error or a twentieth,
   early in the night and later. Fitted weights rarely beat equal ones on the next occasion (Clemen 1989, "Combining
   forecasts"; Stock and Watson 2004 call it the forecast combination puzzle), and nine nights can tell apart no more
   than these few.
3. The strongholds: each area predicted from all others of its night, the variance of its own, for each ten points that
   a smaller party was above its mean, under which the leads that came were likeliest (Student's t, as they are drawn).
   The spread: the root mean square of how far off those leads were, in the deviations that the model expected. The
   same for areas whose sitting member is not of the party that won last time.
   How seldom leads turn that are many deviations wide is printed beside what Student's t with 5 and 3 degrees of
   freedom says: the first is what areas are drawn with, the second what upsets are.
4. The reach: the least under which the ranges of recorded nights held nine times in ten in every kind of order, the
   safest seats of a party first included; where no reach tried does that, the one whose worst kind of order is best.
   Ranges of the four parties that the scorecard scores: others have next to no seats to miss.
5. The order of counting (`partial`): wards of London's boroughs in 2022, in random orders as if they were boxes of one
   area. With o of the wards' votes outstanding the lead of one large party over the other was off by a variance of
   `partial` o / (1 - o), in units of twice the residual variance of a share.

Beside the parameters it is printed from which chance on areas of the earlier pairs were called and none wrongly, each
pair with the kernel of the other earlier ones, in random orders and with the safest seats of a party first. The least
such chance is what calls are made from. The nights that the scorecard scores have no part in that, but for spread,
strongholds and reach.

The file named is the House of Commons Library's "UK election statistics: results by constituency, 1918-2019"; its pairs
are of elections on the same boundaries.
"""

import argparse
import csv
import gzip
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import exp, log, sqrt
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np

from service.adapters.library import default_config, find_night
from service.app import election_of, messages_of, recount
from service.backtest import MAIN_PARTIES, PlayedNight, evidence_at, final_seats, orders_of, played_night
from service.ids import BodyId
from service.projection import LEVEL, Kernel, Parameters, PartyProjection, Projection, Projector, Race, Stack
from service.projection.chance import TAIL_FREEDOM
from service.projection.kernel import Traits, covariance, strongholds
from service.projection.race import Floats, shares_of
from service.projection.scoring import ranked_probability

RECORDED: Final = ("commons-2015", "commons-2017", "commons-2019")
OLD_PAIRS: Final = (
    ("1966", "1970"), ("1974O", "1979"), ("1983", "1987"), ("1987", "1992"), ("1997", "2001"), ("2001", "2005"),
)  # fmt: skip
EARLIER: Final = {"1966": "1964", "1974O": "1974F", "1987": "1983", "2001": "1997"}
"""Elections before those on the same boundaries."""
REDRAWN: Final = {"2005": ("Scotland",)}
"""Parts of the country that had new boundaries at an election."""
NO_PAIR_IN: Final = ("Ireland", "Northern Ireland")
SCORED: Final = frozenset({*MAIN_PARTIES, "con_votes", "lab_votes", "lib_votes ", "natSW_votes"})
"""The parties whose seats are scored, as recorded nights and as the Library name them."""
WARDS: Final = ("london-boroughs-2022", ("lab", "con"))
"""The night with wards, and whose lead is looked at there."""
WARDS_MIN: Final = 15
COUNTED: Final = (0.25, 0.5, 0.8)
TAILS: Final = (3.0, 4.0, 5.0, 6.0)
BLOCKS: Final = ("con_votes", "lab_votes", "lib_votes ", "natSW_votes", "oth_votes")
START: Final = Kernel(
    constant=8, country=3, region=0.2, holder=0.2, linear=1, smooth=4, length=2, withdrawn=3, entered=0.1,
    incumbent=0.1, again=0.1,
)  # fmt: skip
PASSES: Final = 5
SMALLEST, LARGEST = 0.003, 40.0
LENGTHS: Final = (0.5, 6.0)
RESIDUAL_POINTS: Final = 3.5
FREEDOM: Final = 8.0
CUTS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
STRETCHES: Final = (0.15, 1.0)
"""Early in the night and later, as shares declared: with more in, less is left that only a simple swing knows."""
BLENDS: Final = (
    (1.0, 0.0, 0.0, 0.0), (0.75, 0.25, 0.0, 0.0), (0.5, 0.5, 0.0, 0.0), (0.34, 0.33, 0.33, 0.0),
    (0.25, 0.25, 0.25, 0.25),
)  # fmt: skip
"""Ever more even weights, those methods last that know least of an area."""
WIDTHS: Final = np.arange(0.7, 2.0, 0.05)
STRONGHOLDS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
TYPICAL: Final = Stack(1.0, BLENDS[0], spread=1.2, reach=1.3)
"""What the weights are scored with, and strongholds of `TYPICAL_STRONGHOLD`."""
TYPICAL_STRONGHOLD: Final = 0.8
WORSE_MAX: Final = 0.05
"""Of a score's logarithm: a method that makes it a twentieth worse is worse, even within a standard error."""
SCORE_MIN: Final = 0.1
"""Seats: below this one score is as good as another, whatever its logarithm."""
RANDOM_ORDERS: Final = 10
SCORED_ORDERS: Final = 5
"""So many of them for the weights, where scores of one night are much alike."""
WARD_ORDERS: Final = 20
REACHES: Final = (1.0, 1.2, 1.4, 1.7, 2.0, 2.3, 2.7, 3.2)
RANGES_MIN: Final = 12
"""A kind of order in which fewer ranges were said is no evidence."""
PROVENANCE: Final = """\
# Those with a year alone are pairs of elections on the same boundaries from the House of Commons Library's "UK election
# statistics: results by constituency, 1918-2019" (Open Parliament Licence v3.0). `without.X` is fitted on all but X.
# `partial` is from the wards of London's boroughs in 2022, a night on record. residual_points, freedom, areas_min
# and country_share_min are chosen, not fitted."""
DRAWS: Final = 1000
CALL_DRAWS: Final = 10_000
CALL_ORDERS: Final = 2
CHANCES: Final = (0.99, 0.995, 0.997, 0.998, 0.999, 0.9995)
LOOKS: Final = (0.05, 0.96, 0.075)
"""Shares declared when calls are looked at: from, up to, every."""
SEED: Final = 1918


@dataclass(frozen=True, slots=True)
class Sample:
    """A night with the orders that it is played in, and the names of those that no adversary chose.

    `kernel` is the one that it is projected with, fitted without it.
    """

    night: PlayedNight
    kernel: Kernel
    orders: Mapping[str, Sequence[int]]
    fair: tuple[str, ...]


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
    partial = _partial()
    print(f"partial: {partial}", file=sys.stderr)
    samples = {name: _sample(night) for name, night in nights.items()}
    print(f"# Written by benchmarks/fit_projection.py, which says how, from {', '.join(nights)}.\n{PROVENANCE}")
    for left_out in (None, *RECORDED):
        used = [name for name in nights if name != left_out]
        apart = [
            replace(
                samples[name],
                kernel=_typical([(kernels[other], nights[other].race) for other in used if other != name]),
            )
            for name in used
        ]
        kernel = _typical([(kernels[name], nights[name].race) for name in used])
        fitted = replace(_fitted(kernel, apart), partial=partial)
        _print(left_out, fitted)
        if left_out is None:
            _calls({name: night for name, night in nights.items() if name not in RECORDED}, kernels, fitted)


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
        earlier, first, second = (
            {
                row["constituency_name"].strip().upper().replace("&", "AND"): row
                for row in rows
                if row["election"] == year and row["country/region"] not in out and sum(_blocks(row))
            }
            for year in (EARLIER.get(before), before, after)
        )
        yield after, _pair(earlier, first, second)


def _blocks(row: dict[str, str]) -> list[int]:
    return [max(0, int(float(row[block] or 0))) for block in BLOCKS]


def _pair(
    earlier: dict[str, dict[str, str]], first: dict[str, dict[str, str]], second: dict[str, dict[str, str]]
) -> PlayedNight:
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
        earlier_shares=shares_of(
            np.array([_blocks(earlier[area]) if area in earlier else [0] * len(BLOCKS) for area in areas])
        )
        if earlier
        else None,
    )
    return PlayedNight(race, votes, votes.argmax(axis=1), ())


def _told(race: Race, field: str) -> bool:
    """Whether a night says anything of a parameter: of sitting members, or of change that goes on."""
    if field == "incumbent":
        return bool(race.incumbent.sum() > len(race.areas) / 4)
    return field != "again" or race.earlier_shares is not None


def _most_likely(night: PlayedNight) -> Kernel:
    """Search the kernel under which what happened was likeliest, one parameter after the other, in shrinking steps."""
    prepared = Projector(night.race, _parameters(START, ())).systems[0]
    change = shares_of(prepared.system.columns(night.votes))[:, :-1] * 100 - prepared.traits.last[:, :-1]
    kernel, best = START, _log_likelihood(prepared.traits, change, START)
    step = 4.0
    for _ in range(PASSES):
        for field in fields(Kernel):
            if not _told(night.race, field.name):
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


def _typical(fitted: list[tuple[Kernel, Race]]) -> Kernel:
    """Average the variances: what one night shows of a variance is one draw's square, and their mean estimates it.

    A parameter is averaged over the nights that say anything of it, lengths geometrically; where none does, it stays
    what the search starts with.
    """
    mean = {}
    for field in fields(Kernel):
        known = [getattr(kernel, field.name) for kernel, race in fitted if _told(race, field.name)]
        known = known or [getattr(START, field.name)]
        average = exp(sum(map(log, known)) / len(known)) if field.name == "length" else sum(known) / len(known)
        mean[field.name] = round(average, 3)
    return Kernel(**mean)


def _sample(night: PlayedNight) -> Sample:
    orders = orders_of(night, random=RANDOM_ORDERS, adversaries=3)
    fair = tuple(name for name in orders if name == "real" or name.startswith("random"))
    return Sample(night, START, orders, fair[:SCORED_ORDERS])


def _fitted(kernel: Kernel, samples: list[Sample]) -> Parameters:
    """Take the other steps; all but the weights for the whole night, past nights being too few to choose for parts."""
    weights = _most_even(samples)
    stronghold = max(STRONGHOLDS, key=lambda each: _lead_likelihood(samples, each))
    spread, unsettled = _spread(samples, stronghold)
    _tails(samples, stronghold)
    recent = [sample for sample in samples if sample.night.order]
    parameters = _parameters(kernel, (), unsettled, stronghold)
    worst: dict[float, float] = {}
    for reach in REACHES:
        stack = tuple(Stack(end, weighed, spread, reach) for end, weighed in zip(STRETCHES, weights, strict=True))
        parameters = replace(parameters, stack=stack)
        held = _coverage(parameters, recent)
        print(weights, stronghold, spread, unsettled, reach, held, f"{perf_counter():.0f} s", file=sys.stderr)
        worst[reach] = min(held.values())
        if worst[reach] >= LEVEL:
            break
    reach = max(worst, key=lambda each: (min(worst[each], LEVEL), -each))
    return replace(parameters, stack=tuple(replace(part, reach=reach) for part in parameters.stack))


def _most_even(samples: list[Sample]) -> list[tuple[float, ...]]:
    """Give for each stretch of the night the most even weights that score like the best, as far as nights can tell."""
    scores = np.array([_scores(replace(TYPICAL, weights=blend), samples) for blend in BLENDS])
    found: list[tuple[float, ...]] = []
    for start, end in zip((0.0, *STRETCHES), STRETCHES, strict=False):
        score = scores[:, :, [place for place, cut in enumerate(CUTS) if start < cut <= end]].mean(axis=2)
        worse = score - score[score.mean(axis=1).argmin()]
        allowed = np.minimum(worse.std(axis=1, ddof=1) / np.sqrt(len(samples)), WORSE_MAX)
        print(end, worse.mean(axis=1).round(3), allowed.round(3), file=sys.stderr)
        found.append(BLENDS[int(np.flatnonzero(worse.mean(axis=1) <= allowed)[-1])])
    return found


def _scores(stack: Stack, samples: list[Sample]) -> list[list[float]]:
    """Score each night at each cut: the logarithm of the ranked probability score summed over parties.

    So every part of a night counts alike, though most seats are missed early, and every night, though some are harder.
    """
    found = []
    for sample in samples:
        missed: dict[float, list[float]] = {cut: [] for cut in CUTS}
        parameters = _parameters(sample.kernel, (stack,), stronghold=TYPICAL_STRONGHOLD)
        for _, cut, said, final in _said(parameters, sample, sample.fair):
            missed[cut].append(
                sum(ranked_probability(line.distribution, final.get(party, 0)) for party, line in _main(said))
            )
        found.append([log(sum(each) / len(each) + SCORE_MIN) for each in missed.values()])
    return found


def _lead_likelihood(samples: list[Sample], stronghold: float) -> float:
    """Give the log likelihood of how far off leads were, as Student's t of each night's own width."""
    total = 0.0
    for sample in samples:
        found = _surprises(sample, stronghold)
        widths = np.outer(WIDTHS, found.expected)
        tail = np.log1p((found.leads * found.expected / widths) ** 2 / (TAIL_FREEDOM - 2))
        total += float((-np.log(widths) - (TAIL_FREEDOM + 1) / 2 * tail).sum(axis=1).max())
    return total


def _spread(samples: list[Sample], stronghold: float) -> tuple[float, float]:
    """Give how much wider than expected leads are spread, and how much more so in areas that are unsettled."""
    surprises = [_surprises(sample, stronghold) for sample in samples]
    spread = sqrt(sum(float((each.leads**2).mean()) for each in surprises) / len(surprises))
    unsettled = np.concatenate([each.unsettled for each in surprises])
    more = sqrt(float((unsettled**2).mean())) / spread if len(unsettled) else 1.0
    return round(max(spread, 1.0), 2), round(max(more, 1.0), 2)


@dataclass(frozen=True, slots=True, eq=False)
class Surprises:
    """How far off leads were, in the deviations expected, of areas that are settled and of those that are not.

    `expected` are those deviations of the settled ones, in points.
    """

    leads: Floats
    expected: Floats
    unsettled: Floats


def _surprises(sample: Sample, stronghold: float) -> Surprises:
    """Predict each area from all others; give how far off the holder's lead was, in the deviations expected.

    In settled areas the lead over the best other party last time, in unsettled ones that over the sitting member's.
    """
    night = sample.night
    race = night.race
    prepared = Projector(race, _parameters(sample.kernel, ())).systems[0]
    change = shares_of(prepared.system.columns(night.votes)) * 100 - prepared.traits.last
    strong = strongholds(prepared.traits)
    inverse = np.linalg.inv(prepared.covariance + np.diag(1 + stronghold * strong))
    off = inverse @ change / np.sqrt(np.diagonal(inverse))[:, None]
    residual = change.T @ inverse @ change / len(change)
    column = np.full(len(race.parties), len(prepared.system.parties))
    column[prepared.system.parties] = np.arange(len(prepared.system.parties))
    rows = np.arange(len(change))
    holder = column[race.holder]
    others = np.where(prepared.traits.standing, prepared.traits.last, -1.0)
    others[rows, holder] = -1.0
    rival = np.where(race.unsettled, column[race.incumbent.argmax(axis=1)], others.argmax(axis=1))
    expected = residual[holder, holder] + residual[rival, rival] - 2 * residual[holder, rival]
    told = holder != rival
    leads = (off[rows, holder] - off[rows, rival])[told] / np.sqrt(expected[told])
    unsettled = race.unsettled[told]
    points = np.sqrt(expected / np.diagonal(inverse))[told]
    return Surprises(leads[~unsettled], points[~unsettled], leads[unsettled])


def _coverage(parameters: Parameters, samples: list[Sample]) -> dict[str, float]:
    """Give by kind of order how many of the parties' seats lay in the range."""
    inside: dict[str, list[bool]] = {}
    for sample in samples:
        apart = replace(parameters, kernel=sample.kernel)
        for order, _, said, final in _said(apart, sample, tuple(sample.orders)):
            inside.setdefault(order.rstrip(" 0123456789"), []).extend(
                line.low <= final.get(party, 0) <= line.high for party, line in _main(said)
            )
    return {kind: round(sum(held) / len(held), 3) for kind, held in inside.items() if len(held) >= RANGES_MIN}


def _main(said: Projection) -> list[tuple[str, PartyProjection]]:
    return [(party, line) for party, line in said.parties.items() if party in SCORED]


def _said(
    parameters: Parameters, sample: Sample, orders: tuple[str, ...]
) -> Iterator[tuple[str, float, Projection, dict[str, int]]]:
    """Project a night in these orders at each cut; with order, cut and projection, how it ended."""
    projector = Projector(sample.night.race, parameters)
    final = final_seats(sample.night)
    for name in orders:
        order = sample.orders[name]
        for cut in CUTS:
            evidence = evidence_at(sample.night, order, round(cut * len(order)))
            said = projector.project(evidence, seed=SEED, draws=DRAWS)
            if isinstance(said, Projection):
                yield name, cut, said, final


def _partial() -> float:
    """Give by how much the order of counting adds to what a partial count is off by: boroughs counted ward by ward."""
    name, pair = WARDS
    found = find_night(name, default_config())
    messages = list(messages_of(found))
    election = election_of(found, messages, default_config())
    night = recount(election, messages)
    rng = np.random.default_rng(SEED)
    off = []
    for body in election.bodies.values():
        (contest,) = body.contests
        votes = np.zeros((0, 3))
        for ward in election.reporting(contest, body.id):
            figures, parties = night.counted.areas[contest][ward].figures, election.standing(contest, ward)
            shown = figures.all_votes if figures else None
            if shown:
                by_party = [sum(n for who, n in shown.items() if parties[who].party == party) for party in pair]
                votes = np.vstack([votes, [*by_party, sum(shown.values())]])
        if len(votes) < WARDS_MIN:
            continue
        for part in COUNTED:
            for _ in range(WARD_ORDERS):
                order = rng.permutation(len(votes))
                counted = votes[order[: round(part * len(votes))]].sum(axis=0)
                whole = votes.sum(axis=0)
                now, final = (100 * (each[0] - each[1]) / each[2] for each in (counted, whole))
                left = 1 - counted[2] / whole[2]
                off.append((now - final) ** 2 * (1 - left) / left)
    return round(float(np.mean(off)) / (2 * RESIDUAL_POINTS**2), 2)


def _calls(nights: Mapping[str, PlayedNight], kernels: Mapping[str, Kernel], parameters: Parameters) -> None:
    """Print how many areas were given at least each of these chances while open, and how many went another way."""
    called: dict[float, set[tuple[str, str, str]]] = {least: set() for least in CHANCES}
    wrong: dict[float, set[tuple[str, str, str]]] = {least: set() for least in CHANCES}
    for name, night in nights.items():
        kernel = _typical([(kernels[other], of.race) for other, of in nights.items() if other != name])
        projector = Projector(night.race, replace(parameters, kernel=kernel))
        winner = dict(zip(night.race.areas, (night.race.parties[won] for won in night.winners), strict=True))
        for label, order in orders_of(night, random=CALL_ORDERS, adversaries=3).items():
            for look in np.arange(*LOOKS):
                count = round(float(look) * len(order))
                said = projector.project(evidence_at(night, order, count), seed=SEED, draws=CALL_DRAWS)
                if not isinstance(said, Projection):
                    continue
                for area in (night.race.areas[row] for row in order[count:]):
                    party, given = max(said.areas[area].items(), key=lambda chance: chance[1])
                    for least in CHANCES:
                        if given >= least:
                            called[least].add((name, label, area))
                            if party != winner[area]:
                                wrong[least].add((name, label, area))
    for least in CHANCES:
        print(f"from {least}: {len(called[least])} called, {len(wrong[least])} wrong", file=sys.stderr)


def _tails(samples: list[Sample], stronghold: float) -> None:
    """Print how often a holder's lead fell short by many deviations, beside what Student's t says."""
    found = [_surprises(sample, stronghold).leads for sample in samples]
    short = -np.concatenate([each / sqrt(float((each**2).mean())) for each in found])
    for tail in TAILS:
        angle, narrow = np.arctan(tail), np.arctan(tail / sqrt(3))
        upset = 0.5 - (angle + tail / (1 + tail**2)) / np.pi
        five = 0.5 - (narrow + np.sin(narrow) * np.cos(narrow) * (1 + 2 / 3 * np.cos(narrow) ** 2)) / np.pi
        print(
            f"leads short by {tail:g} deviations: {(short > tail).mean():.4f}; t5 {five:.4f}, t3 {upset:.4f}",
            file=sys.stderr,
        )


def _parameters(
    kernel: Kernel, stack: tuple[Stack, ...], unsettled: float = 1.0, stronghold: float = 0.0
) -> Parameters:
    return Parameters(
        kernel=kernel,
        stack=stack,
        residual_points=RESIDUAL_POINTS,
        freedom=FREEDOM,
        partial=1.0,
        unsettled=unsettled,
        stronghold=stronghold,
        areas_min=10,
        country_share_min=0.05,
    )


def _print(left_out: str | None, fitted: Parameters) -> None:
    table = f"without.{left_out}" if left_out else "all"
    print(f"\n[{table}]")
    for name in ("residual_points", "freedom", "partial", "unsettled", "stronghold", "areas_min", "country_share_min"):
        print(f"{name} = {getattr(fitted, name)}")
    print(f"\n[{table}.kernel]")
    for field in fields(Kernel):
        print(f"{field.name} = {getattr(fitted.kernel, field.name)}")
    for part in fitted.stack:
        print(f"\n[[{table}.stack]]\ndeclared_max = {part.declared_max}\nweights = {list(part.weights)}")
        print(f"spread = {part.spread}\nreach = {part.reach}")


if __name__ == "__main__":
    main()
