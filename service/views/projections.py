"""Projections drawn: a party's range now, and the ranges of the strongest through the night."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.shown import Projected
from service.views.svg import drawing, element, legible, readable
from service.views.words import number, percent

WIDE: Final = 200.0
"""All the seats on a bar."""

WIDTH: Final = 320.0
HEIGHT: Final = 160.0
RIGHT: Final = 44.0
BELOW: Final = 14.0
NAME_HEIGHT: Final = 10.0

STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
STEPS_MAX: Final = 5
"""Of a scale: the seats between two of its numbers, and how many it has at most above none."""

STROKES: Final = ("none", "7 3", "2 2", "10 3 2 3")
"""A stroke for each of the parties drawn, the strongest first: they are told apart without their colours."""


def projection_bar(projection: JSON, colour: str, most: int, lines: Sequence[JSON]) -> Markup:
    """Draw a projected number of seats: the range as an open, dashed box, the median as a stroke, the lines across."""
    seats, scale = projection["seats"], WIDE / max(most, 1)
    axis = element("line", x1=0.0, y1=13.0, x2=WIDE, y2=13.0, class_="axis")
    parts = [axis, *_range(seats, colour, scale), *_lines(lines, scale)]
    level = round(100 * seats["level"])
    words = f"projected {seats['median']} seats, {level} % range {seats['low']} to {seats['high']}"
    return drawing(WIDE + 4, 26, words, *parts, class_="projected")


def span_bar(row: JSON, span: tuple[int, int], most: int, lines: Sequence[JSON]) -> Markup:
    """Draw what is certain of a party's seats as a line with ends, those that stand as a dot, and the projection."""
    colour, scale = row["colour"], WIDE / max(most, 1)
    low, high = span[0] * scale, span[1] * scale
    stroke = {"stroke": legible(colour), "stroke_width": 1.6}
    parts = [element("line", x1=low, y1=13.0, x2=max(high, low + 0.5), y2=13.0, **stroke)]
    parts += [element("line", x1=x, y1=8.0, x2=x, y2=18.0, **stroke) for x in (low, high)]
    words = f"{row['name']}: at least {span[0]}, at most {span[1]} seats"
    if row["projection"]:
        seats = row["projection"]["seats"]
        parts += _range(seats, colour, scale)
        words += f", projected {seats['median']}, range {seats['low']} to {seats['high']}"
    if row["seats"] is not None:
        parts.append(element("circle", cx=row["seats"] * scale, cy=13.0, r=4.0, fill=colour, **stroke))
        words += f", {row['seats']} as things stand"
    parts += _lines(lines, scale)
    return drawing(WIDE + 8, 26, words, *parts, class_="projected", left=-4.0)


def range_bar(span: JSON, colour: str, most: float, what: str) -> Markup:
    """Draw a projected figure other than seats: the range as an open, dashed box, the median as a stroke."""
    axis = element("line", x1=0.0, y1=13.0, x2=WIDE, y2=13.0, class_="axis")
    low, median, high = (_said(span[name]) for name in ("low", "median", "high"))
    words = f"{what} projected {median}, range {low} to {high}"
    return drawing(WIDE + 4, 26, words, axis, *_range(span, colour, WIDE / (most or 1)), class_="projected")


def _said(value: float) -> str:
    return number(value) if isinstance(value, int) else percent(value)


def _range(seats: JSON, colour: str, scale: float) -> Iterator[Markup]:
    low, high, median = (seats[name] * scale for name in ("low", "high", "median"))
    box = {"x": low, "y": 5.0, "width": max(2.0, high - low), "height": 16.0, "fill": "none"}
    yield element("rect", stroke=legible(colour), stroke_width=1.8, stroke_dasharray="4 2", **box)
    yield element("line", x1=median, y1=2.0, x2=median, y2=24.0, stroke=legible(colour), stroke_width=3.0)


def _lines(lines: Sequence[JSON], scale: float) -> Iterator[Markup]:
    for line in lines:
        title, x = element("title", f"{line['name']} {line['seats']}"), line["seats"] * scale
        yield element("line", title, x1=x, y1=0.0, x2=x, y2=26.0, class_="line")


def projection_drawn(standings: JSON, trail: Sequence[Projected]) -> Markup:
    """Draw what was projected of the strongest parties through the night; nothing before there are two projections."""
    if len(trail) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup()
    last = trail[-1].seats
    strongest = sorted(last, key=lambda party: -last[party]["median"])[: len(STROKES)]
    rows = [row for party in strongest for row in standings["parties"] if row["party"] == party]
    most = max(each.seats[party]["high"] for each in trail for party in strongest if party in each.seats) or 1
    times = [datetime.fromisoformat(each.at).timestamp() for each in trail]
    across = (WIDTH - RIGHT) / max(times[-1] - times[0], 1)
    up = (HEIGHT - BELOW - 6) / most
    parts: list[Markup] = list(_scale(most, up))
    for line in standings["seats"]["lines"]:
        if line["seats"] <= most:
            y = HEIGHT - BELOW - line["seats"] * up
            parts.append(element("line", x1=0.0, y1=y, x2=WIDTH - RIGHT, y2=y, class_="line"))
            parts.append(element("text", f"{line['name']} {line['seats']}", x=2.0, y=y - 2, class_="line-name"))
    for stroke, row in zip(STROKES, rows, strict=False):
        known = [
            ((at - times[0]) * across, each.seats[row["party"]])
            for at, each in zip(times, trail, strict=True)
            if row["party"] in each.seats
        ]
        parts += _path(known, row, stroke, up)
    foot = HEIGHT - BELOW
    heights = apart([foot - last[row["party"]]["median"] * up + 3 for row in rows], NAME_HEIGHT, foot)
    for row, height in zip(rows, heights, strict=True):
        said, on = f"{row['short']} {last[row['party']]['median']}", readable(row["colour"])
        parts.append(element("text", said, x=WIDTH - RIGHT + 4, y=height, fill=on, class_="trail-name"))
    for x, anchor, at in ((0.0, "start", trail[0].at), (WIDTH - RIGHT, "end", trail[-1].at)):
        parts.append(element("text", at[11:16], x=x, y=HEIGHT - 2, class_="tick-name", text_anchor=anchor))
    words = ", ".join(f"{row['name']} {last[row['party']]['median']}" for row in rows)
    return drawing(WIDTH, HEIGHT, f"Projected seats from {trail[0].at[11:16]} to now: {words}", *parts, class_="trail")


def _scale(most: int, up: float) -> Iterator[Markup]:
    """Draw how many seats a height stands for: a few round numbers, from none."""
    step = next((step for step in STEPS if most <= step * STEPS_MAX), most)
    for seats in range(0, most + 1, step):
        y = HEIGHT - BELOW - seats * up
        yield element("line", x1=0.0, y1=y, x2=WIDTH - RIGHT, y2=y, class_="axis")
        yield element("text", str(seats), x=WIDTH - RIGHT - 2, y=y - 1.5, class_="tick-name", text_anchor="end")


def _path(known: Sequence[tuple[float, JSON]], row: JSON, stroke: str, up: float) -> Iterator[Markup]:
    """Draw one party: its range as an area, its median as a line."""
    colour = legible(row["colour"])
    foot = HEIGHT - BELOW
    there = [f"{x:.1f},{foot - seats['high'] * up:.1f}" for x, seats in known]
    back = [f"{x:.1f},{foot - seats['low'] * up:.1f}" for x, seats in reversed(known)]
    middle = [f"{x:.1f},{foot - seats['median'] * up:.1f}" for x, seats in known]
    yield element("polygon", points=" ".join(there + back), fill=colour, fill_opacity=0.22)
    yield element(
        "polyline", points=" ".join(middle), fill="none", stroke=colour, stroke_width=2.2, stroke_dasharray=stroke
    )


def apart(heights: Sequence[float], least: float, foot: float) -> list[float]:
    """Move names that would lie on one another apart, upwards from the foot, each as little as that takes."""
    moved = list(heights)
    below = foot + least
    for place in sorted(range(len(moved)), key=lambda place: -heights[place]):
        moved[place] = below = min(heights[place], below - least)
    return moved
