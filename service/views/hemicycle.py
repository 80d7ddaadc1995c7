"""A half circle of seats: where each lies, the lines that something turns on, and the letters of parties around it."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

from markupsafe import Markup

from service.views.svg import element

WIDTH: Final = 400.0
HEIGHT: Final = 242.0
CENTRE: Final = (200.0, 222.0)
INNER: Final = 76.0
OUTER: Final = 174.0
RADIUS_MAX: Final = 22.0
"""What still fits into the drawing beside the outermost row."""

MARGIN: Final = 56.0
"""Room to the left and the right of the half circle for the letters and seats of parties."""

NAME_SIZE: Final = 11.5
LINE_NAME_SIZE: Final = 9.0
NAME_WIDTH: Final = 0.66
"""A letter's width, in sizes of the letters: the widest of those in use."""

NAMED_AT: Final = (0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95)
"""Where along its own seats a party may be named: in their middle, else as near to it as there is room."""

Seat = tuple[float, float, float]
"""Where a seat lies: x, y and angle."""

Box = tuple[float, float, float, float]


@lru_cache(maxsize=64)
def hemicycle_places(total: int) -> tuple[list[Seat], float]:
    """Lay seats out in rows of a half circle: x, y and angle of each, from the left round to the right, and a radius.

    Rows lie as far from one another as seats in a row, as nearly as whole numbers allow.
    """
    depth = (OUTER - INNER) / OUTER
    ratio = depth / (math.pi * (1 - depth / 2))
    number = max(1, round((1 + math.sqrt(1 + 4 * ratio * total)) / 2))
    radii = [INNER + (OUTER - INNER) * row / max(1, number - 1) for row in range(number)] if number > 1 else [OUTER]
    shares = [total * radius / sum(radii) for radius in radii]
    sizes = [int(share) for share in shares]
    for row in sorted(range(number), key=lambda row: sizes[row] - shares[row])[: total - sum(sizes)]:
        sizes[row] += 1
    places = []
    for size, radius in zip(sizes, radii, strict=True):
        for seat in range(size):
            angle = math.pi * (1 - (seat + 0.5) / size)
            places.append((CENTRE[0] + radius * math.cos(angle), CENTRE[1] - radius * math.sin(angle), angle))
    between_rows = (OUTER - INNER) / max(1, number - 1)
    in_row = min(math.pi * radius / size for size, radius in zip(sizes, radii, strict=True) if size)
    return sorted(places, key=lambda place: (-place[2], place[0])), min(RADIUS_MAX, 0.44 * min(between_rows, in_row))


def line_across(places: Sequence[Seat], radius: float, seats: int, name: str) -> Iterator[Markup]:
    """Draw a line before the seat with which a party reaches it, behind the seats, its name outside the circle."""
    if not 1 < seats <= len(places):
        return
    angle = (places[seats - 2][2] + places[seats - 1][2]) / 2
    (x1, y1), (x2, y2) = _at(angle, INNER - 16), _at(angle, OUTER + radius + 8)
    yield element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="line")
    yield element("text", name, x=x2, y=max(y2 - 3, 9.0), class_="line-name", text_anchor=_anchor(angle))


def names_around(
    places: Sequence[Seat], radius: float, parties: Sequence[tuple[str, str, int]], lines: Sequence[tuple[str, int]]
) -> Iterator[Markup]:
    """Write parties and their seats beside theirs, the largest first, as far as no name lies on another or on a line's.

    `parties` are names, letters where those have no room, and seats, in the order in which they sit; `lines` are
    names and seats.
    """
    taken: list[Box] = []
    for name, seats in lines:
        if 1 < seats <= len(places):
            angle = (places[seats - 2][2] + places[seats - 1][2]) / 2
            x, y = _at(angle, OUTER + radius + 8)
            taken.append(_box(name, x, max(y - 3, 9.0), angle, LINE_NAME_SIZE))
    sitting = []
    first = 0
    for name, letters, seats in parties:
        last = min(first + seats, len(places)) - 1
        if last >= first:
            own = places[first][2], places[last][2]
            sitting.append(((name, letters), seats, [own[0] + (own[1] - own[0]) * part for part in NAMED_AT]))
        first += seats
    for names, seats, angles in sorted(sitting, key=lambda each: -each[1]):
        for said, angle in product((f"{name} {seats}" for name in names), angles):
            x, y = _at(angle, OUTER + radius + 6)
            box = _box(said, x, y, angle)
            if box[0] >= -MARGIN and box[2] <= WIDTH + MARGIN and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield element("text", said, x=x, y=y, class_="group-name", text_anchor=_anchor(angle))
                break


def _at(angle: float, reach: float) -> tuple[float, float]:
    return CENTRE[0] + reach * math.cos(angle), CENTRE[1] - reach * math.sin(angle)


def _anchor(angle: float) -> str:
    across = math.cos(angle)
    return "middle" if abs(across) < 0.12 else "start" if across > 0 else "end"  # noqa: PLR2004 - about overhead


def _box(said: str, x: float, y: float, angle: float, size: float = NAME_SIZE) -> Box:
    """Give what a name takes up: left, top, right, bottom."""
    wide = len(said) * size * NAME_WIDTH
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[_anchor(angle)]
    return left, y - size, left + wide, y + 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
