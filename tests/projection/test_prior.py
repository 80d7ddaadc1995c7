"""What polls expected moves a projection and narrows it, as far as they are sure; what is counted overcomes them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from service.projection import Evidence, Prior, Projection, Projector, Withheld, nothing_in
from service.projection.race import Floats
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

NIGHT = kingdom()
MAINLAND = np.array(NIGHT.race.country) != "isle"
SHARE = NIGHT.votes[MAINLAND].sum(axis=0) / NIGHT.votes[MAINLAND].sum() * 100
RED, BLUE = PARTIES.index("red"), PARTIES.index("blue")
NONE_IN = nothing_in(NIGHT.race)


@cache
def model() -> Projector:
    return Projector(NIGHT.race, replace(PARAMETERS, areas_min=5))


def prior(share: Floats = SHARE, *, error: float = 1.5) -> Prior:
    """Polls that tell of the four large parties of the mainland."""
    told = np.where(SHARE > 4, share, np.nan)
    return Prior(MAINLAND, told, error)


def wrong(points: float) -> Floats:
    """Polls that are off by so many points, for one large party and against the other."""
    share: Floats = SHARE.copy()
    share[RED] += points
    share[BLUE] -= points
    return share


def say(evidence: Evidence, given: Prior | None) -> Projection:
    said = model().project(replace(evidence, prior=given), seed=3, draws=2_000)
    assert isinstance(said, Projection)
    return said


def width(said: Projection) -> int:
    return sum(line.high - line.low for line in said.parties.values())


class TestBeforeTheFirstCount:
    def test_nothing_is_said_without_a_prior(self) -> None:
        assert isinstance(model().project(NONE_IN, seed=3), Withheld)

    def test_the_national_share_is_what_was_expected_with_its_error(self) -> None:
        line = say(NONE_IN, prior()).parties["red"].share
        assert line is not None
        mainland = float(NIGHT.race.last_votes[MAINLAND].sum() / NIGHT.race.last_votes.sum())
        assert line.median == pytest.approx(mainland * SHARE[RED] / 100, abs=0.001)
        # 1.5 points either way, 1.645 times; what each area has for itself hardly matters
        assert line.high - line.low == pytest.approx(mainland * 2 * 1.645 * 0.015, rel=0.1)

    def test_the_seats_are_near_what_came(self) -> None:
        said = say(NONE_IN, prior())
        final = {party: int((NIGHT.winners == column).sum()) for column, party in enumerate(PARTIES)}
        for party in ("red", "blue"):
            assert said.parties[party].low <= final[party] <= said.parties[party].high

    def test_expecting_more_gives_more_seats(self) -> None:
        medians = [say(NONE_IN, prior(wrong(points))).parties["red"].median for points in (-6, -3, 0, 3, 6)]
        assert medians == sorted(medians)
        assert medians[0] < medians[-1]

    def test_the_less_sure_a_prior_is_the_wider_the_range(self) -> None:
        widths = [width(say(NONE_IN, prior(error=error))) for error in (0.5, 1.5, 4.0, 12.0)]
        assert widths == sorted(widths)
        assert widths[0] < widths[-1]

    def test_of_parties_it_does_not_name_it_takes_what_is_left(self) -> None:
        said = say(NONE_IN, prior())
        shares = [line.share.median for line in said.parties.values() if line.share is not None]
        assert sum(shares) == pytest.approx(1, abs=0.03)

    def test_the_turnout_is_not_said(self) -> None:
        assert say(NONE_IN, prior()).turnout is None

    def test_of_a_country_that_it_does_not_cover_it_says_nothing(self) -> None:
        sure, other = (say(NONE_IN, prior(wrong(points))).parties["isle-left"] for points in (0, 6))
        assert (sure.low, sure.high) == (other.low, other.high)
        assert sure.low < sure.high


class TestOnceAreasAreIn:
    @pytest.mark.parametrize("count", [6, 12])
    def test_a_good_prior_makes_the_range_narrower(self, count: int) -> None:
        evidence = NIGHT.first(count)
        assert width(say(evidence, prior())) < width(say(evidence, None))

    def test_a_wrong_prior_is_overcome(self) -> None:
        """Nine points off with an error of three: the more areas are in, the less is left of it."""
        gaps = []
        for count in (0, 10, 30, 80):
            evidence = NIGHT.first(count) if count else NONE_IN
            right, off = (say(evidence, prior(share, error=3.0)).parties["red"].mean for share in (SHARE, wrong(9)))
            gaps.append(off - right)
        assert gaps == sorted(gaps, reverse=True)
        assert gaps[-1] < 0.1 * gaps[0]

    def test_turnout_is_as_unsure_as_without_one(self) -> None:
        night = Projector(replace(NIGHT.race, electorate=np.full(len(NIGHT.votes), 80_000)), PARAMETERS)
        said = [
            night.project(replace(NIGHT.first(12), prior=given), seed=3, draws=200)
            for given in (None, prior(error=0.1), prior(error=6))
        ]
        assert all(isinstance(each, Projection) and each.turnout is not None for each in said)
        assert len({each.turnout for each in said if isinstance(each, Projection)}) == 1

    def test_with_all_in_nothing_is_left_of_it(self) -> None:
        everywhere = NIGHT.evidence(np.ones(len(NIGHT.votes), dtype=bool))
        assert say(everywhere, prior(wrong(9))).parties == say(everywhere, None).parties
