"""Swing on a dial, shares as bars, a projection's range: figures that are read faster as drawings."""

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.svg import drawing, element, legible
from service.views.words import percent, signed

DIAL_POINTS: Final = 15.0
"""The dial reaches so far to either side, in percentage points; a needle beyond it stops at its end."""

RADIUS: Final = 90.0


@dataclass(frozen=True, slots=True)
class Swing:
    """Butler swing between two parties: half the difference of their changes in share, in percentage points.

    `points` above 0 are to `taker` from `giver`; None where one of the changes is not known.
    """

    giver: JSON
    taker: JSON
    points: float | None
    contest: str


def swing_between(standings: JSON, pair: tuple[str, str] | None) -> Swing | None:
    """Measure the swing between two parties, or between the two with most votes, where figures can be compared.

    Source: D. Butler and D. Stokes, Political Change in Britain (1969): the average of one party's gain and the other's
    loss in share of the vote.
    """
    rows = {row["party"]: row for row in standings["parties"]}
    for contest in sorted(standings["contests"], key=lambda each: each["scope"] == "area"):
        name = contest["contest"]
        known = [row for row in rows.values() if row["votes"][name]["change_points"] is not None]
        most = sorted(known, key=lambda row: -(row["votes"][name]["votes"] or 0))[:2]
        chosen = [rows[party] for party in pair if party in rows] if pair else most
        if len(chosen) < 2 or (not pair and len(most) < 2):  # noqa: PLR2004 - a swing is between two
            continue
        changes = [row["votes"][name]["change_points"] for row in chosen]
        points = None if None in changes else (changes[0] - changes[1]) / 2
        if points is not None and points < 0 and not pair:
            return Swing(chosen[0], chosen[1], -points, contest["name"])
        return Swing(chosen[1], chosen[0], points, contest["name"])
    return None


def swing_dial(swing: Swing) -> Markup:
    """Draw the dial: its needle leans to the side of the party that gains."""
    points = swing.points or 0.0
    lean = max(-1.0, min(1.0, points / DIAL_POINTS))
    angle = math.pi / 2 - lean * math.pi / 2
    x, y = 110 + RADIUS * 0.86 * math.cos(angle), 104 - RADIUS * 0.86 * math.sin(angle)
    parts = [
        element(
            "path",
            d=f"M {110 - RADIUS} 104 A {RADIUS} {RADIUS} 0 0 1 110 {104 - RADIUS}",
            fill="none",
            stroke=legible(swing.giver["colour"]),
            stroke_width=9.0,
        ),
        element(
            "path",
            d=f"M 110 {104 - RADIUS} A {RADIUS} {RADIUS} 0 0 1 {110 + RADIUS} 104",
            fill="none",
            stroke=legible(swing.taker["colour"]),
            stroke_width=9.0,
            stroke_dasharray="7 3",
        ),
    ]
    for tick in range(-15, 16, 5):
        at = math.pi / 2 - tick / DIAL_POINTS * math.pi / 2
        cos, sin = math.cos(at), math.sin(at)
        parts.append(
            element("line", x1=110 + 78 * cos, y1=104 - 78 * sin, x2=110 + 84 * cos, y2=104 - 84 * sin, class_="tick")
        )
        parts.append(
            element(
                "text", str(abs(tick)), x=110 + 68 * cos, y=107 - 68 * sin, class_="tick-name", text_anchor="middle"
            )
        )
    if swing.points is not None:
        parts.append(element("line", x1=110.0, y1=104.0, x2=x, y2=y, class_="needle"))
        parts.append(element("circle", cx=110.0, cy=104.0, r=5.0, class_="hub"))
    parts.append(element("text", swing.giver["short"], x=2.0, y=122.0, class_="side"))
    parts.append(element("text", swing.taker["short"], x=218.0, y=122.0, class_="side", text_anchor="end"))
    return drawing(220, 126, swing_words(swing), *parts, class_="dial")


def swing_words(swing: Swing) -> str:
    """Say the swing in a sentence."""
    if swing.points is None:
        return (
            f"Swing between {swing.giver['name']} and {swing.taker['name']}: not known, for want of comparable shares"
        )
    giver, taker = (swing.giver, swing.taker) if swing.points >= 0 else (swing.taker, swing.giver)
    return f"{abs(swing.points):.2f} points from {giver['name']} to {taker['name']} ({swing.contest})"


def share_bar(share: float | None, change_points: float | None, colour: str, most: float) -> Markup:
    """Draw a share as a bar against the largest one, with a mark where it was last time."""
    if share is None:
        return Markup()
    scale = 100 / max(most, 0.01)
    parts = [
        element(
            "rect",
            x=0.0,
            y=3.0,
            width=max(0.6, share * scale),
            height=10.0,
            fill=colour,
            stroke=legible(colour),
            stroke_width=0.6,
        )
    ]
    words = percent(share)
    if change_points is not None:
        before = share - change_points / 100
        parts.append(element("line", x1=before * scale, y1=0.0, x2=before * scale, y2=16.0, class_="before"))
        words += f", {signed(change_points)} points; the line marks last time"
    return drawing(112, 16, words, *parts, class_="share")


def round_bar(row: JSON, colour: str, most: int) -> Markup:
    """Draw a candidate's first preferences, and behind them, hatched by strokes, the transfers that came on top."""
    first, moved = row["votes"] or 0, row.get("transfers") or 0
    scale = 110 / max(most, 1)
    parts = [
        element(
            "rect",
            x=0.0,
            y=2.0,
            width=first * scale,
            height=12.0,
            fill=colour,
            stroke=legible(colour),
            stroke_width=0.6,
        )
    ]
    if moved:
        x = first * scale + 0.8
        wide = max(0.8, moved * scale - 0.8)
        parts.append(
            element(
                "rect",
                x=x,
                y=2.6,
                width=wide,
                height=10.8,
                fill="none",
                stroke=legible(colour),
                stroke_width=1.2,
                stroke_dasharray="2 1",
            )
        )
    votes = f"{first:,} first preferences, {moved:,} transferred" if moved else f"{first:,} votes"
    return drawing(112, 16, f"{row['name']}: {votes}", *parts, class_="share")
