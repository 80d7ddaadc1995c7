"""Before the second preferences are known, what is known of them says how the second round may end.

Figures of the Mayor of London: first and second preferences as London Elects published them.
"""

import numpy as np
import pytest

from service.projection.supplementary import project_second_round

OPTIONS = ("livingstone", "norris", "hughes", "others")
FIRST = np.array([685_541, 542_423, 284_645, 351_062])
"""First preferences of 2004; others added up."""
FINAL = {"livingstone": 828_380, "norris": 667_178}
AS_IN_2000 = np.array(
    [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [80_000, 65_000, 0, 60_000, 70_000],
        [75_000, 70_000, 60_000, 70_000, 80_000],
    ],
    dtype=float,
)
"""A made-up matrix of roughly such second preferences: no borough's figures of that year by pairs are published."""


def test_the_final_votes_of_2004_lie_in_the_range() -> None:
    said = project_second_round(OPTIONS, FIRST, AS_IN_2000, seed=1)
    assert said.finalists == ("livingstone", "norris")
    for name, (low, _, high) in zip(said.finalists, said.votes, strict=True):
        assert low <= FINAL[name] <= high
    assert said.chances["livingstone"] > 0.99


def test_nobody_to_transfer_leaves_nothing_to_chance() -> None:
    said = project_second_round(("a", "b"), np.array([10, 7]), np.zeros((2, 3)), seed=1, draws=50)
    assert said.votes.tolist() == [[10, 10, 10], [7, 7, 7]]
    assert said.chances == {"a": 1.0, "b": 0.0}


def test_without_any_second_preferences_on_record_a_close_race_is_open() -> None:
    said = project_second_round(OPTIONS, np.array([500_000, 490_000, 300_000, 0]), np.zeros((4, 5)), seed=1)
    assert 0.4 < said.chances["livingstone"] < 0.8


def test_more_papers_make_it_surer() -> None:
    first = np.array([500_000, 460_000, 300_000, 0])
    widths = []
    for papers in (1_000, 20_000, 200_000):
        transfers = np.zeros((4, 5))
        transfers[2] = np.array([0.3, 0.35, 0, 0, 0.35]) * papers
        (low, _, high), _ = project_second_round(OPTIONS, first, transfers, seed=2).votes
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_transfers_never_make_votes() -> None:
    said = project_second_round(OPTIONS, FIRST, AS_IN_2000, seed=3, draws=500)
    assert said.votes[:, 2].sum() <= FIRST.sum()
    assert (said.votes[:, 0] >= FIRST[:2]).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_says_the_same(seed: int) -> None:
    said = [project_second_round(OPTIONS, FIRST, AS_IN_2000, seed=seed, draws=200).chances for _ in range(2)]
    assert said[0] == said[1]
