"""The scorecard in two small tables of Markdown: what a reader should know before trusting a range or a call."""

from collections.abc import Iterable, Sequence
from typing import Final

from service.backtest.methods import METHODS
from service.backtest.played import REAL
from service.backtest.running import Row
from service.projection.scoring import LEVELS

PROJECTION: Final = "projection"
SWING_HELD: Final = "swing's, in 90% range"
FROM: Final = 0.05
"""Less than a twentieth declared is no promise to anybody."""


def summary_of(rows: Sequence[Row]) -> str:
    """Give both tables: seats misallocated by night and method in the real order; coverage and calls by order."""
    asked = [row for row in rows if row.declared >= FROM]
    return f"{_seats([row for row in asked if row.order == REAL])}\n\n{_honesty(asked)}\n"


def coverage_of(rows: Iterable[Row]) -> dict[float, float]:
    """Give by level the share of the parties' seats that lay in the range, of rows that were not withheld."""
    said = [row for row in rows if row.withheld is None]
    parties = sum(row.parties for row in said)
    return {level: sum(row.covered[level] for row in said) / max(parties, 1) for level in LEVELS}


def kind_of(order: str) -> str:
    """Take several random orders for one kind."""
    return order.rstrip(" 0123456789")


def _seats(rows: Sequence[Row]) -> str:
    cuts = sorted({row.declared for row in rows})
    lines = []
    for night in dict.fromkeys(row.night for row in rows):
        mine = {row.declared: row for row in rows if row.night == night}
        for method in (PROJECTION, *METHODS):
            shown = [mine[cut].misallocated.get(method) for cut in cuts]
            lines.append([night, method, *("withheld" if seats is None else f"{seats:g}" for seats in shown)])
        scores = ["withheld" if mine[cut].withheld else f"{mine[cut].crps:.2f}" for cut in cuts]
        lines.append([night, "projection's ranked probability score, per party", *scores])
        scores = ["withheld" if mine[cut].withheld else f"{mine[cut].swing_crps:.2f}" for cut in cuts]
        lines.append([night, "the same score of uniform swing by country with residuals", *scores])
    return _table(["night", "seats misallocated by", *(f"{cut:.0%} in" for cut in cuts)], lines)


def _honesty(rows: Sequence[Row]) -> str:
    kinds = dict.fromkeys(kind_of(row.order) for row in rows)
    lines = [
        _honest_line("all orders", rows),
        *(_honest_line(kind, [row for row in rows if kind_of(row.order) == kind]) for kind in kinds),
    ]
    heads = [
        "order",
        "said",
        *(f"in {level:.0%} range" for level in LEVELS),
        SWING_HELD,
        "areas called",
        "wrong",
        "how early",
    ]
    return _table(heads, lines)


def _honest_line(label: str, rows: Sequence[Row]) -> list[str]:
    leads = [lead for row in rows for lead in row.leads.values()]
    wrong = {(row.night, row.order, area) for row in rows for area in row.wrong_areas}
    swing = sum(row.swing_covered for row in rows) / max(sum(row.parties for row in rows), 1)
    return [
        label,
        f"{sum(row.withheld is None for row in rows)} of {len(rows)}",
        *(f"{share:.1%}" for share in coverage_of(rows).values()),
        f"{swing:.1%}",
        str(len(leads)),
        str(len(wrong)),
        f"{sum(leads) / max(len(leads), 1):.0%} of the night",
    ]


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
