"""What is known of a race before the first count: its systems, its kernel, and the simple methods."""

from dataclasses import replace

import numpy as np

from service.projection import Projector
from service.projection.kernel import covariance
from service.projection.race import shares_of
from service.projection.swings import proportional_swing, uniform_swing, uniform_swing_by_country, within_bounds
from service.projection.systems import systems_of
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

NIGHT = kingdom()


def test_an_island_with_parties_of_its_own_is_a_system_of_its_own() -> None:
    mainland, island = systems_of(NIGHT.race)
    assert {NIGHT.race.country[row] for row in mainland.rows} == {"south", "north"}
    assert {NIGHT.race.country[row] for row in island.rows} == {"isle"}
    assert "isle-left" not in {PARTIES[party] for party in mainland.parties}


def test_every_area_is_in_one_system_and_no_vote_is_lost_in_its_columns() -> None:
    systems = systems_of(NIGHT.race)
    assert sorted(np.concatenate([system.rows for system in systems]).tolist()) == list(range(108))
    for system in systems:
        columns = system.columns(NIGHT.race.last_votes)
        assert (columns.sum(axis=1) == NIGHT.race.last_votes[system.rows].sum(axis=1)).all()


def test_the_pooled_column_is_won_by_a_party_that_stands() -> None:
    (system, _) = systems_of(NIGHT.race)
    pooled_standing = NIGHT.race.standing[system.rows].copy()
    pooled_standing[:, system.parties] = False
    for row in np.flatnonzero(pooled_standing.any(axis=1)):
        assert pooled_standing[row, system.pooled[row]]


def test_a_covariance_is_symmetric_and_has_no_negative_variance() -> None:
    traits = Projector(NIGHT.race, PARAMETERS).systems[0].traits
    matrix = covariance(traits, PARAMETERS.kernel)
    np.testing.assert_allclose(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > -1e-8


def test_areas_alike_in_country_and_shares_change_more_alike() -> None:
    traits = Projector(NIGHT.race, PARAMETERS).systems[0].traits
    matrix = covariance(traits, PARAMETERS.kernel)
    same = traits.country[:, None] == traits.country[None, :]
    np.fill_diagonal(same, val=False)
    assert matrix[same].mean() > matrix[traits.country[:, None] != traits.country[None, :]].mean()


def test_areas_that_changed_alike_last_time_change_more_alike_again_and_those_that_did_the_opposite_less() -> None:
    earlier = shares_of(NIGHT.race.last_votes)
    earlier[[0, 1], 0] -= 0.05
    earlier[2, 0] += 0.05
    race = replace(NIGHT.race, earlier_shares=earlier)
    kernel = replace(PARAMETERS.kernel, again=1.0)
    more = [
        covariance(Projector(each, replace(PARAMETERS, kernel=kernel)).systems[0].traits, kernel)
        for each in (NIGHT.race, race)
    ]
    gained = more[1] - more[0]
    assert gained[0, 1] > 0 > gained[0, 2]


def test_an_area_without_an_election_before_the_last_is_as_any_other() -> None:
    earlier = shares_of(NIGHT.race.last_votes)
    earlier[1:50] = np.roll(earlier[1:50], 1, axis=0)
    earlier[0] = 0
    (mainland, _) = Projector(replace(NIGHT.race, earlier_shares=earlier), PARAMETERS).systems
    assert mainland.traits.turned is not None
    assert (mainland.traits.turned[0] == 0).all()
    assert np.abs(mainland.traits.turned[1:50]).max() > 1
    np.testing.assert_allclose(mainland.traits.turned[1:].mean(axis=0), 0, atol=1e-9)


class TestSwings:
    last = np.array([[50.0, 30, 20], [40, 40, 20], [10, 60, 30]])
    now = np.array([[55.0, 25, 20], [0, 0, 0], [0, 0, 0]])
    observed = np.array([True, False, False])

    def test_uniform_swing_adds_the_mean_change(self) -> None:
        assert uniform_swing(self.last, self.now, self.observed)[1].tolist() == [45, 35, 20]

    def test_a_country_without_any_area_in_gets_everybodys_swing(self) -> None:
        by_country = uniform_swing_by_country(self.last, self.now, self.observed, np.array([0, 0, 1]))
        assert by_country.tolist() == uniform_swing(self.last, self.now, self.observed).tolist()

    def test_a_country_with_areas_in_gets_its_own(self) -> None:
        now = np.array([[55.0, 25, 20], [0, 0, 0], [20, 50, 30]])
        by_country = uniform_swing_by_country(self.last, now, np.array([True, False, True]), np.array([0, 0, 1]))
        assert by_country[1].tolist() == [45, 35, 20]

    def test_proportional_swing_compares_a_party_only_where_it_stood_both_times(self) -> None:
        last = np.array([[90.0, 10.0], [100.0, 0.0], [80.0, 20.0]])
        now = np.array([[85.0, 15.0], [60.0, 40.0], [0.0, 0.0]])
        observed = np.array([True, True, False])
        np.testing.assert_allclose(proportional_swing(last, now, observed)[2, 1], 30)

    def test_proportional_swing_multiplies(self) -> None:
        np.testing.assert_allclose(proportional_swing(self.last, self.now, self.observed)[2], [11, 50, 30])

    def test_shares_stay_within_bounds_and_with_who_stands(self) -> None:
        points = within_bounds(np.array([[-5.0, 60, 45]]), np.array([[True, True, False]]))
        assert points.tolist() == [[0, 100, 0]]
