"""A body's seats, or the votes for an office, to scale in one bar, where there is room for no more."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from service.ids import PartyId
from service.standings.wire import JSON
from service.views.firmness import party_seats, seats_words
from service.views.shown import Shown
from service.views.svg import drawing, element, legible, readable
from service.views.words import percent, readable_on

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
                parts.append(_box(row.words, row.colour, x, wide, firm=firm))
                parts += _letters((row.short, row.letters), row.colour, _widest(x, x + wide, lines), firm=firm)
            drawn += number
    parts += [element("line", x1=x, y1=0.0, x2=x, y2=HEIGHT, class_="line") for x in lines]
    return drawing(WIDTH, HEIGHT, seats_words(standings, rows), *parts, class_="bar")


def vote_bar(shown: Shown, standings: JSON) -> Markup:
    """Draw the votes for an office or of a question: full once declared, hollow before; a line at half of them."""
    election = shown.election
    votes = [(row, row["votes"] or 0) for row in standings["candidates"]]
    total = sum(number for _, number in votes)
    parts: list[Markup] = [element("rect", x=0.0, y=4.0, width=WIDTH, height=HEIGHT - 8, class_="trough")]
    drawn = 0
    for row, number in votes:
        if number:
            party = election.parties[PartyId(row["party"])]
            x, wide = drawn * WIDTH / total, number * WIDTH / total
            words = f"{row['name']} {percent(number / total)}"
            parts.append(_box(words, party.colour, x, wide, firm=standings["complete"]))
            said = (f"{party.short} {percent(number / total)}", party.short)
            parts += _letters(said, party.colour, _widest(x, x + wide, [WIDTH / 2]), firm=standings["complete"])
        drawn += number
    parts.append(element("line", x1=WIDTH / 2, y1=0.0, x2=WIDTH / 2, y2=HEIGHT, class_="line"))
    said_of_all = ", ".join(f"{row['name']} {percent(number / total)}" for row, number in votes if number)
    return drawing(WIDTH, HEIGHT, said_of_all or "nothing in", *parts, class_="bar")


def _box(words: str, colour: str, x: float, wide: float, *, firm: bool) -> Markup:
    return element(
        "rect",
        element("title", words),
        x=x + 0.4,
        y=4.0 if firm else 5.0,
        width=max(0.8, wide - 0.8),
        height=HEIGHT - 8 if firm else HEIGHT - 10,
        fill=colour if firm else "none",
        stroke=legible(colour),
        stroke_width=0.8 if firm else 1.6,
        stroke_dasharray=None if firm else "4 2",
    )


def _widest(start: float, end: float, lines: Sequence[float]) -> tuple[float, float]:
    """Give the widest part of a piece that no line crosses."""
    edges = [start, *sorted(x for x in lines if start < x < end), end]
    return max(pairwise(edges), key=lambda part: part[1] - part[0])


def _letters(said: Sequence[str], colour: str, room: tuple[float, float], *, firm: bool) -> Iterator[Markup]:
    """Write the first of several wordings that fits."""
    wide = room[1] - room[0]
    fits = next((each for each in said if len(each) * LETTERS * LETTER_WIDTH < wide - 2), None)
    if fits is not None:
        on = readable_on(colour) if firm else readable(colour)
        place = {"x": (room[0] + room[1]) / 2, "y": HEIGHT / 2 + 3.4, "text_anchor": "middle", "font_size": LETTERS}
        yield element("text", fits, fill=on, class_="letters", **place)
