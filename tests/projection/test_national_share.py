"""A national share projected from some places holds for a country whose truth is known."""

from dataclasses import replace

import numpy as np

from service.projection.national_share import Country, Wards, project_national_share
from service.projection.race import Floats

PARTIES = ("blue", "red", "orange")
BASE = np.array([0.40, 0.38, 0.12])


def country_and_wards(seed: int, *, voted: int = 40, wards_each: int = 8) -> tuple[Country, Wards, Floats]:
    """Draw a country whose towns swing to red, with elections in some of its shires, and know the truth."""
    rng = np.random.default_rng(seed)
    urban = rng.uniform(size=120)
    effect = rng.normal(size=(120, 3))
    change = np.array([-5, 4, 1]) + urban[:, None] * np.array([-3, 5, -2]) + effect
    votes = rng.integers(50_000, 250_000, size=120)
    truth = BASE + (votes / votes.sum()) @ change / 100
    holds = np.argsort(urban + rng.normal(size=120) * 0.2)[:voted]
    authority = np.repeat(holds, wards_each)
    place = np.clip(urban[authority] + rng.normal(size=len(authority)) * 0.1, 0, 1)
    swing = np.array([-5, 4, 1]) + place[:, None] * np.array([-3, 5, -2]) + effect[authority]
    cast = rng.integers(1_000, 4_000, size=len(authority))
    wards = Wards(swing + rng.normal(size=swing.shape) * 4, place[:, None], authority, cast, np.zeros(120))
    return Country(urban[:, None], votes, BASE), wards, truth


def test_ranges_hold_the_truth_about_as_often_as_they_say() -> None:
    inside = []
    for seed in range(30):
        country, wards, truth = country_and_wards(seed)
        said = project_national_share(wards, country, PARTIES, seed=seed, draws=200)
        assert said is not None
        inside += [said[party].low <= truth[column] <= said[party].high for column, party in enumerate(PARTIES)]
    assert 0.75 <= np.mean(inside) <= 1.0


def test_what_kind_of_places_voted_is_allowed_for() -> None:
    """The shires that voted moved less to red than the country: their plain mean is off by more."""
    errors, plain = [], []
    for seed in range(20):
        country, wards, truth = country_and_wards(seed)
        said = project_national_share(wards, country, PARTIES, seed=seed, draws=50)
        assert said is not None
        errors.append(abs(said["red"].median - truth[1]))
        plain.append(abs(BASE[1] + wards.change[:, 1].mean() / 100 - truth[1]))
    assert np.mean(errors) < 0.5 * np.mean(plain)


def of_the_wards_in(country: Country, wards: Wards) -> Floats:
    """What a country comes to whose authorities all voted, each as its wards did."""
    change = np.array(
        [
            np.average(wards.change[wards.authority == place], axis=0, weights=wards.votes[wards.authority == place])
            for place in range(len(country.votes))
        ]
    )
    return np.asarray(country.base_share + country.votes / country.votes.sum() @ change / 100)


def test_with_every_ward_in_it_is_one_number_that_leaves_nothing_to_a_model() -> None:
    country, wards, _ = country_and_wards(1, voted=120)
    wards = replace(wards, traits=country.traits[wards.authority], part=np.ones(120))
    said = project_national_share(wards, country, PARTIES, seed=1, draws=50)
    assert said is not None
    for column, share in enumerate(of_the_wards_in(country, wards)):
        line = said[PARTIES[column]]
        assert line.low == line.median == line.high == round(share, 4)


def test_the_more_of_an_authority_is_in_the_less_is_in_doubt() -> None:
    country, wards, _ = country_and_wards(1, voted=120)
    widths = []
    for part in (0.0, 0.5, 0.9):
        said = project_national_share(replace(wards, part=np.full(120, part)), country, PARTIES, seed=1, draws=200)
        assert said is not None
        widths.append(said["red"].high - said["red"].low)
    assert widths[0] > 1.8 * widths[1] > 6 * widths[2]


def test_the_same_seed_says_the_same() -> None:
    country, wards, _ = country_and_wards(1)
    assert project_national_share(wards, country, PARTIES, seed=3, draws=50) == project_national_share(
        wards, country, PARTIES, seed=3, draws=50
    )


def test_a_few_authorities_are_too_few() -> None:
    country, wards, _ = country_and_wards(1, voted=9)
    assert project_national_share(wards, country, PARTIES, seed=1) is None


def test_where_every_authority_voted_alike_the_share_is_the_base_and_that_change() -> None:
    country, wards, _ = country_and_wards(1, voted=120)
    alike = replace(wards, change=np.broadcast_to(np.array([-4.0, 3.0, 1.0]), wards.change.shape))
    said = project_national_share(alike, country, PARTIES, seed=1, draws=50)
    assert said is not None
    assert [said[party].median for party in PARTIES] == [0.36, 0.41, 0.13]
    assert all(line.low == line.high for line in said.values())
