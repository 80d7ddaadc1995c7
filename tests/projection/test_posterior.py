"""Conditioning on what is in: the textbook's formula, and what must hold at its ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.projection.posterior import RANK_MAX, Observations, common_factor, condition, root_of
from service.projection.race import Floats

COLUMNS = 3
RESIDUAL_POINTS = np.array([3.5, 3.5, 2.0])
FREEDOM = 8.0


def drawn(seed: int, *, areas: int = 12, observed: int = 7) -> tuple[Floats, Observations]:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(areas, 4))
    rows = np.arange(areas) < observed
    change = rng.normal(size=(observed, COLUMNS)) * 4
    standing = np.ones((observed, COLUMNS), dtype=bool)
    return factors @ factors.T, Observations(rows, change, np.zeros(observed), standing)


@given(seed=st.integers(0, 10_000))
def test_mean_and_variance_are_the_textbooks(seed: int) -> None:
    covariance, seen = drawn(seed)
    posterior = condition(covariance, seen, ~seen.rows, RESIDUAL_POINTS, FREEDOM)
    among, across, left = covariance[:7, :7] + np.eye(7), covariance[7:, :7], covariance[7:, 7:]
    np.testing.assert_allclose(posterior.mean, across @ np.linalg.inv(among) @ seen.change, atol=1e-8)
    variance = left - across @ np.linalg.inv(among) @ across.T + np.eye(5)
    approximated = posterior.factor @ posterior.factor.T + np.diag(posterior.own**2)
    np.testing.assert_allclose(np.diag(approximated), np.diag(variance), atol=1e-8)
    np.testing.assert_allclose(approximated, variance, atol=0.05)


def test_the_residual_grows_with_what_the_areas_have_for_themselves() -> None:
    covariance, seen = drawn(1)
    calm = Observations(seen.rows, seen.change * 0.1, seen.noise, seen.standing)
    wide, narrow = (condition(covariance, each, ~seen.rows, RESIDUAL_POINTS, FREEDOM).residual for each in (seen, calm))
    assert (np.diag(wide) > np.diag(narrow)).all()


def test_an_area_where_a_party_never_stood_says_nothing_of_its_residual() -> None:
    covariance, seen = drawn(1)
    change, standing = seen.change.copy(), seen.standing.copy()
    change[3:, 0], standing[3:, 0] = 0, False
    diluted = Observations(seen.rows, change, seen.noise, seen.standing)
    counted = Observations(seen.rows, change, seen.noise, standing)
    first, second = (
        condition(covariance, each, ~seen.rows, RESIDUAL_POINTS, FREEDOM).residual[0, 0] for each in (diluted, counted)
    )
    assert second == pytest.approx(first * (FREEDOM + 7) / (FREEDOM + 3))


def test_an_area_counted_in_part_is_known_in_between() -> None:
    covariance, seen = drawn(2)
    asked = ~seen.rows
    asked[0] = True
    own = []
    for noise in (0.01, 1.0, 100.0):
        partial = Observations(seen.rows, seen.change, np.where(np.arange(7) == 0, noise, 0.0), seen.standing)
        posterior = condition(covariance, partial, asked, RESIDUAL_POINTS, FREEDOM)
        own.append(float(posterior.own[0] ** 2 + (posterior.factor[0] ** 2).sum()))
        if noise == 0.01:
            np.testing.assert_allclose(posterior.mean[0], seen.change[0], atol=0.2)
    assert own == sorted(own)
    assert own[0] < 0.05


@given(seed=st.integers(0, 10_000), size=st.integers(1, 40))
def test_a_factor_leaves_the_variances_whole(seed: int, size: int) -> None:
    root = np.random.default_rng(seed).normal(size=(size, size))
    matrix = root @ root.T
    factor, left = common_factor(matrix)
    assert factor.shape[1] <= RANK_MAX
    np.testing.assert_allclose((factor**2).sum(axis=1) + left, np.diag(matrix), rtol=1e-6, atol=1e-6)
    assert (left >= 0).all()


@given(seed=st.integers(0, 10_000), size=st.integers(2, 60))
def test_a_factor_leaves_the_variance_of_all_areas_together_whole(seed: int, size: int) -> None:
    """What moves seats most, and what is lost where each area's variance is taken by itself."""
    root = np.random.default_rng(seed).normal(size=(size, size)) + 0.3
    matrix = root @ root.T
    factor, _ = common_factor(matrix)
    assert (factor.sum(axis=0) ** 2).sum() == pytest.approx(matrix.sum(), rel=1e-6)


@given(seed=st.integers(0, 10_000))
def test_a_factor_leaves_little_of_what_many_areas_have_in_common(seed: int) -> None:
    places = np.random.default_rng(seed).normal(size=(120, 3))
    matrix = np.exp(-((places[:, None] - places[None]) ** 2).sum(axis=2) / 8)
    factor, left = common_factor(matrix)
    half = (places[:, 0] > 0).astype(float)
    kept = ((half @ factor) ** 2).sum() + half @ left
    assert kept == pytest.approx(half @ matrix @ half, rel=0.01)


@given(seed=st.integers(0, 10_000), rank=st.integers(0, 5))
def test_a_root_squares_to_its_covariance_singular_or_not(seed: int, rank: int) -> None:
    half = np.random.default_rng(seed).normal(size=(5, rank))
    np.testing.assert_allclose(root_of(half @ half.T) @ root_of(half @ half.T).T, half @ half.T, atol=1e-4)
