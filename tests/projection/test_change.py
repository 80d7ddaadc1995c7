"""How far a share may move goes by its size, and what is to come of an area by what is counted of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.projection.change import LARGE_POINTS, LEAST_POINTS, scale_of, still_to_come
from service.projection.race import Floats

AREAS = 4
ALL, NONE = np.ones(AREAS, dtype=np.bool_), np.zeros(AREAS, dtype=np.bool_)
LAST = np.array([[1.0, 40.0], [2.0, 44.0], [4.0, 50.0], [8.0, 30.0]])
points = st.lists(st.floats(0, 50), min_size=AREAS * 2, max_size=AREAS * 2).map(
    lambda drawn: np.array(drawn).reshape(AREAS, 2)
)


class TestHowFarAShareMayMove:
    def test_before_anything_is_in_it_goes_by_last_time(self) -> None:
        assert scale_of(LAST, LAST * 0, NONE)[:, 0].tolist() == pytest.approx([points / 14 for points in (1, 2, 4, 8)])

    def test_of_a_large_party_is_all(self) -> None:
        assert scale_of(LAST, LAST, ALL)[:, 1].tolist() == [1.0] * AREAS

    def test_of_a_party_that_falls_is_in_proportion_to_what_it_had(self) -> None:
        scale = scale_of(LAST, LAST / 4, ALL)[:, 0]
        assert (scale / scale[0]).tolist() == pytest.approx([1, 2, 4, 8])

    def test_of_one_that_is_new_is_the_same_everywhere(self) -> None:
        new = np.array([[0.5, 40], [1.5, 40], [1.0, 40], [1.0, 40]])
        assert scale_of(LAST * [0, 1], new, ALL)[:, 0].tolist() == pytest.approx([1 / LARGE_POINTS] * AREAS)

    def test_of_one_that_has_nothing_is_not_quite_nothing(self) -> None:
        assert scale_of(LAST * 0, LAST * 0, ALL).min() == LEAST_POINTS / LARGE_POINTS

    @given(last=points, now=points)
    def test_is_a_part_of_what_a_large_one_may_move(self, last: Floats, now: Floats) -> None:
        scale = scale_of(last, now, ALL)
        assert (scale > 0).all()
        assert (scale <= 1).all()


class TestWhatIsStillToCome:
    @given(mean=points, counted=points, part=st.floats(0.01, 1))
    def test_is_shares_of_those_who_stand(self, mean: Floats, counted: Floats, part: float) -> None:
        standing = np.array([[True, True], [True, False], [True, True], [False, True]])
        to_come = still_to_come(mean, counted, np.full(AREAS, part), standing)
        assert (to_come >= 0).all()
        assert (to_come[~standing] == 0).all()
        sums = to_come.sum(axis=1)
        assert all(total == pytest.approx(100) or total == 0 for total in sums)

    def test_makes_up_the_mean_with_what_is_counted(self) -> None:
        mean, counted = np.array([[60.0, 40.0]]), np.array([[50.0, 50.0]])
        to_come = still_to_come(mean, counted, np.array([0.4]), np.ones((1, 2), dtype=np.bool_))
        assert (0.6 * counted + 0.4 * to_come).tolist() == [pytest.approx([60, 40])]
