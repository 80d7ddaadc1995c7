"""Drawing who wins what is open: what is sure, what varies with all areas alike, and where the methods are apart."""

from dataclasses import replace

import numpy as np

from service.projection.chance import Source
from service.projection.draws import Outlook, contested, draw_common, draw_wins
from service.projection.posterior import Posterior
from service.projection.race import Floats, Ints

AREAS, DRAWS = 40, 2000


def outlook(*, lead: float, apart: Floats | None = None) -> Outlook:
    """Open areas in which the first of two parties leads by so many points, give or take next to nothing."""
    mean = np.tile([50 + lead / 2, 50 - lead / 2], (AREAS, 1))
    known = Posterior(
        mean=mean, factor=np.zeros((AREAS, 1)), own=np.full(AREAS, 0.1), residual=np.eye(2), freedom=100.0
    )
    party = np.broadcast_to(np.arange(2), (AREAS, 2))
    return Outlook(mean, np.ones((AREAS, 2), dtype=np.bool_), party, np.ones(AREAS), known, 1.0, apart)


def seats(of: Outlook) -> Ints:
    source, drawn = Source(5), np.zeros((2, DRAWS), dtype=np.int64)
    draw_wins(of, draw_common(of.posterior, of.spread, contested(of), DRAWS, source), source, drawn)
    return drawn


def opinions(points: float) -> Floats:
    """One method that gives the first party so many points more than the mean in every area, and the second less."""
    return np.tile([points, -points], (1, AREAS, 1)).astype(np.float64)


def test_what_nothing_can_change_is_won_in_every_draw() -> None:
    """Sixty points of lead, and nobody who is expected to have the votes to win by an upset."""
    assert (seats(outlook(lead=99))[0] == AREAS).all()


def test_now_and_then_an_area_is_lost_that_a_normal_distribution_would_be_sure_of() -> None:
    """Six deviations behind: one in a thousand by Student's t with 3 degrees of freedom, none by a normal one."""
    lost = AREAS - seats(outlook(lead=6 * np.hypot(0.1, 0.1)))[0]
    expected = 0.5 - (np.arctan(6) + 6 / 37) / np.pi
    assert abs(lost.sum() / (AREAS * DRAWS) - expected) < 0.4 * expected
    assert lost.max() <= 3


def test_where_the_methods_are_apart_all_areas_turn_together() -> None:
    """A lead of 6 points, and a standard deviation of 6 between methods: the seats go one way or the other as one."""
    won = seats(outlook(lead=6, apart=opinions(3)))[0]
    assert (won.min(), won.max()) == (0, AREAS)
    assert ((won < 5) | (won > AREAS - 5)).mean() > 0.95
    assert abs((won < AREAS / 2).mean() - 0.159) < 0.03


def test_methods_that_agree_change_nothing() -> None:
    assert (seats(outlook(lead=99, apart=opinions(0)))[0] == AREAS).all()


def test_methods_apart_matter_only_as_far_as_there_is_something_left_to_count() -> None:
    """A tenth is left: the standard deviation of 6 points is 0.6, and half a point of lead falls short of it."""
    nearly_done = replace(outlook(lead=0.5, apart=opinions(3)), share=np.full(AREAS, 0.1))
    assert abs((seats(nearly_done)[0] < AREAS / 2).mean() - 0.202) < 0.03
