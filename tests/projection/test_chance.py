"""Random numbers are the seed's alone, and what is worked out with them has no rounding to differ in."""

from fractions import Fraction

import numpy as np
import pytest

from service.projection.chance import Source, on_coarse_grid, on_grid, seed_of


def test_the_seed_of_a_night_never_changes() -> None:
    assert seed_of("commons-2019", frozenset({"ab12", "cd34"})) == 0x57F67D9654625EE0


def test_a_seed_always_gives_these_numbers() -> None:
    assert Source(2019).normal((3,)).tolist() == [0.089111328125, -0.5078125, -1.80419921875]
    assert Source(2019).heavy_tailed((3,)).tolist() == [0.072509765625, -0.419189453125, -1.769287109375]


@pytest.mark.parametrize("shape", [(5,), (3, 7), (2, 3, 4)])
def test_numbers_come_in_the_shape_asked_for(shape: tuple[int, ...]) -> None:
    assert Source(1).normal(shape).shape == Source(1).heavy_tailed(shape).shape == shape


def test_numbers_have_mean_0_and_variance_1_and_residuals_heavier_tails() -> None:
    normal, heavy = Source(3).normal((400_000,)), Source(4).heavy_tailed((400_000,)).astype(float)
    for drawn in (normal, heavy):
        assert abs(drawn.mean()) < 0.01
        assert drawn.var() == pytest.approx(1, abs=0.03)
    assert (np.abs(heavy) > 4).mean() > 10 * (np.abs(normal) > 4).mean()


def test_sums_of_products_on_the_grid_are_exact_in_whatever_order_they_are_added_up() -> None:
    rng = np.random.default_rng(5)
    left, right = on_grid(rng.normal(size=(20, 24)) * 4), on_grid(rng.normal(size=(24, 50)) * 60)
    product = left @ right
    assert (product == left[:, ::-1] @ right[::-1]).all()
    exact = sum((Fraction(a) * Fraction(b) for a, b in zip(left[3], right[:, 7], strict=True)), Fraction(0))
    assert Fraction(product[3, 7]) == exact


def test_sums_of_products_on_the_coarse_grid_are_exact_in_single_precision_too() -> None:
    rng = np.random.default_rng(5)
    left, right = on_coarse_grid(rng.normal(size=(20, 26)) * 2), on_coarse_grid(rng.normal(size=(26, 50)) * 20)
    assert left.dtype == right.dtype == np.float32
    product = left @ right
    assert np.abs(product).max() > 100
    assert (product == left.astype(np.float64) @ right.astype(np.float64)).all()
    assert (product == left[:, ::-1] @ right[::-1]).all()
