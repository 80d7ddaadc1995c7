"""What tables leave out: whichever line they end at, lines and rest are all of them."""

import pytest

from service.ids import BodyId
from service.views.bodies import CANDIDATES_SHOWN_MAX, candidate_rows, lively_parties
from service.views.links import Links
from service.views.pages import document
from service.views.rests import candidate_rests, party_rests
from service.views.shown import Address
from tests.views.shown import shown

MAYOR = BodyId("mayor")


@pytest.mark.parametrize("night, body", [("commons-2019", "commons"), ("london-2012", "assembly")])
def test_wherever_a_table_of_parties_ends_it_says_all_seats_and_votes(night: str, body: str) -> None:
    standings = shown(night).standings[BodyId(body)]
    parties = lively_parties(standings)
    contest = "list" if body == "assembly" else "constituency"
    rests = party_rests(standings, all_of_them=False)
    assert [rest.after for rest in rests] == list(range(2, 9))
    for rest in rests:
        lines = parties[: rest.after]
        assert rest.number == len(parties) - rest.after
        assert sum(row["seats"] for row in lines) + (rest.seats or 0) == standings["seats"]["total"]
        votes = [sum(row["votes"][contest]["votes"] or 0 for row in rows) for rows in (lines, parties)]
        assert votes[0] + (rest.votes or 0) == votes[1]


def test_of_twenty_candidates_none_goes_unsaid() -> None:
    standings = shown("london-2021").standings[MAYOR]
    assert len(standings["candidates"]) == 20
    rest = candidate_rests(standings, all_of_them=False)[-1]
    assert (rest.after, rest.number) == (CANDIDATES_SHOWN_MAX, 20 - CANDIDATES_SHOWN_MAX)
    shares = [row["share"] for row in standings["candidates"]]
    assert rest.share == pytest.approx(1 - sum(shares[:CANDIDATES_SHOWN_MAX]), abs=1e-5)
    assert len(candidate_rows(standings, all_of_them=True)) == 20
    assert candidate_rests(standings, all_of_them=True) == []


def test_only_a_wall_shows_the_line_of_a_table_that_ends_early() -> None:
    page = document(shown("london-2021"), Address(), Links(), stream=None)
    assert '<tr class="others"><th scope="row">8 others</th>' in page
    assert '<tr class="rest rest-4" hidden>' in page
