"""Going back: a page as of an earlier moment knows nothing of what came later, and leads to others as of the same."""

import re

import pytest

from service.ids import AreaId, BodyId, ContestId
from service.standings.wire import JSON, encode
from service.views.board import Board, shown_of
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Projected
from tests.service.nights import recorded
from tests.views.shown import shown

NIGHT = recorded("london-2012")
ASSEMBLY = BodyId("assembly")
PAST = "2012-05-04T18:00:00+01:00"


def seats(median: int) -> dict[str, JSON]:
    return {"lab": {"low": median - 1, "median": median, "high": median + 1, "level": 0.9}}


def test_the_projections_of_the_night_end_where_the_page_stands() -> None:
    board = Board(NIGHT.election, NIGHT.topics, {})
    trail = [Projected(f"2012-05-04T{hour}:00:00+01:00", seats(hour)) for hour in (15, 16, 19, 20)]
    said = shown("london-2012", 20).standings[ASSEMBLY]
    assert trail[1].at < said["as_of"] < trail[2].at
    parties = [
        row | ({"projection": {"sequence": 9, "seats": seats(11)["lab"]}} if row["party"] == "lab" else {})
        for row in said["parties"]
    ]
    then = shown_of(
        board,
        {NIGHT.topics.standings(ASSEMBLY): encode(said | {"parties": parties})},
        [],
        past=PAST,
        trails={ASSEMBLY: trail},
    )
    assert [each.seats["lab"]["median"] for each in then.trails[ASSEMBLY]] == [15, 16, 11]
    assert then.past == PAST


@pytest.mark.parametrize(
    "address",
    [
        Address(),
        Address(body=ASSEMBLY),
        Address(body=ASSEMBLY, seat=3),
        Address(contest=ContestId("constituency"), area=AreaId("south-west")),
    ],
)
def test_every_link_to_a_page_leads_to_it_as_of_the_same_moment(address: Address) -> None:
    drawn = document(shown("london-2012", 26), address, Links(at=PAST), stream=None)
    links = [link for link in re.findall(r'href="(/[^"]*)"', drawn) if link == "/" or link.startswith(("/b", "/ar"))]
    assert links
    assert all(link.endswith("?at=2012-05-04T18:00:00%2B01:00") for link in links)
