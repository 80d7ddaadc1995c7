"""Calls and projections of every kind: each firmness has a look and words of its own, a model's never the firmest."""

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.calls import FIRMEST_FIRST, calls_of, recounts_of
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Shown
from service.views.tiles import tile_map
from tests.views.shown import shown

COMMONS, MAYOR = BodyId("commons"), BodyId("mayor")


def call(status: str, **otherwise: Any) -> JSON:
    said: JSON = {
        "of": "area", "contest": "constituency", "area": "aberavon", "body": "commons", "name": "Aberavon",
        "status": status, "candidate": "kinnock-lab", "candidate_name": "Stephen Kinnock", "party": "lab",
        "chance": 0.93, "by": "anna", "why": "sampled piles", "at": "2019-12-12T23:05:00+00:00", "decision": 4,
        "sequence": 12, "in_doubt": False, "right": None,
    }  # fmt: skip
    return said | otherwise


def commons(messages: int = 0, **otherwise: Any) -> Shown:
    of = shown("commons-2019", messages)
    return replace(of, standings={COMMONS: of.standings[COMMONS] | otherwise})


def drawn(of: Shown, body: BodyId = COMMONS, *, home: bool = False) -> str:
    return document(of, Address() if home else Address(body=body), Links(), stream=None)


class TestLooks:
    def test_every_firmness_has_a_sign_and_words_of_its_own(self) -> None:
        of = commons(calls=[call(status) for status in FIRMEST_FIRST])
        lines = calls_of(of, of.standings[COMMONS])
        assert len({line.sign for line in lines}) == len({line.words for line in lines}) == len(FIRMEST_FIRST)
        assert [line.said["status"] for line in lines] == list(FIRMEST_FIRST)

    def test_a_suggestion_is_nobodys_word_and_only_on_the_bodys_page(self) -> None:
        suggested = call("suggested", of="largest", area=None, contest=None, name="House of Commons", by=None)
        of = commons(calls=[suggested])
        assert "What the model would call; called by nobody." in drawn(of)
        assert re.search(r"House of Commons, largest: <svg.*?</svg>Lab 93%</li>", drawn(of))
        assert "Suggested to the desk" not in drawn(of, home=True)

    def test_a_call_of_control_is_the_desks_and_on_the_first_page(self) -> None:
        called = call("called", of="control", area=None, contest=None, party="none", candidate_name=None)
        assert "<b>no overall control</b>, called by the desk, anna (sampled piles)" in drawn(
            commons(calls=[called]), home=True
        )

    def test_who_withdrew_a_call_is_not_read_as_who_made_it(self) -> None:
        withdrawn = commons(calls=[call("withdrawn", by="berta", why="typed in error", right=False)])
        assert "DECLARED OTHERWISE THAN CALLED; the call had been withdrawn by berta (typed in error)" in drawn(
            withdrawn
        )
        made = commons(calls=[call("declared", right=False)])
        assert "DECLARED OTHERWISE THAN CALLED by anna (sampled piles)" in drawn(made)

    def test_what_the_desk_writes_is_never_markup(self) -> None:
        script = "<script>alert(1)</script>"
        said = call("called", by=script, why=script, candidate_name=script, name=script)
        assert script not in drawn(commons(calls=[said, said | {"of": "largest", "area": None, "contest": None}]))

    def test_a_suggestion_that_nobody_has_control_is_said_in_words(self) -> None:
        said = call("suggested", of="control", area=None, contest=None, party="none", candidate_name=None, by=None)
        assert "House, control: no overall control 93%" in drawn(commons(calls=[said | {"name": "House"}]))

    def test_what_is_declared_otherwise_than_called_comes_first_and_loud(self) -> None:
        of = commons(calls=[call("called", area="aberconwy"), call("declared", right=False)])
        first = calls_of(of, of.standings[COMMONS])[0]
        assert first.wrong
        assert first.words.startswith("DECLARED OTHERWISE THAN CALLED")
        assert 'class="call call-wrong"' in drawn(of)

    def test_a_tile_that_is_called_is_no_declared_one(self) -> None:
        of = commons(calls=[call("called")], projection=None)
        tiles = str(tile_map(of, COMMONS, lambda place: str(place[1])))
        assert "Aberavon, nothing in, Labour called by the desk" in tiles
        assert tiles.count("tile-called") == 1
        assert "tile-declared" not in tiles

    def test_standings_of_a_service_that_knew_no_calls_have_none(self) -> None:
        of = shown("commons-2019", 0)
        standings = {
            name: value for name, value in of.standings[COMMONS].items() if name not in ("calls", "recount_watch")
        }
        assert calls_of(of, standings) == []
        assert recounts_of(of, standings) == []


class TestNews:
    @pytest.mark.parametrize("event", ["call_suggested", "call_suggestion_dropped", "without_effect"])
    def test_what_is_for_the_desk_is_no_news(self, event: str) -> None:
        said = {"event": event, "as_of": "2019-12-12T23:05:00+00:00", "text": "for the desk", "contest": "constituency"}
        of = replace(commons(), events=[said, said | {"event": "called", "text": "for everybody"}])
        assert "for everybody" in drawn(of)
        assert "for the desk" not in drawn(of)


class TestRecounts:
    WATCHED: ClassVar[JSON] = {
        "contest": "constituency", "area": "aberavon", "name": "Aberavon", "basis": "declared", "lead": 21,
        "lead_share": 0.0004, "first": "a", "second": "b", "first_party": "lab", "second_party": "con",
    }  # fmt: skip

    def test_ordered_likely_and_so_far_are_told_apart(self) -> None:
        bases = ("ordered", "declared", "partial")
        of = commons(recount_watch=[self.WATCHED | {"basis": basis} for basis in bases])
        assert [each.words for each in recounts_of(of, of.standings[COMMONS])] == [
            "a recount is ordered, Lab 21 ahead of Con (0.0%)",
            "a recount is likely, Lab 21 ahead of Con (0.0%)",
            "a recount is likely, Lab 21 ahead of Con (0.0%), so far",
        ]

    def test_one_that_is_ordered_without_figures_is_told_too(self) -> None:
        none = {"basis": "ordered", "lead": None, "lead_share": None, "first_party": None, "second_party": None}
        assert "a recount is ordered</li>" in drawn(commons(recount_watch=[self.WATCHED | none]))


class TestAreas:
    def test_an_areas_page_tells_its_call_and_what_the_model_says(self) -> None:
        of = shown("commons-2019", 300)
        place = next(place for place, result in of.results.items() if result["declared"])
        standings = of.standings[COMMONS] | {"projection": {"areas": {place[1]: {"lab": 0.2, "con": 0.8}}}}
        result = of.results[place] | {"call": call("declared", right=False, area=place[1])}
        told = replace(of, standings={COMMONS: standings}, results={place: result})
        page = document(told, Address(contest=place[0], area=place[1]), Links(), stream=None)
        assert "DECLARED OTHERWISE THAN CALLED" in page
        assert page.index("Con 80%") < page.index("Lab 20%")


class TestOffice:
    SPAN: ClassVar[JSON] = {"low": 900_000, "median": 950_000, "high": 1_000_000, "level": 0.9}

    def test_a_candidates_chance_and_votes_at_the_end_are_told_as_a_model(self) -> None:
        of = shown("london-2012", 26)
        standings = json.loads(json.dumps(of.standings[MAYOR]))
        for place, row in enumerate(standings["candidates"]):
            final = self.SPAN if place < 2 else None
            row["projection"] = {
                "sequence": 27, "chance": 0.97 if not place else 0.03, "finalist": 1.0 if place < 2 else 0.0,
                "first": self.SPAN, "final": final,
            }  # fmt: skip
        page = drawn(replace(of, standings={MAYOR: standings}), MAYOR)
        assert ">97%</td>" in page
        assert "900,000 to 1,000,000" in page
        assert "computed from record 27" in page

    def test_without_one_there_is_no_table(self) -> None:
        assert "Votes at the end" not in drawn(shown("london-2012", 26), MAYOR)


class TestNationalShare:
    SHARE: ClassVar[JSON] = {
        "name": "Great Britain", "basis": "wards of 12 of 32 authorities", "sequence": 3,
        "authorities": {"voted": 12, "total": 32},
    }  # fmt: skip

    def test_it_is_told_with_its_range_and_its_basis(self) -> None:
        parties = {"lab": {"low": 0.35, "median": 0.36, "high": 0.37, "level": 0.9}}
        share = self.SHARE | {"parties": parties}
        page = drawn(commons(national_share=share), home=True)
        assert "Projected share: Great Britain" in page
        assert "35.0% to 37.0%" in page
        assert "from wards of 12 of 32 authorities." in page
        assert page.count("Projected share") == 1

    def test_a_night_of_many_bodies_tells_it_once_on_its_first_page(self) -> None:
        of = shown("london-boroughs-2022", 200)
        share = self.SHARE | {"parties": {"lab": {"low": 0.35, "median": 0.36, "high": 0.37, "level": 0.9}}}
        each = {body: standings | {"national_share": share} for body, standings in of.standings.items()}
        page = document(replace(of, standings=each), Address(), Links(), stream=None)
        assert page.count("Projected share: Great Britain") == 1

    def test_a_night_that_is_not_asked_for_one_has_none(self) -> None:
        assert "Projected share" not in drawn(commons(), home=True)

    def test_why_there_is_none_is_told(self) -> None:
        share = self.SHARE | {"parties": {}, "withheld": "too few authorities have voted"}
        assert "Too few authorities have voted." in drawn(commons(national_share=share), home=True)


def test_a_list_over_the_bar_and_a_night_without_majority_are_told_with_their_chances() -> None:
    of = shown("london-2012", 26)
    standings = json.loads(json.dumps(of.standings[BodyId("assembly")]))
    seats = {"low": 8, "median": 9, "high": 10, "level": 0.9}
    standings["parties"][0]["projection"] = {
        "sequence": 27, "seats": seats, "mean": 9.1, "largest": 0.8, "majority": 0.1, "share": None, "threshold": 0.75,
    }  # fmt: skip
    standings["projection"] = {
        "sequence": 27, "seed": "0", "draws": 10_000, "turnout": None, "unheard": ["Wales"], "no_majority": 0.84,
        "prior": "an exit poll", "areas": {},
    }  # fmt: skip
    page = drawn(replace(of, standings={BodyId("assembly"): standings}), BodyId("assembly"))
    assert "Over the bar" in page
    assert ">75%</td>" in page
    assert "Nobody has a majority on 84% of the model" in page
    assert "Nothing heard yet from: Wales." in page
    assert "expected before the count: an exit poll." in page
