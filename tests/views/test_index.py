"""Areas by region: every one of them once, and what is won there sums to the body."""

from service.ids import BodyId
from service.views.bars import vote_bar
from service.views.index import regions_indexed
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address
from tests.views.shown import shown

COMMONS = BodyId("commons")


def test_every_area_is_in_one_region_and_the_won_ones_sum_to_the_seats() -> None:
    of = shown("commons-2019")
    regions = regions_indexed(of, COMMONS)
    places = [area.place for region in regions for area in region.areas]
    assert len(places) == len(set(places)) == 650
    assert sum(region.declared for region in regions) == 650
    won = {party.id: 0 for region in regions for party, _ in region.won}
    for region in regions:
        for party, number in region.won:
            won[party.id] += number
    assert won == {row["party"]: row["seats"] for row in of.standings[COMMONS]["parties"] if row["seats"]}


def test_a_list_says_of_each_area_how_firmly_somebody_is_first() -> None:
    page = document(shown("commons-2019", 350), Address(body=COMMONS), Links(), stream=None)
    assert 'Bury North</a> <span class="note">nothing in' in page.replace("\n", "")
    assert "Lab declared" in page
    assert "Con declared, gain" in page


def test_few_areas_need_no_list() -> None:
    assert regions_indexed(shown("london-2012"), BodyId("assembly")) == []


def test_votes_on_a_question_are_drawn_as_shares_hollow_until_declared() -> None:
    of = shown("mayoral-referendums-2012", 5)
    leeds, birmingham = (str(vote_bar(of, of.standings[BodyId(body)])) for body in ("leeds", "birmingham"))
    assert ">No 63.3%</text>" in leeds
    assert "stroke-dasharray" not in leeds
    assert "nothing in" in birmingham
    open_still = of.standings[BodyId("leeds")] | {"complete": False}
    assert "stroke-dasharray" in str(vote_bar(of, open_still))
