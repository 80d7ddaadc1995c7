"""What a projection promises, whatever the night."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.projection import NOBODY, Evidence, Projection, Projector, Stack, Withheld, seed_of
from service.projection.kernel import strongholds
from tests.projection.kingdom import PARAMETERS, PARTIES, Night, kingdom

DRAWS = 500


def projected(night: Night, evidence: Evidence, *, seed: int = 7, draws: int = DRAWS) -> Projection:
    projection = Projector(night.race, PARAMETERS).project(evidence, seed=seed, draws=draws)
    assert isinstance(projection, Projection)
    return projection


class TestTheRangeVanishes:
    def test_with_all_areas_declared_every_range_is_one_number(self) -> None:
        night = kingdom()
        projection = projected(night, night.evidence(np.ones(len(night.race.areas), dtype=bool)))
        won = Counter(PARTIES[winner] for winner in night.winners)
        assert {party: line.median for party, line in projection.parties.items() if line.high} == dict(won)
        for line in projection.parties.values():
            assert line.low == line.median == line.high == line.mean
            assert line.largest in {0.0, 1.0}
            assert line.majority in {0.0, 1.0}
            assert line.share is None or line.share.low == line.share.median == line.share.high
        turnout = night.votes.sum() / night.race.electorate.sum()
        assert projection.turnout is not None
        assert projection.turnout.low == projection.turnout.high == pytest.approx(turnout, abs=1e-4)

    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 2**63), count=st.integers(30, 107))
    def test_a_declared_area_is_a_constant(self, seed: int, count: int) -> None:
        night = kingdom()
        evidence = night.first(count)
        projection = projected(night, evidence, seed=seed, draws=50)
        won = Counter(PARTIES[winner] for winner in evidence.winner if winner != NOBODY)
        for area, winner in zip(night.race.areas, evidence.winner, strict=True):
            if winner != NOBODY:
                assert projection.areas[area] == {PARTIES[winner]: 1.0}
        for party, line in projection.parties.items():
            assert min(line.distribution) >= won[party]
        assert sum(line.mean for line in projection.parties.values()) == pytest.approx(108, abs=0.1)

    def test_the_range_narrows_as_areas_come_in(self) -> None:
        night = kingdom()
        widths = [
            sum(line.high - line.low for line in projected(night, night.first(count)).parties.values())
            for count in (20, 60, 100, 108)
        ]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] == 0


class TestSameEvidenceSameBytes:
    def test_the_same_evidence_gives_the_same_bytes(self) -> None:
        night = kingdom()
        said = [json.dumps(projected(night, night.first(40)).as_json()) for _ in range(2)]
        assert said[0] == said[1]

    def test_another_seed_gives_other_draws(self) -> None:
        night = kingdom()
        said = [json.dumps(projected(night, night.first(40), seed=seed).parties["red"].as_json()) for seed in (1, 2)]
        assert said[0] != said[1]

    def test_the_seed_depends_on_which_counts_are_in_and_not_on_their_order(self) -> None:
        assert seed_of("e", frozenset(["a", "b"])) == seed_of("e", frozenset(["b", "a"]))
        assert (
            len({seed_of("e", frozenset(["a"])), seed_of("f", frozenset(["a"])), seed_of("e", frozenset(["b"]))}) == 3
        )


class TestWithheldWhenWeak:
    def test_too_few_areas(self) -> None:
        night = kingdom()
        withheld = Projector(night.race, PARAMETERS).project(night.first(4), seed=1)
        assert withheld == Withheld("too few areas: 4 of 108 are in, 5 are needed")

    def test_no_area_of_a_country(self) -> None:
        night = kingdom()
        south = np.array(night.race.country) == "south"
        withheld = Projector(night.race, PARAMETERS).project(night.evidence(south), seed=1)
        assert withheld == Withheld("no area of north is in")

    def test_a_small_country_unheard_of_is_said_and_does_not_withhold_the_rest(self) -> None:
        night = kingdom()
        mainland = np.array(night.race.country) != "isle"
        projection = projected(night, night.evidence(mainland))
        assert projection.unheard == ("isle-0", "isle-1", "isle-2")
        assert projection.parties["isle-left"].low < projection.parties["isle-left"].high

    def test_no_baseline(self) -> None:
        night = kingdom()
        last_votes = night.race.last_votes.copy()
        last_votes[0] = 0
        withheld = Projector(replace(night.race, last_votes=last_votes), PARAMETERS).project(night.first(40), seed=1)
        assert withheld == Withheld("no baseline for 1 of 108 areas")


class TestPartialCountsAndRushes:
    def test_a_winner_announced_without_figures_is_a_constant_seat_and_no_evidence_of_shares(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        still_open = int(np.flatnonzero(~evidence.declared)[0])
        winner = evidence.winner.copy()
        winner[still_open] = PARTIES.index("tiny")
        before, after = projected(night, evidence), projected(night, replace(evidence, winner=winner))
        assert after.areas[night.race.areas[still_open]] == {"tiny": 1.0}
        assert after.parties["tiny"].low == 1
        assert {party: line.share for party, line in before.parties.items() if line.share} != {}

    def test_the_more_of_an_area_is_counted_the_surer_its_leader(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        lead = np.sort(night.votes, axis=1)
        close = np.flatnonzero(~evidence.declared)
        row = int(close[((lead[:, -1] - lead[:, -2]) / lead.sum(axis=1))[close].argmin()])
        chances = []
        for counted in (0.5, 0.9, 0.999):
            votes, outstanding = evidence.votes.copy(), evidence.outstanding.copy()
            votes[row] = np.rint(night.votes[row] * counted)
            outstanding[row] = 1 - counted
            projection = projected(night, replace(evidence, votes=votes, outstanding=outstanding), draws=5000)
            chances.append(projection.areas[night.race.areas[row]].get(PARTIES[night.winners[row]], 0.0))
        assert chances == sorted(chances)
        assert chances[-1] > 0.95

    def with_partial(self, night: Night, row: int, votes: list[int], counted: float) -> dict[str, float]:
        """The chances of an open area of which so much is counted, with 40 others declared."""
        evidence = night.first(40)
        part, outstanding = evidence.votes.copy(), evidence.outstanding.copy()
        part[row], outstanding[row] = votes, 1 - counted
        said = Projector(night.race, replace(PARAMETERS, partial=1.1)).project(
            replace(evidence, votes=part, outstanding=outstanding), seed=7, draws=5000
        )
        assert isinstance(said, Projection)
        return dict(said.areas[night.race.areas[row]])

    def open_and_level(self, night: Night, lead: int, of: int) -> tuple[int, list[int], tuple[str, str]]:
        """An open area with its two best parties of last time so many votes apart, all others far behind."""
        evidence = night.first(40)
        row = int(np.flatnonzero(~evidence.declared & (np.array(night.race.country) != "isle"))[0])
        first, second = np.argsort(-night.race.last_votes[row])[:2]
        votes = [0] * len(PARTIES)
        votes[first], votes[second] = of // 2 + lead, of // 2
        return row, votes, (PARTIES[first], PARTIES[second])

    def test_a_tie_is_decided_by_lot(self) -> None:
        night = kingdom()
        row, votes, pair = self.open_and_level(night, 0, 40_000)
        chances = self.with_partial(night, row, votes, 1.0)
        assert [chances[party] for party in pair] == [pytest.approx(0.5, abs=0.03)] * 2

    def test_a_lead_of_one_vote_is_not_sure_before_it_is_declared(self) -> None:
        night = kingdom()
        row, votes, (first, _) = self.open_and_level(night, 1, 40_000)
        assert self.with_partial(night, row, votes, 1.0)[first] < 0.8

    def test_what_is_counted_cannot_be_overtaken_by_more_than_is_left(self) -> None:
        night = kingdom()
        row, votes, (first, _) = self.open_and_level(night, 5_000, 40_000)
        assert self.with_partial(night, row, votes, 0.95) == {first: 1.0}

    def test_a_lead_of_three_points_with_a_fifth_to_count_is_no_certainty(self) -> None:
        night = kingdom()
        chances = []
        for sign in (0, 1):
            row, votes, pair = self.open_and_level(night, 0, 38_800)
            votes[PARTIES.index(pair[sign])] += 1200
            chances.append(self.with_partial(night, row, votes, 0.8)[pair[sign]])
        assert max(chances) < 0.999
        assert min(chances) < 0.95

    def test_a_hundredth_of_many_areas_says_next_to_nothing_of_the_others(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        rows = np.flatnonzero(~evidence.declared & (np.array(night.race.country) != "isle"))[:20]
        votes, outstanding = evidence.votes.copy(), evidence.outstanding.copy()
        votes[rows], outstanding[rows] = 0, 0.99
        votes[rows, PARTIES.index("orange")] = 400
        projector = Projector(night.race, replace(PARAMETERS, partial=1.1))
        before = projector.project(evidence, seed=7, draws=2000)
        after = projector.project(replace(evidence, votes=votes, outstanding=outstanding), seed=7, draws=2000)
        assert isinstance(before, Projection)
        assert isinstance(after, Projection)
        for party, line in before.parties.items():
            assert abs(after.parties[party].median - line.median) <= 4

    def test_many_areas_with_a_few_votes_each_are_too_few(self) -> None:
        night = kingdom()
        evidence = night.evidence(np.zeros(108, dtype=bool))
        votes = np.rint(night.votes * 0.0005).astype(np.int64)
        thin = replace(evidence, votes=votes, outstanding=np.full(108, 0.9995))
        said = Projector(night.race, replace(PARAMETERS, partial=1.1)).project(thin, seed=1)
        assert isinstance(said, Withheld)
        assert said.reason == "too few areas: 0 of 108 are in, areas counted in part counted in part, 5 are needed"

    def test_verified_papers_replace_the_guess_of_turnout(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        twice = replace(evidence, expected_valid=night.votes.sum(axis=1) * 2)
        turnouts = [projected(night, item).turnout for item in (evidence, twice)]
        assert turnouts[0] is not None
        assert turnouts[1] is not None
        assert turnouts[1].median > 1.3 * turnouts[0].median
        assert turnouts[1].low == turnouts[1].high


class TestWhoCanWin:
    def test_nobody_wins_where_they_do_not_stand(self) -> None:
        night = kingdom()
        projection = projected(night, night.first(40))
        for row, area in enumerate(night.race.areas):
            standing = {PARTIES[column] for column in np.flatnonzero(night.race.standing[row])}
            assert set(projection.areas[area]) <= standing

    def test_chances_of_an_area_add_up_to_one(self) -> None:
        night = kingdom()
        for chances in projected(night, night.first(40)).areas.values():
            assert sum(chances.values()) == pytest.approx(1, abs=1e-3)


class TestCouncils:
    def test_seats_that_are_not_up_count_towards_control(self) -> None:
        night = kingdom()
        kept = np.array([0, 0, 0, 0, 300, 0, 0, 0])
        council = Night(replace(night.race, seats_not_up=kept), night.votes)
        with_them, without = projected(council, council.first(40)), projected(night, night.first(40))
        assert with_them.parties["red"].majority == 1
        assert with_them.parties["red"].low == without.parties["red"].low + 300
        assert with_them.parties["blue"].median == without.parties["blue"].median


class TestWhereNobodyKnowsTheRangeIsWider:
    def test_a_blend_of_methods_that_disagree_reaches_from_the_one_to_the_other(self) -> None:
        """The north swings by itself: a swing by country and one for all disagree there."""
        night = kingdom()
        votes = night.votes.copy()
        votes[np.array(night.race.country) == "north", PARTIES.index("north")] //= 4
        apart = Night(night.race, votes)
        said = []
        for weights in ((0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.5, 0.5, 0.0)):
            parameters = replace(PARAMETERS, stack=(Stack(1.0, weights, 1.2),))
            projection = Projector(apart.race, parameters).project(apart.first(40), seed=7, draws=DRAWS)
            assert isinstance(projection, Projection)
            said.append(projection.parties["north"])
        country, whole, blend = said
        assert country.high < whole.low
        assert blend.low <= country.median < whole.median <= blend.high
        assert blend.share is not None
        assert country.share is not None
        assert blend.share.high - blend.share.low > 1.5 * (country.share.high - country.share.low)

    def test_reach_widens_what_is_unlike_the_areas_in_more_than_what_is_like_them(self) -> None:
        night = kingdom()
        likeness = np.argsort(night.race.last_votes[:, 0] / night.race.last_votes.sum(axis=1))
        declared = np.zeros(len(likeness), dtype=bool)
        declared[likeness[::2]] = True
        spread_out, one_end = declared, np.zeros(len(likeness), dtype=bool)
        one_end[likeness[: declared.sum()]] = True
        wider = []
        for among in (spread_out, one_end):
            widths = []
            for reach in (1.0, 3.0):
                parameters = replace(PARAMETERS, stack=(Stack(1.0, (1.0, 0.0, 0.0, 0.0), 1.2, reach),))
                evidence = night.evidence(among)
                projection = Projector(night.race, parameters).project(evidence, seed=7, draws=DRAWS)
                assert isinstance(projection, Projection)
                widths.append(sum(line.high - line.low for line in projection.parties.values()))
            wider.append(widths[1] - widths[0])
        assert wider[1] > wider[0] >= 0

    def test_a_sitting_member_of_another_party_makes_an_area_less_sure(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        sure = projected(night, evidence)
        position = {area: row for row, area in enumerate(night.race.areas)}
        settled = ~night.race.unsettled
        likely = [
            area
            for area, chances in sure.areas.items()
            if evidence.winner[position[area]] == NOBODY and settled[position[area]] and 0.9 < max(chances.values()) < 1
        ]
        incumbent = night.race.incumbent.copy()
        for area in likely:
            incumbent[position[area]] = np.arange(len(PARTIES)) == PARTIES.index("tiny")
        race = replace(night.race, incumbent=incumbent)
        assert all(race.unsettled[position[area]] for area in likely)
        parameters = replace(PARAMETERS, kernel=replace(PARAMETERS.kernel, incumbent=0.0))
        chances = []
        for each in (night.race, race):
            projection = Projector(each, parameters).project(evidence, seed=7, draws=4000)
            assert isinstance(projection, Projection)
            chances.append([max(projection.areas[area].values()) for area in likely])
        assert len(likely) >= 3
        assert np.mean(chances[1]) < np.mean(chances[0]) - 0.02

    def test_an_area_in_that_was_unsettled_says_less_of_the_others(self) -> None:
        night = kingdom()
        declared = np.zeros(108, dtype=bool)
        declared[:6] = True
        votes, red = night.votes.copy(), PARTIES.index("red")
        votes[:6, red] *= 2
        swung = Night(night.race, votes)
        incumbent = np.zeros_like(night.race.incumbent)
        incumbent[:6, PARTIES.index("tiny")] = True
        unsettled = replace(night.race, incumbent=incumbent)
        assert unsettled.unsettled[:6].all()
        parameters = replace(
            PARAMETERS,
            kernel=replace(PARAMETERS.kernel, incumbent=0.0),
            unsettled=4,
            stack=(Stack(1.0, (1.0, 0.0, 0.0, 0.0), 1.2),),
            country_share_min=1.0,
        )
        shares = []
        for race in (replace(night.race, incumbent=np.zeros_like(incumbent)), unsettled):
            said = Projector(race, parameters).project(swung.evidence(declared), seed=7, draws=50)
            assert isinstance(said, Projection)
            share = said.parties["red"].share
            assert share is not None
            shares.append(share.median)
        assert shares[1] < shares[0] - 0.005


class TestStrongholds:
    def test_are_where_a_smaller_party_was_above_its_mean_in_the_country(self) -> None:
        traits = Projector(kingdom().race, PARAMETERS).systems[0].traits
        last = np.zeros_like(traits.last)
        last[:, 0], last[:, 1], last[:, 2] = 45, 40, 10
        country = np.arange(len(last)) % 2
        last[country == 1, 2] = 30
        last[0, :3] = 20, 40, 35
        points = strongholds(replace(traits, last=last, country=country))
        mean = last[country == 0, 2].mean()
        assert points[0] == pytest.approx((35 - mean) / 10)
        assert (points[1:] == 0).all()

    def test_make_an_area_less_sure(self) -> None:
        night = kingdom()
        evidence = night.first(40)
        strong = strongholds(Projector(night.race, PARAMETERS).systems[0].traits)
        stack = (Stack(1.0, (1.0, 0.0, 0.0, 0.0), 1.2),)
        chances = []
        for stronghold in (0.0, 4.0):
            parameters = replace(PARAMETERS, stronghold=stronghold, stack=stack)
            projection = Projector(night.race, parameters).project(evidence, seed=7, draws=4000)
            assert isinstance(projection, Projection)
            rows = Projector(night.race, parameters).systems[0].system.rows
            chances.append(
                [
                    max(projection.areas[night.race.areas[row]].values())
                    for row in rows[strong > 0.5]
                    if evidence.winner[row] == NOBODY
                ]
            )
        likely = np.array(chances[0]) < 1
        assert likely.sum() >= 3
        assert np.mean(np.array(chances[1])[likely]) < np.mean(np.array(chances[0])[likely]) - 0.02


class TestUnsettledAreas:
    @pytest.mark.parametrize(
        "holder, member, unsettled",
        [("blue", None, []), ("blue", "blue", []), ("blue", "red", [0]), (None, "red", [])],
    )
    def test_are_those_whose_sitting_member_is_of_another_party_than_won(
        self, holder: str | None, member: str | None, unsettled: list[int]
    ) -> None:
        race = kingdom().race
        holders, incumbent = race.holder.copy(), race.incumbent.copy()
        holders[0] = NOBODY if holder is None else PARTIES.index(holder)
        incumbent[0] = [party == member for party in PARTIES]
        assert np.flatnonzero(replace(race, holder=holders, incumbent=incumbent).unsettled[:1]).tolist() == unsettled
