"""What a model suggests to the desk: late, reluctantly given up, never of what is in doubt; and what is told of it."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from service.ids import BodyId
from service.messages import raw_hash
from service.night import Night, Told
from service.projection import PartyProjection, Projection, Withheld
from service.projection.calls import CALLED_FROM, KEPT_FROM, Call
from service.records import Message
from service.standings import NOT_YET, Outlook
from tests.core.borough import apply, content_of, count, desk, night_of, place, sent, without_stamp
from tests.core.messages_drawn import Drawn, examples, nights

COUNCIL = BodyId("council")
SURE, LIKELY, UNSURE = (1 + CALLED_FROM) / 2, (CALLED_FROM + KEPT_FROM) / 2, KEPT_FROM / 2
NORTH_CON = Call("area", "north", "con")
LARGEST = Call("largest", None, "con")
AHEAD = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
BAD = count(votes=AHEAD, valid=1)
HELD = count(votes={"ash-con": 1, "birch-lab": 2, "cedar-ld": 3}, kind="partial", source="second-count")
HOLD = desk("hold", content=content_of(HELD))


def outlook(
    night: Night, *, north: float = UNSURE, largest: float = UNSURE, majority: float = UNSURE, **fields: Any
) -> Outlook:
    """A projection of the council after the last record."""
    said = Projection(
        parties={"con": PartyProjection("con", 1, 2, 3, 2.0, largest, majority, None, {2: 1.0})},
        areas={"north": {"con": north, "lab": round(1 - north, 4)}, "east": {"con": 1.0}},
        turnout=None,
        unheard=(),
        draws=1000,
        seed=1,
    )
    return Outlook(**{"sequence": night.stamp.sequence, "seed": 1, "said": said, **fields})


def suggested(night: Night, of: Outlook | None, before: frozenset[Call] = frozenset()) -> dict[str, Any]:
    """What is suggested, by area, or by what is asked of the body."""
    entries = night.standings(COUNCIL, of, before)["calls"]
    return {entry["area"] or entry["of"]: dict(entry) for entry in entries if entry["status"] == "suggested"}


class TestASuggestion:
    def test_says_who_and_how_sure_the_model_is(self) -> None:
        night = night_of()
        entry = suggested(night, outlook(night, north=SURE))["north"]
        assert (entry["candidate"], entry["party"], entry["chance"]) == ("ash-con", "con", SURE)
        assert (entry["by"], entry["decision"], entry["sequence"]) == (None, None, 1)

    def test_is_made_late_and_given_up_reluctantly(self) -> None:
        night = night_of()
        before = frozenset({NORTH_CON})
        assert not suggested(night, outlook(night, north=LIKELY))
        assert set(suggested(night, outlook(night, north=LIKELY), before)) == {"north"}
        assert not suggested(night, outlook(night, north=UNSURE), before)

    def test_may_be_of_the_body(self) -> None:
        night = night_of()
        assert set(suggested(night, outlook(night, largest=SURE))) == {"largest"}

    def test_is_none_of_a_ward_with_several_seats(self) -> None:
        night = night_of()
        assert "east" not in suggested(night, outlook(night, north=SURE))

    def test_is_none_without_a_projection(self) -> None:
        night = night_of()
        assert not suggested(night, None, frozenset({NORTH_CON}))
        weak = outlook(night, said=Withheld("too few areas"))
        assert not suggested(night, weak, frozenset({NORTH_CON}))

    def test_stays_after_a_start_until_the_first_projection(self) -> None:
        night = night_of()
        start = outlook(night, sequence=0, said=Withheld(NOT_YET))
        assert set(suggested(night, start, frozenset({NORTH_CON}))) == {"north"}
        assert not suggested(night, start)

    def test_ends_with_the_declaration_and_gives_way_to_the_desk(self) -> None:
        for message, status in [
            (count(votes=AHEAD), []),
            (desk("call", of="area", contest="ward", area="north", candidate="birch-lab"), ["called"]),
            (desk("withdraw", of="area", contest="ward", area="north"), ["withdrawn"]),
        ]:
            night = night_of(message)
            calls = night.standings(COUNCIL, outlook(night, north=SURE), frozenset({NORTH_CON}))["calls"]
            assert [entry["status"] for entry in calls] == status

    def test_leaves_the_chance_beside_the_desks_call(self) -> None:
        night = night_of(desk("call", of="area", contest="ward", area="north", candidate="birch-lab"))
        (entry,) = night.standings(COUNCIL, outlook(night, north=0.75))["calls"]
        assert entry["chance"] == 0.25


class TestAnOffice:
    def test_is_suggested_for_its_candidate(self) -> None:
        night = night_of()
        calls = night.standings(BodyId("mayor"), outlook(night, majority=SURE, largest=SURE))["calls"]
        assert [(call["of"], call["candidate"], call["chance"]) for call in calls] == [("office", "king-con", SURE)]


class TestNoOverallControl:
    def test_is_suggested_where_nobody_has_the_chance_of_a_majority(self) -> None:
        night = night_of()
        entry = suggested(night, outlook(night, majority=round(1 - SURE, 4)))["control"]
        assert (entry["party"], entry["chance"]) == ("none", SURE)
        assert "control" not in suggested(night, outlook(night, majority=round(1 - LIKELY, 4)))
        kept = frozenset({Call("majority", None, "none")})
        assert "control" in suggested(night, outlook(night, majority=round(1 - LIKELY, 4)), kept)
        bad = night_of(BAD)
        assert "control" not in suggested(bad, outlook(bad, majority=0.0), kept)


class TestWhatIsInDoubt:
    """Never while something in quarantine, held or in dispute could change it."""

    @pytest.mark.parametrize(
        "messages",
        [
            pytest.param([BAD], id="a count that does not add up"),
            pytest.param([sent(b"hello")], id="a count that cannot be read"),
            pytest.param([count("ward", "nrth", votes=AHEAD)], id="a count of an area that there is not"),
            pytest.param([count("wrd", "north", votes=AHEAD)], id="a count in a contest that there is not"),
            pytest.param([HOLD, HELD], id="a count that is held"),
            pytest.param(
                [count(kind="partial", votes=AHEAD), count(kind="partial", votes={**AHEAD, "ash-con": 1})],
                id="a dispute",
            ),
            pytest.param([count(kind="state", state="recount_ordered")], id="a recount"),
            pytest.param([count(kind="state", state="tied")], id="a tie"),
            pytest.param(
                [
                    count(
                        kind="partial",
                        votes={"ash-con": 201, "birch-lab": 200, "cedar-ld": 0},
                        counted={"done": 5, "of": 5},
                    )
                ],
                id="a lead so small that a recount is likely",
            ),
        ],
    )
    def test_is_not_suggested(self, messages: list[Message]) -> None:
        night = night_of(*messages)
        sure = outlook(night, north=SURE)
        assert not suggested(night, sure)
        assert not suggested(night, sure, frozenset({NORTH_CON}))

    def test_is_suggested_once_that_is_settled(self) -> None:
        night = night_of(BAD, desk("reject", content=content_of(BAD)))
        assert set(suggested(night, outlook(night, north=SURE))) == {"north"}

    def test_in_a_call_that_nobody_can_place_does_not_matter_to_any_figures(self) -> None:
        for action in ("call", "withdraw"):
            night = night_of(
                desk(action, of="area", contest="ward", area="nrth", candidate="ash-con"), desk("note", who=1)
            )
            standings = night.standings(COUNCIL)
            assert (standings["quarantined"], standings["in_doubt"]["could_change"]) == (2, "no")
            assert set(suggested(night, outlook(night, north=SURE, largest=SURE))) == {"north", "largest"}

    @pytest.mark.parametrize("action", ["reject", "dance"])
    def test_in_a_decision_that_cannot_be_read_is_told_and_is_no_count_that_could_change_a_call(
        self, action: str
    ) -> None:
        night = night_of(desk(action, who=1))
        assert night.standings(COUNCIL)["in_doubt"]["could_change"] == "unknown"
        assert set(suggested(night, outlook(night, north=SURE, largest=SURE))) == {"north", "largest"}

    def test_in_a_count_suspends_what_it_could_change_whatever_else_cannot_be_read(self) -> None:
        night = night_of(desk("reject", who=1), sent(b"hello"))
        assert set(suggested(night, outlook(night, north=SURE, largest=SURE), frozenset({LARGEST}))) == set()

    def test_elsewhere_does_not_matter_to_an_area(self) -> None:
        elsewhere = [count("ward", "south", votes={"dell-con": 1, "elm-lab": 2}, valid=1), desk("dance")]
        night = night_of(*elsewhere)
        assert set(suggested(night, outlook(night, north=SURE))) == {"north"}

    @pytest.mark.parametrize("messages", [[BAD], [HOLD, HELD], [sent(b"hello")]])
    def test_anywhere_keeps_the_body_from_being_suggested(self, messages: list[Message]) -> None:
        night = night_of(*messages)
        sure = outlook(night, largest=SURE)
        assert not suggested(night, sure)
        assert not suggested(night, sure, frozenset({LARGEST}))

    def test_is_no_different_whatever_a_held_count_says(self) -> None:
        """Else the desk's screen would tell what is held."""
        told = []
        for votes in ({"ash-con": 640, "birch-lab": 5, "cedar-ld": 5}, {"ash-con": 1, "birch-lab": 640, "cedar-ld": 9}):
            held = count(votes=votes)
            night = night_of(held, desk("hold", content=content_of(held)))
            told.append(night.standings(COUNCIL, outlook(night, north=SURE, largest=SURE), frozenset({NORTH_CON})))
        assert {name for name in told[0] if told[0][name] != told[1][name]} == {"digest"}  # type: ignore[literal-required]


class TestAnyNight:
    """Whatever was said, in whatever order, with a model that is quite sure of everything."""

    @examples(40)
    @given(nights(messages_max=9))
    def test_suggests_nothing_that_could_be_changed_or_is_answered(self, drawn: Drawn) -> None:
        night = night_of(*drawn.messages)
        sure = everywhere(night)
        standings = night.standings(COUNCIL, sure, frozenset({NORTH_CON, LARGEST}))
        waiting = night.quarantine()
        for call in standings["calls"]:
            if call["status"] != "suggested":
                continue
            assert call["in_doubt"] is False
            if call["area"] is None:
                assert without_bad_decisions(drawn, night).standings(COUNCIL)["in_doubt"]["could_change"] == "no"
                assert (standings["held"], standings["disputed"]) == (0, 0)
                continue
            result = night.result(place("ward", call["area"]))
            assert (result["declared"], result["disputed"], result["held"]) == (False, False, 0)
            assert not [kept for kept in waiting if f"ward/{call['area']}" in kept["topic"]]
            assert (result["call"], result["certain"]) == (None, [])

    @examples(40)
    @given(nights(messages_max=9))
    def test_ends_in_the_same_suggestions_in_any_order(self, drawn: Drawn) -> None:
        once, again = night_of(*drawn.messages), night_of(*drawn.again)
        sure = everywhere(once, sequence=1000)
        ends = [without_stamp(night.standings(COUNCIL, sure, frozenset({LARGEST}))) for night in (once, again)]
        assert ends[0] == ends[1]


def without_bad_decisions(drawn: Drawn, night: Night) -> Night:
    """The same night without what the desk said and nobody can read."""
    bad = {kept["content"] for kept in night.quarantine() if "/desk/" in kept["topic"]}
    return night_of(*(each for each in drawn.messages if raw_hash(each.topic, each.payload) not in bad))


def everywhere(night: Night, *, sequence: int | None = None) -> Outlook:
    """A projection that gives the Conservatives every ward and the council."""
    line = PartyProjection("con", 7, 7, 7, 7.0, 1.0, 1.0, None, {7: 1.0})
    areas = {area: {"con": 1.0} for area in ("north", "south", "east")}
    said = Projection({"con": line}, areas, turnout=None, unheard=(), draws=1000, seed=1)
    return Outlook(sequence or night.stamp.sequence, 1, said)


class TestAnOldProjection:
    """A projection is worked out beside the night, and may be older than the last count."""

    def test_suggests_nothing_anew_of_an_area_that_has_changed(self) -> None:
        night = night_of(BAD)
        old = outlook(night, north=SURE, largest=SURE)
        apply(night, desk("release", content=content_of(BAD)))
        apply(night, count(kind="withdrawal", revision=2))
        assert not suggested(night, old)
        assert set(suggested(night, outlook(night, north=SURE, largest=SURE))) == {"north", "largest"}

    def test_keeps_what_was_suggested_until_the_next(self) -> None:
        night = night_of()
        old = outlook(night, north=SURE)
        apply(night, count(kind="partial", votes=AHEAD))
        assert set(suggested(night, old, frozenset({NORTH_CON}))) == {"north"}


class Watched:
    """A night as it is published: standings written after each step, and what is told of them."""

    def __init__(self, *heard: Mapping[str, Any]) -> None:
        self.night, self.told = night_of(), Told()
        for event in heard:
            self.told.hear(event)

    def write(self, of: Outlook | None) -> list[dict[str, Any]]:
        standings = self.night.standings(COUNCIL, of, self.told.suggested(COUNCIL), self.told.suspended(COUNCIL))
        return list(self.told.tell(standings))

    def kinds(self, **chances: float) -> list[str]:
        return [event["event"] for event in self.write(outlook(self.night, **chances))]


class TestWhatIsTold:
    def test_is_each_suggestion_once(self) -> None:
        watched = Watched()
        (event,) = watched.write(outlook(watched.night, north=SURE))
        assert (event["event"], event["text"]) == (
            "call_suggested",
            "Council: suggested to the desk, not called: North (Con)",
        )
        assert event["calls"] == [
            {
                "of": "area",
                "contest": "ward",
                "area": "north",
                "name": "North",
                "candidate": "ash-con",
                "party": "con",
                "chance": SURE,
            }
        ]
        assert watched.kinds(north=SURE) == []

    def test_is_all_at_once_so_that_no_declaration_waits_behind_hundreds(self) -> None:
        watched = Watched()
        (event,) = watched.write(outlook(watched.night, north=SURE, largest=SURE))
        assert {(call["of"], call["party"]) for call in event["calls"]} == {("area", "con"), ("largest", "con")}

    def test_does_not_flap(self) -> None:
        watched = Watched()
        told = [watched.kinds(north=chance) for chance in (LIKELY, SURE, LIKELY, SURE, LIKELY, UNSURE, LIKELY, SURE)]
        assert told == [[], ["call_suggested"], [], [], [], ["call_suggestion_dropped"], [], ["call_suggested"]]

    def test_is_why_a_suggestion_was_dropped(self) -> None:
        for message, later, because in [
            (BAD, {"north": SURE}, "something there is in doubt"),
            (
                count("ward", "south", kind="partial", votes={"dell-con": 1, "elm-lab": 2}),
                {},
                "the model is no longer sure",
            ),
        ]:
            watched = Watched()
            watched.kinds(north=SURE)
            apply(watched.night, message)
            (event,) = watched.write(outlook(watched.night, **later))
            assert (event["event"], event["calls"][0]["because"]) == ("call_suggestion_dropped", because)
            assert event["text"].endswith(because)

    def test_is_that_the_projection_is_withheld(self) -> None:
        watched = Watched()
        watched.kinds(north=SURE)
        (event,) = watched.write(outlook(watched.night, said=Withheld("too few areas")))
        assert event["calls"][0]["because"] == "too few areas"

    def test_is_nothing_once_it_is_declared_or_called(self) -> None:
        for message in (
            count(votes=AHEAD),
            desk("call", of="area", contest="ward", area="north", candidate="ash-con"),
        ):
            watched = Watched()
            watched.kinds(north=SURE)
            apply(watched.night, message)
            assert watched.kinds(north=SURE) == []

    def test_is_given_back_as_late_as_it_is_given_up_once_the_doubt_is_settled(self) -> None:
        """Else one count that nobody can place would leave the desk without suggestions that the model still holds."""
        stray = count("ward", "nowhere", votes=AHEAD)
        heard = Watched()
        made = heard.write(outlook(heard.night, north=SURE, largest=SURE))
        apply(heard.night, stray)
        (dropped,) = heard.write(outlook(heard.night, north=LIKELY, largest=LIKELY))
        assert {call["because"] for call in dropped["calls"]} == {"something there is in doubt"}
        assert heard.kinds(north=LIKELY, largest=LIKELY) == []
        restarted = Watched(*made, dropped)
        apply(restarted.night, stray)
        for watched in (heard, restarted):
            assert watched.write(outlook(watched.night, sequence=0, said=Withheld(NOT_YET))) == []
            apply(watched.night, desk("reject", content=content_of(stray)))
            (again,) = watched.write(outlook(watched.night, north=LIKELY, largest=LIKELY))
            assert again["event"] == "call_suggested"
            assert {(call["of"], call["chance"]) for call in again["calls"]} == {("area", LIKELY), ("largest", LIKELY)}
            assert watched.kinds(north=LIKELY, largest=LIKELY) == []

    def test_is_not_given_back_where_the_model_became_unsure_meanwhile(self) -> None:
        watched = Watched()
        watched.kinds(north=SURE)
        apply(watched.night, BAD)
        assert watched.kinds(north=SURE) == ["call_suggestion_dropped"]
        assert watched.kinds(north=UNSURE) == []
        apply(watched.night, desk("reject", content=content_of(BAD)))
        assert watched.kinds(north=LIKELY) == []
        assert watched.kinds(north=SURE) == ["call_suggested"]

    def test_is_not_given_back_from_a_projection_older_than_what_settled_the_doubt(self) -> None:
        watched = Watched()
        watched.kinds(north=SURE)
        apply(watched.night, BAD)
        old = outlook(watched.night, north=SURE)
        assert [event["event"] for event in watched.write(old)] == ["call_suggestion_dropped"]
        apply(watched.night, desk("release", content=content_of(BAD)))
        apply(watched.night, count(kind="withdrawal", revision=2))
        assert watched.write(old) == []
        assert watched.kinds(north=LIKELY) == ["call_suggested"]

    def test_is_not_told_again_after_a_restart_nor_forgotten(self) -> None:
        before = Watched()
        events = before.write(outlook(before.night, north=SURE))
        after = Watched(*events)
        start = outlook(after.night, sequence=0, said=Withheld(NOT_YET))
        assert after.write(start) == []
        assert after.kinds(north=LIKELY) == []
        assert after.kinds(north=UNSURE) == ["call_suggestion_dropped"]

    def test_has_a_name_that_is_the_same_if_a_crash_has_it_told_twice(self) -> None:
        """It went out, and was not yet on record as said."""
        crashed, watched = Watched(), Watched()
        (event,) = crashed.write(outlook(crashed.night, north=SURE))
        (same,) = watched.write(outlook(watched.night, north=SURE))
        assert event["id"] == same["id"]
        watched.kinds(north=UNSURE)
        (again,) = watched.write(outlook(watched.night, north=SURE))
        (other,) = Watched().write(outlook(watched.night, north=SURE, largest=SURE))
        assert len({same["id"], again["id"], other["id"]}) == 3

    def test_is_nothing_of_a_body_of_which_nothing_is_in(self) -> None:
        """Two seats by transferable vote for three parties with one candidate each: nobody can have more than half."""
        told, night = Told(), night_of()
        standings = night.standings(BodyId("board"))
        assert standings["certain"]["control"] == "none"
        assert list(told.tell(standings)) == []
        apply(night, count("board", "north", papers=[[5, ["oak-con"]], [4, ["pine-lab"]]], kind="partial"))
        assert [event["event"] for event in told.tell(night.standings(BodyId("board")))] == ["certain"]

    def test_is_nothing_that_is_certain_of_what_is_declared(self) -> None:
        """The last count decides both at once: then it is declared, and certain is no news."""
        told, night = Told(), night_of()
        papers = [count("board", "north", papers=[[5, ["oak-con"]], [4, ["pine-lab"]]])]
        question = [count("question", area, votes={"yes": 5, "no": 3}) for area in ("north", "south", "east")]
        for message in (*papers, *question):
            apply(night, message)
        for body in (BodyId("board"), BodyId("question")):
            standings = night.standings(body)
            assert standings["complete"]
            assert standings["certain"]["control"] or standings["certain"]["elected"]
            assert list(told.tell(standings)) == []

    def test_is_what_is_certain_once_a_declaration_is_taken_back(self) -> None:
        told, night = Told(), night_of()
        apply(night, count("board", "north", papers=[[5, ["oak-con"]], [4, ["pine-lab"]]]))
        assert list(told.tell(night.standings(BodyId("board")))) == []
        apply(night, count("board", "north", papers=[[5, ["oak-con"]]], kind="partial", revision=3))
        apply(night, count("board", "north", kind="withdrawal", revision=2))
        assert [event["event"] for event in told.tell(night.standings(BodyId("board")))] == ["certain"]

    def test_is_what_became_certain_after_a_crash_too(self) -> None:
        """It had become certain, and the service died before it said so."""
        watched = Watched()
        sure = [
            count("ward", "north", votes=AHEAD),
            count("ward", "south", votes={"dell-con": 310, "elm-lab": 290}),
            count("ward", "east", elected=["fern-con", "gorse-con"]),
        ]
        for message in sure:
            apply(watched.night, message)
        (event,) = watched.write(None)
        assert (event["event"], event["control"]) == ("certain", "con")
        heard = Watched(event)
        for message in sure:
            apply(heard.night, message)
        assert heard.write(None) == []
