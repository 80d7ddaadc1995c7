"""The scorecard as text and as a picture: how far the projection was off, beside the methods it is measured against."""

from collections.abc import Sequence
from html import escape
from typing import Final

from service.backtest.methods import METHODS
from service.backtest.played import MAIN_PARTIES, REAL
from service.backtest.running import EVERY, EVERY_REAL, Row
from service.backtest.summary import PROJECTION, coverage_of, kind_of
from service.projection.scoring import LEVELS

COLOURS: Final = ("#b3261e", "#6f757a", "#8a6d00", "#1a5fb4", "#2a7fd4", "#2e7d32")
DASHES: Final = ("none", "1 5", "12 4", "6 3", "2 3", "10 3 2 3")
"""Nobody should need the colours to tell the methods apart."""
STROKES: Final = {
    method: f'stroke="{colour}" stroke-dasharray="{dashes}" stroke-width="{3 if method == PROJECTION else 2}"'
    for method, colour, dashes in zip((PROJECTION, *METHODS), COLOURS, DASHES, strict=True)
}
PANEL_WIDTH, PANEL_HEIGHT, MARGIN = 420, 220, 44
COMPARED: Final = frozenset(METHODS) - {"votes so far"}
"""What sets the scale: adding up votes is so far off that the others would lie on the floor."""


def table_of(rows: Sequence[Row]) -> str:
    """Print seats misallocated by method, the projection's scores, and its coverage by order over all nights."""
    methods = [PROJECTION, *METHODS]
    lines = [
        "Seats misallocated (half the sum of the parties' differences) by each method. Then of the projection: its",
        "ranked probability score per party, in seats, and that of uniform swing by country with residuals; Brier and",
        "log score of the areas still to come; the mean width of a range at 90%, and how many of them held; calls",
        f"that stand at that moment, and how many are false. Scored are the seats of {', '.join(MAIN_PARTIES)}: others",
        "have next to none to miss.",
        "",
        f"{'night':14} {'order':12} {'declared':>8} "
        + " ".join(f"{method.replace('uniform swing', 'uniform'):>19}" for method in methods)
        + f" {'crps':>6} {'swing':>6} {'brier':>6} {'log':>6} {'width':>6} {'in 90%':>7} {'calls':>6} {'false':>6}",
    ]
    for row in rows:
        seats = " ".join(
            f"{row.misallocated[method]:19.1f}" if method in row.misallocated else f"{'-':>19}" for method in methods
        )
        head = f"{row.night:14} {row.order:12} {row.declared:8.0%} {seats}"
        if row.withheld:
            lines.append(f"{head} withheld: {row.withheld}")
            continue
        lines.append(
            f"{head} {row.crps:6.2f} {row.swing_crps:6.2f} {row.brier:6.3f} {row.log_score:6.3f} {row.width:6.1f}"
            f" {row.covered[0.9]:>3}/{row.parties:<3} {row.calls:6} {row.false_calls:6}"
        )
    return "\n".join([*lines, "", *_coverage(rows), "", *_wrong_calls(rows), "", *_first_calls(rows)]) + "\n"


def _coverage(rows: Sequence[Row]) -> list[str]:
    head = f"{'Coverage of ranges at':24}" + "".join(f"{level:>8.0%}" for level in LEVELS) + "    said"
    lines = []
    for label in ["all orders", *dict.fromkeys(kind_of(row.order) for row in rows)]:
        chosen = [row for row in rows if label in {kind_of(row.order), "all orders"}]
        shares = "".join(f"{share:8.1%}" for share in coverage_of(chosen).values())
        lines.append(f"{label:24}{shares} {sum(row.withheld is None for row in chosen):>3}/{len(chosen)}")
    return [head, *lines]


def _wrong_calls(rows: Sequence[Row]) -> list[str]:
    """Name the areas that were called and went another way, each once."""
    wrong = dict.fromkeys((row.night, row.order, area) for row in rows for area in row.wrong_areas)
    called = sum(len(row.leads) for row in rows)
    return [
        f"Looked at after every {EVERY_REAL} declarations of the real order and {EVERY} of others, up to the last cut.",
        f"Areas called before they declared: {called}, of which went another way: {len(wrong)}",
        *(f"{night:14} {order:12} {area}" for night, order, area in wrong),
    ]


def _first_calls(rows: Sequence[Row]) -> list[str]:
    """Say when each call of the body was first made, by night and order."""
    wrong = {(row.night, row.order, call) for row in rows for call in row.wrong_body}
    first: dict[tuple[str, str, str], float] = {}
    for row in rows:
        for call in row.body_calls:
            first.setdefault((row.night, row.order, call), row.body_calls[call])
    return [
        "Called of the body, and with how much declared:",
        *(
            f"{night:14} {order:12} {call:24} {declared:4.0%}{' WRONG' if (night, order, call) in wrong else ''}"
            for (night, order, call), declared in first.items()
        ),
    ]


def picture_of(rows: Sequence[Row]) -> str:
    """Draw, night by night, the seats misallocated by each method as areas declare in the real order, as SVG."""
    shown = [row for row in rows if row.order == REAL]
    nights = list(dict.fromkeys(row.night for row in shown))
    width, height = (PANEL_WIDTH + MARGIN) * max(len(nights), 1) + MARGIN, PANEL_HEIGHT + 3 * MARGIN
    panels = [_panel([row for row in shown if row.night == night], number) for number, night in enumerate(nights)]
    legend = [_entry(method, MARGIN + 190 * number, height - 12) for number, method in enumerate(STROKES)]
    style = 'font-family="system-ui, sans-serif" font-size="12"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, 1150)} {height}" {style}>'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(panels)}{"".join(legend)}</svg>\n'
    )


def _panel(rows: Sequence[Row], number: int) -> str:
    left = MARGIN + number * (PANEL_WIDTH + MARGIN)
    top = MARGIN
    most = max(1.0, *(row.misallocated[method] for row in rows for method in COMPARED))
    parts = [
        f'<text x="{left}" y="{top - 16}" font-weight="bold">{escape(rows[0].night)}: seats misallocated</text>',
        f'<path d="M{left} {top}V{top + PANEL_HEIGHT}H{left + PANEL_WIDTH}" fill="none" stroke="#5f6368"/>',
        f'<text x="{left - 6}" y="{top + 4}" text-anchor="end">{most:.0f}</text>',
        f'<text x="{left - 6}" y="{top + PANEL_HEIGHT}" text-anchor="end">0</text>',
    ]
    steps = max(len(rows) - 1, 1)
    for step, row in enumerate(rows):
        x = left + PANEL_WIDTH * step / steps
        parts.append(f'<text x="{x:.0f}" y="{top + PANEL_HEIGHT + 16}" text-anchor="middle">{row.declared:.0%}</text>')
    for method, stroke in STROKES.items():
        points = " ".join(
            f"{left + PANEL_WIDTH * step / steps:.1f},{top + PANEL_HEIGHT * _depth(row.misallocated[method], most):.1f}"
            for step, row in enumerate(rows)
            if method in row.misallocated
        )
        parts.append(f'<polyline points="{points}" fill="none" {stroke}/>')
    return "".join(parts)


def _entry(method: str, left: int, base: int) -> str:
    """Draw a method's stroke with its name."""
    line = f'<path d="M{left} {base - 4}h26" {STROKES[method]}/>'
    return f'{line}<text x="{left + 32}" y="{base}">{escape(method)}</text>'


def _depth(misallocated: float, most: float) -> float:
    """Give how far down a panel a figure lies, 0 to 1; what is off the scale stays at the top."""
    return max(1 - misallocated / most, 0.0)
