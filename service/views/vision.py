"""How far apart colours are to everybody: to people who lack one of the three kinds of cones as well."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Final

from service.views.words import linear_of

Lab = tuple[float, float, float]

VISIONS: Final[Mapping[str, tuple[tuple[float, float, float], ...]]] = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Linear red, green and blue as they are seen: a row for each of the three.

Source: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A Physiologically-based Model for Simulation of Color Vision
Deficiency, IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0.
"""

TO_XYZ: Final = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE: Final = (0.95047, 1.0, 1.08883)
"""Source: IEC 61966-2-1 (sRGB), white D65."""


@cache
def distance(one: str, other: str) -> float:
    """Give how far apart two colours (#rrggbb) are to those who can tell them apart least.

    A CIE 1976 difference: 100 from black to white, about 2 can just be told side by side.
    """
    return min(math.dist(seen(one, vision), seen(other, vision)) for vision in VISIONS)


@cache
def seen(colour: str, vision: str) -> Lab:
    """Give a colour (#rrggbb) as CIE 1976 L*a*b* of what is seen of it.

    Source: CIE 15, Colorimetry.
    """
    linear = [min(1.0, max(0.0, value)) for value in _times(VISIONS[vision], linear_of(colour))]
    x, y, z = (_root(value / white) for value, white in zip(_times(TO_XYZ, linear), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: tuple[tuple[float, float, float], ...], vector: list[float]) -> list[float]:
    return [sum(weight * value for weight, value in zip(row, vector, strict=True)) for row in matrix]


def _root(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29
