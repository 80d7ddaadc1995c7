"""What is said first of a body: nothing is said of control before it means something, and never without its basis."""

from dataclasses import replace
from typing import Any

import pytest

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.headline import Headline, ahead, headline, too_early_for_second_preferences
from service.views.links import Links
from service.views.news import aired
from service.views.pages import document
from service.views.shown import Address
from service.views.terminal import final_words
from service.views.working import office_working
from tests.views.shown import shown

ASSEMBLY, MAYOR, COMMONS = BodyId("assembly"), BodyId("mayor"), BodyId("commons")


def body(
    seats: dict[str, int], total: int, *, majority: float | None = None, nobody: float | None = None, **more: Any
) -> JSON:
    """Standings of a body of one contest, as far as a headline asks for them."""
    control = next((party for party, number in seats.items() if 2 * number > total), "none")
    rows = [
        {"party": party, "name": party.upper(), "seats": number, "projection": {"majority": majority}}
        for party, number in seats.items()
    ]
    contest = {"name": "List", "scope": "whole", "areas": {"declared": 0, "total": 14}, "with_figures": 1}
    return {
        "control": control,
        "complete": False,
        "certain": {"control": None},
        "seats": {"total": total},
        "parties": rows,
        "projection": None if majority is None else {"no_majority": nobody},
        "contests": [contest],
        **more,
    }


def said(standings: JSON) -> str:
    found = headline(standings)
    assert isinstance(found, Headline)
    return f"{found.who} {found.words}".strip()


class TestControl:
    def test_is_not_told_while_open_seats_could_change_it(self) -> None:
        assert (
            said(body({"a": 8, "b": 5}, 25)) == "Too early to say who has control: 12 of 25 seats have nothing in yet"
        )

    def test_is_told_with_its_basis_once_open_seats_cannot_change_it(self) -> None:
        assert said(body({"a": 13, "b": 11}, 25)) == "A would control, as things stand (List: 1 of 14 areas in)"
        assert said(body({"a": 12, "b": 12}, 24)) == ("No overall control as things stand (List: 1 of 14 areas in)")

    def test_an_area_by_area_body_says_how_many_have_declared(self) -> None:
        contest = {"name": "Wards", "scope": "area", "areas": {"declared": 3, "total": 9}, "with_figures": 9}
        assert said(body({"a": 5, "b": 4}, 9, contests=[contest])).endswith("(Wards: 3 of 9 areas declared)")

    def test_projected_comes_before_what_stands(self) -> None:
        assert said(body({"a": 13, "b": 11}, 25, majority=0.0, nobody=0.9)) == (
            "No overall control projected (90% by the model)"
        )
        assert said(body({"a": 2}, 25, majority=0.97)) == "A projected to have control (97% by the model)"

    def test_a_model_that_does_not_know_is_not_quoted(self) -> None:
        assert said(body({"a": 8, "b": 5}, 25, majority=0.4, nobody=0.2)).startswith("Too early")
        assert said(body({"a": 8, "b": 5}, 25, majority=0.7, nobody=0.3)).startswith("Too early")

    def test_certain_comes_before_projected_and_declared_before_all(self) -> None:
        certain = body({"a": 13}, 25, majority=0.0, nobody=0.9, certain={"control": "a"})
        assert said(certain) == "A control, certain"
        assert said(certain | {"complete": True}) == "A control"
        assert said(body({"a": 12, "b": 12}, 24, certain={"control": "none"})) == "No overall control certain"

    @pytest.mark.parametrize("of", [{"control": None}, {"seats": {"total": None}}])
    def test_is_no_question_of_an_office_or_where_seats_are_not_known(self, of: JSON) -> None:
        assert headline(body({"a": 1}, 1) | of) is None

    @pytest.mark.parametrize("messages", [9, 200, 420])
    def test_no_page_of_a_large_house_tells_it_while_hundreds_of_seats_are_open(self, messages: int) -> None:
        of = shown("commons-2019", messages)
        for address in (Address(), Address(body=COMMONS)):
            page = document(of, address, Links(), stream=None)
            assert "as things stand (" not in page
            assert "Too early to say who has control" in page


class TestOffice:
    @pytest.mark.parametrize("messages", [27, 30])
    def test_second_preferences_are_not_awaited_before_all_first_ones_are_in(self, messages: int) -> None:
        of = shown("london-2012", messages)
        in_so_far = of.standings[MAYOR]["contests"][0]["with_figures"]
        assert 0 < in_so_far < 14
        assert of.standings[MAYOR]["contests"][0]["awaiting_second_preferences"] is False
        page = document(of, Address(body=MAYOR), Links(), stream=None)
        assert "second preferences are awaited" not in page
        assert f"{in_so_far} of 14 areas in: too early to say whether second preferences will count." in page
        assert f"has most so far, with {in_so_far} of 14 areas in," in " ".join(office_working(of.standings[MAYOR]))

    def test_they_are_once_all_are_in(self) -> None:
        of = shown("london-2012")
        standings = of.standings[MAYOR]
        contest = standings["contests"][0] | {"awaiting_second_preferences": True}
        waiting = replace(of, standings={MAYOR: standings | {"contests": [contest]}})
        assert too_early_for_second_preferences(standings) == ""
        assert "second preferences are awaited" in document(waiting, Address(body=MAYOR), Links(), stream=None)


class TestNews:
    def event(self, kind: str, **more: Any) -> JSON:
        return {
            "event": kind,
            "sequence": 7,
            "body": "assembly",
            "as_of": "2012-05-04T20:00:00+01:00",
            "text": kind,
        } | more

    def test_control_as_things_stand_is_none(self) -> None:
        assert aired([self.event("control")]) == []

    def test_what_is_complete_is_not_certain_as_well(self) -> None:
        before = self.event("certain", sequence=6)
        told = aired([before, self.event("complete"), self.event("certain"), self.event("certain", body="mayor")])
        assert [(each["event"], each["sequence"], each["body"]) for each in told] == [
            ("certain", 6, "assembly"), ("complete", 7, "assembly"), ("certain", 7, "mayor")
        ]  # fmt: skip

    def test_figures_of_what_is_kept_out_are_not_told(self) -> None:
        event = self.event(
            "quarantined", contest="mayor", area="south-west", codes=["E301", "E301"], text="found 141766, not 141765"
        )
        of = replace(shown("london-2012", 27), events=[event])
        page = document(of, Address(), Links(), stream=None)
        assert "mayor/south-west: a message is kept out: votes do not add up (E301)<" in page
        assert "141766" not in page


class TestAhead:
    def test_for_an_office_it_is_said_that_first_preferences_are_what_counts_so_far(self) -> None:
        mayor = shown("london-2012", 27).standings[MAYOR]
        assert any(contest["awaiting_second_preferences"] or contest["with_figures"] for contest in mayor["contests"])
        assert mayor["elected"] is None
        assert final_words(mayor) == "Mayor of London: Ken Livingstone ahead on first preferences (counting)"

    def test_nobody_is_ahead_while_nothing_is_in_or_once_somebody_is_elected(self) -> None:
        assert ahead(shown("london-2012", 0).standings[MAYOR]) is None
        assert final_words(shown("london-2012", 0).standings[MAYOR]) == "Mayor of London: nothing in yet (waiting)"
        assert ahead(shown("london-2012").standings[MAYOR]) is None

    def test_the_first_page_says_so_where_it_lists_bodies_in_a_row_each(self) -> None:
        of = shown("london-2012", 27)
        names = [BodyId(f"more-{number}") for number in range(4)]
        more = {name: replace(of.election.bodies[MAYOR], id=name) for name in names}
        many = replace(of, election=replace(of.election, bodies={**of.election.bodies, **more}))
        page = document(many, Address(), Links(), stream=None)
        assert 'Ken Livingstone <span class="note">ahead on first preferences</span>' in page
        for body in many.election.bodies:
            assert f"api/standings/{body}.json" in page
