"""Random numbers that are the same on every machine: from a seed, through tables, by operations that are exact.

A library may add numbers up in another order on another processor. Numbers on a coarse enough binary grid have no
rounding to differ in, so what is drawn and multiplied here is put on one first.
"""

from functools import cache
from hashlib import sha256
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.projection.race import Floats

Singles = NDArray[np.float32]

TABLE_BITS: Final = 16
GRID_BITS: Final = 12
"""Sums of products of two numbers on this grid, some hundreds at most in size, are exact in 53 bits."""
COARSE_BITS: Final = 7
"""Sums of products of two numbers on this one are exact in 24 bits up to a thousand in size, and take half as long."""
TAIL_FREEDOM: Final = 5
"""Degrees of freedom of an area's own residual: now and then an area does something of its own."""


def seed_of(election: str, contents: frozenset[str]) -> int:
    """Give the seed that belongs to an election and a set of counts, in whatever order they came."""
    digest = sha256("\n".join([election, *sorted(contents)]).encode())
    return int.from_bytes(digest.digest()[:8], "big")


def on_grid(values: Floats) -> Floats:
    """Round to multiples of 2^-12."""
    scaled = values * 2.0**GRID_BITS
    np.rint(scaled, out=scaled)
    scaled *= 2.0**-GRID_BITS
    return np.asarray(scaled)


def on_coarse_grid(values: Floats | Singles) -> Singles:
    """Round to multiples of 2^-7, in single precision."""
    scaled = np.asarray(values * np.float32(2.0**COARSE_BITS))
    np.rint(scaled, out=scaled)
    return scaled.astype(np.float32) * np.float32(2.0**-COARSE_BITS)


class Source:
    """A stream of random numbers; its bits are those of PCG64, which numpy promises never to change."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def normal(self, shape: tuple[int, ...]) -> Floats:
        """Draw from the standard normal, on the grid."""
        return np.asarray(_normal_table()[self._sixteen_bits(shape)])

    def coarse_normal(self, shape: tuple[int, ...]) -> Singles:
        """Draw from the standard normal, on the coarse grid."""
        return np.asarray(_coarse_normal_table().take(self._sixteen_bits(shape)))

    def heavy_tailed(self, shape: tuple[int, ...]) -> Singles:
        """Draw from Student's t with `TAIL_FREEDOM` degrees of freedom, scaled to variance 1."""
        return np.asarray(_student_table().take(self._sixteen_bits(shape)))

    def positions(self, count: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
        """Draw positions below `count`, which is far below 2^16, all alike."""
        return np.asarray(self._sixteen_bits(shape).astype(np.int64) * count >> TABLE_BITS)

    def _sixteen_bits(self, shape: tuple[int, ...]) -> NDArray[np.uint16]:
        size = int(np.prod(shape))
        return self._bits.random_raw(-(-size // 4)).astype("<u8").view("<u2")[:size].reshape(shape)


def _midpoints() -> Floats:
    size = 1 << TABLE_BITS
    return np.asarray((np.arange(size) + 0.5) / size)


@cache
def _normal_table() -> Floats:
    normal = NormalDist()
    return on_grid(np.array([normal.inv_cdf(chance) for chance in _midpoints().tolist()]))


@cache
def _coarse_normal_table() -> Singles:
    return on_coarse_grid(_normal_table())


@cache
def _student_table() -> Singles:
    """Invert F(t) = 1/2 + (a + sin a cos a (1 + 2/3 cos^2 a)) / pi, tan a = t / sqrt(5), by interpolation in a."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 1 << (TABLE_BITS + 2))
    chance = 0.5 + (angle + np.sin(angle) * np.cos(angle) * (1 + 2 / 3 * np.cos(angle) ** 2)) / np.pi
    found = np.interp(_midpoints(), chance, angle)
    student = np.tan(found) * np.sqrt(TAIL_FREEDOM) * np.sqrt((TAIL_FREEDOM - 2) / TAIL_FREEDOM)
    return on_grid(student).astype(np.float32)
