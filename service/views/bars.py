"""A body's seats to scale in one bar, where there is room for no more."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.firmness import PartySeats, party_seats, seats_words
from service.views.shown import Shown
from service.views.svg import drawing, element, legible, readable
from service.views.words import readable_on

WIDTH: Final = 300.0
HEIGHT: Final = 22.0
LETTERS: Final = 9.5
LETTER_WIDTH: Final = 0.7
"""A letter's width, in sizes of the letters: the widest of those in use, and some air."""


def seat_bar(shown: Shown, standings: JSON) -> Markup:
    """Draw a body's seats: declared and certain ones full, those where a party is only ahead hollow; lines across.

    A piece carries its party's letters, or a short form of them, where they fit beside the lines with some air.
    """
    rows = party_seats(shown, standings)
    total = standings["seats"]["total"] or sum(row.all for row in rows)
    parts: list[Markup] = [element("rect", x=0.0, y=4.0, width=WIDTH, height=HEIGHT - 8, class_="trough")]
    lines = [(line["seats"] - 0.5) * WIDTH / total for line in standings["seats"]["lines"] if total]
    drawn = 0
    for row in rows:
        for number, firm in ((row.declared + row.certain, True), (row.ahead, False)):
            if number and total:
                x, wide = drawn * WIDTH / total, number * WIDTH / total
                parts += _piece(row, x, wide, firm=firm)
                parts += _letters(row, _widest(x, x + wide, lines), firm=firm)
            drawn += number
    parts += [element("line", x1=x, y1=0.0, x2=x, y2=HEIGHT, class_="line") for x in lines]
    return drawing(WIDTH, HEIGHT, seats_words(standings, rows), *parts, class_="bar")


def _piece(row: PartySeats, x: float, wide: float, *, firm: bool) -> Iterator[Markup]:
    yield element(
        "rect",
        element("title", row.words),
        x=x + 0.4,
        y=4.0 if firm else 5.0,
        width=max(0.8, wide - 0.8),
        height=HEIGHT - 8 if firm else HEIGHT - 10,
        fill=row.colour if firm else "none",
        stroke=legible(row.colour),
        stroke_width=0.8 if firm else 1.6,
        stroke_dasharray=None if firm else "4 2",
    )


def _widest(start: float, end: float, lines: Sequence[float]) -> tuple[float, float]:
    """Give the widest part of a piece that no line crosses."""
    edges = [start, *sorted(x for x in lines if start < x < end), end]
    return max(pairwise(edges), key=lambda part: part[1] - part[0])


def _letters(row: PartySeats, room: tuple[float, float], *, firm: bool) -> Iterator[Markup]:
    wide = room[1] - room[0]
    said = next((each for each in (row.short, row.letters) if len(each) * LETTERS * LETTER_WIDTH < wide - 2), None)
    if said is not None:
        on = readable_on(row.colour) if firm else readable(row.colour)
        place = {"x": (room[0] + room[1]) / 2, "y": HEIGHT / 2 + 3.4, "text_anchor": "middle", "font_size": LETTERS}
        yield element("text", said, fill=on, class_="letters", **place)
