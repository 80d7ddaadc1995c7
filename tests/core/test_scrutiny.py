"""Every finding there is: what brings it about, and the neighbour just inside the limit that does not."""

import json
from dataclasses import dataclass, replace

import pytest

from service.election import Election
from service.findings import FIGURE_MAX, FINDINGS, PAYLOAD_BYTES_MAX
from service.ids import BodyId, ContestId
from service.night import Night
from service.records import Message
from tests.core.borough import BOROUGH, codes, content_of, count, desk, findings_at, night_of, said, sent

VOTES = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
TWO_SEATS = {"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}
LISTS = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
FIRST = {"king-con": 50, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}
SECOND = {"mead-ld": {"king-con": 5, "lane-lab": 1}, "nash-alone": {"lane-lab": 4}}

UNCOUNTABLE = replace(
    BOROUGH,
    contests={**BOROUGH.contests, ContestId("ward"): replace(BOROUGH.contests[ContestId("ward")], rule="dhondt")},
)
"""An election that no folder gives: a rule for lists in a contest of candidates."""


def call(**fields: object) -> Message:
    return desk("call", **{"of": "area", "contest": "ward", "area": "north", "candidate": "ash-con", **fields})


def withdrawal(**fields: object) -> Message:
    return desk("withdraw", **(fields or {"of": "area", "contest": "ward", "area": "north"}))


def of_body(**fields: object) -> Message:
    return desk("call", **{"of": "largest", "body": "council", "party": "con", **fields})


def office(**fields: object) -> Message:
    return desk("call", **{"of": "office", "body": "mayor", "candidate": "king-con", **fields})


MAYOR_ALONE = replace(BOROUGH, bodies={BodyId("mayor"): BOROUGH.bodies[BodyId("mayor")]})
"""The borough, if nobody asked what its wards elect."""


@dataclass(frozen=True)
class Case:
    """Messages after which a code is there, and their neighbours after which it is not."""

    code: str
    what: str
    wrong: tuple[Message, ...]
    right: tuple[Message, ...]
    area: tuple[str, str] = ("ward", "north")
    test: bool = False
    election: Election = BOROUGH

    def night(self, messages: tuple[Message, ...]) -> Night:
        return night_of(*messages, election=self.election, test=self.test)


def kept_out(code: str, what: str, wrong: Message, right: Message, *, test: bool = False) -> Case:
    return Case(code, what, (wrong,), (right,), test=test)


def padded(size: int) -> Message:
    return sent(json.dumps(said(votes=VOTES)).encode().ljust(size))


def lacking(field: str) -> Message:
    return sent(json.dumps({name: value for name, value in said(votes=VOTES).items() if name != field}).encode())


def east(**fields: object) -> Message:
    return count("ward", "east", **{"votes": TWO_SEATS, **fields})


def mayor(**fields: object) -> Message:
    return count("mayor", "north", **{"votes": FIRST, **fields})


def board(papers: list[tuple[int, list[str]]], **fields: object) -> Message:
    return count("board", "north", papers=papers, **fields)


def correction(of: Message) -> Message:
    """One paper more for the first candidate than was sent."""
    return desk("correct", content=content_of(of), count=said(votes={**VOTES, "ash-con": VOTES["ash-con"] + 1}))


def lot(**fields: object) -> Message:
    standing = ["ash-con", "birch-lab"]
    return desk("lot", **{"contest": "ward", "area": "north", "options": standing, "order": standing, **fields})


NOT_HERE = "elections/borough-2024/counts/ward/south"

KEPT_OUT = [
    kept_out("E101", "one byte too many", padded(PAYLOAD_BYTES_MAX + 1), padded(PAYLOAD_BYTES_MAX)),
    kept_out(
        "E102",
        "Latin-1",
        sent(json.dumps(said(votes=VOTES, note="Grüße"), ensure_ascii=False).encode("latin-1")),
        sent(json.dumps(said(votes=VOTES, note="Grüße"), ensure_ascii=False).encode()),
    ),
    kept_out("E103", "a comma too many", sent(b'{"votes": {},}'), count(votes=VOTES)),
    kept_out(
        "E104",
        "a candidate twice",
        sent(json.dumps(said(votes=VOTES)).replace('"birch-lab"', '"ash-con"').encode()),
        count(votes=VOTES),
    ),
    kept_out("E105", "a field misspelt", count(votes=VOTES, reject=3), count(votes=VOTES, rejected=3)),
    kept_out("E106", "no area", lacking("area"), count(votes=VOTES)),
    kept_out("E106", "no contest", lacking("contest"), count(votes=VOTES)),
    kept_out("E106", "a declaration of nothing", count(), count(votes={})),
    kept_out("E106", "a rush of nobody", count(kind="rush"), count(kind="rush", winner="ash-con")),
    kept_out("E106", "a state of nothing", count(kind="state"), count(kind="state", state="tied")),
    kept_out("E107", "one more than can be read", east(rejected=FIGURE_MAX + 1), east(rejected=FIGURE_MAX)),
    kept_out("E107", "less than nothing", count(votes=VOTES, rejected=-1), count(votes=VOTES, rejected=0)),
    kept_out("E108", "a name of 81 letters", count(votes=VOTES, source="a" * 81), count(votes=VOTES, source="a" * 80)),
    kept_out("E108", "elected twice", east(elected=["fern-con"] * 2), east(elected=["fern-con", "gorse-con"])),
    kept_out("E108", "a lot that leaves somebody out", lot(order=["ash-con"]), lot()),
    kept_out("E109", "votes in a rush", count(kind="rush", winner="ash-con", votes=VOTES), count(votes=VOTES)),
    kept_out("E109", "a winner in a declaration", count(votes=VOTES, winner="ash-con"), count(votes=VOTES)),
    kept_out("E109", "votes in a withdrawal", count(kind="withdrawal", votes=VOTES), count(kind="withdrawal")),
    kept_out("E109", "a state in a declaration", count(votes=VOTES, state="tied"), count(votes=VOTES)),
    kept_out("E109", "transfers where nobody transfers", count(votes=VOTES, transfers={"ash-con": 1}), mayor()),
    kept_out("E109", "papers where votes are counted", count(papers=[[1, ["ash-con"]]]), board([(1, ["oak-con"])])),
    kept_out(
        "E109",
        "a winner and somebody else elected",
        count(kind="rush", winner="ash-con", elected=["birch-lab"]),
        count(kind="rush", elected=["birch-lab"]),
    ),
    kept_out(
        "E109",
        "second preferences said twice",
        mayor(transfers={"king-con": 5, "lane-lab": 5}, second_preferences=SECOND),
        mayor(second_preferences=SECOND),
    ),
    kept_out(
        "E109",
        "somebody elected in an area of a contest that adds up",
        mayor(elected=["king-con"]),
        mayor(kind="rush", votes=None, winner="king-con"),
    ),
    kept_out("E109", "seats where votes add up", count("list", "north", seats={"con": 1}), east(seats={"con": 1})),
    kept_out("E201", "another area's topic", sent(said(votes=VOTES), NOT_HERE), count(votes=VOTES)),
    kept_out(
        "E201",
        "another contest's topic",
        sent(said(votes=VOTES), "elections/borough-2024/counts/list/north"),
        sent(said(votes=VOTES), "another/top/borough-2024/counts/ward/north"),
    ),
    kept_out("E202", "a contest that is not held", count("nothing", votes=VOTES), count(votes=VOTES)),
    kept_out("E202", "a lot in one", lot(contest="nothing"), lot()),
    kept_out("E203", "an area that is not there", count("ward", "west", votes=VOTES), count(votes=VOTES)),
    kept_out("E203", "one that does not vote in it", count("board", "south", papers=[]), board([])),
    kept_out("E203", "a lot there", lot(area="west"), lot()),
    kept_out(
        "E203",
        "a lot in an area of a contest that adds up",
        lot(contest="list", options=["con", "lab"], order=["lab", "con"]),
        lot(contest="list", area=None, options=["con", "lab"], order=["lab", "con"]),
    ),
    kept_out("E204", "votes for another area's candidate", count(votes={"dell-con": 1}), count(votes={"ash-con": 1})),
    kept_out(
        "E204", "a party without a list", count("list", "north", votes={"x": 1}), count("list", "north", votes=LISTS)
    ),
    kept_out("E204", "a lot for a stranger", lot(options=["ash-con", "x"], order=["x", "ash-con"]), lot()),
    kept_out("E204", "seats of no party", east(seats={"x": 1}), east(seats={"lab": 1})),
    kept_out(
        "E204", "transfers to a stranger", mayor(transfers={"x": 1}), mayor(transfers={"king-con": 1, "lane-lab": 1})
    ),
    kept_out(
        "E204", "a stranger on a ballot paper", board([(1, ["oak-con", "x"])]), board([(1, ["oak-con", "pine-lab"])])
    ),
    kept_out(
        "E205", "a winner who does not stand", count(kind="rush", winner="x"), count(kind="rush", winner="cedar-ld")
    ),
    kept_out("E205", "elected and not standing", east(elected=["x"]), east(elected=["ivy-lab"])),
    kept_out("E206", "a test on the night itself", count(votes=VOTES, test=True), count(votes=VOTES)),
    kept_out("E206", "a decision as a test", desk("note", test=True), desk("note")),
    kept_out("E207", "no test on a test night", count(votes=VOTES), count(votes=VOTES, test=True), test=True),
    kept_out("E207", "a decision on a test night", desk("note"), desk("note", test=True), test=True),
    kept_out("E208", "a topic of nobody", sent(said(votes=VOTES), "elections/borough-2024/other"), count(votes=VOTES)),
    kept_out("E301", "a vote too many", count(votes=VOTES, valid=649), count(votes=VOTES, valid=650)),
    kept_out("E301", "a vote too few", count(votes=VOTES, valid=651), count(votes=VOTES, valid=650)),
    kept_out(
        "E301",
        "too many, somebody missing",
        count(votes={"ash-con": 651}, valid=650),
        count(votes={"ash-con": 300}, valid=650),
    ),
    kept_out(
        "E301",
        "votes that are not those on the papers",
        board([(3, ["oak-con"])], votes={"oak-con": 2}),
        board([(3, ["oak-con"])], votes={"oak-con": 3}),
    ),
    kept_out(
        "E302",
        "a paper too many",
        count(votes=VOTES, rejected=10, ballots=661),
        count(votes=VOTES, rejected=10, ballots=660),
    ),
    kept_out("E302", "more rejected than cast", east(rejected=501, ballots=500), east(rejected=200, ballots=500)),
    kept_out("E303", "a ballot too many", count(votes=VOTES, ballots=1001), count(votes=VOTES, ballots=1000)),
    kept_out(
        "E303",
        "a vote too many for the folder's electorate",
        count(votes={**VOTES, "ash-con": 651}),
        count(votes={**VOTES, "ash-con": 650}),
    ),
    kept_out("E303", "too many for its own", count(votes=VOTES, electorate=649), count(votes=VOTES, electorate=650)),
    kept_out("E303", "two votes for everybody", east(electorate=299), east(electorate=300)),
    kept_out(
        "E304",
        "more counted than there is",
        count(votes=VOTES, counted={"done": 41, "of": 40}),
        count(votes=VOTES, counted={"done": 40, "of": 40}),
    ),
    kept_out("E305", "three votes on two-vote papers", east(valid=299), east(valid=300)),
    kept_out("E305", "rejected papers left aside", east(rejected=11, ballots=310), east(rejected=10, ballots=310)),
    kept_out(
        "E305", "papers alone", count(votes={"ash-con": 301}, ballots=300), count(votes={"ash-con": 300}, ballots=300)
    ),
    kept_out(
        "E306",
        "more transferred than there were to transfer",
        mayor(transfers={"king-con": 5, "lane-lab": 6}),
        mayor(transfers={"king-con": 5, "lane-lab": 5}),
    ),
    kept_out(
        "E306",
        "more second preferences than first ones",
        mayor(second_preferences={"mead-ld": {"king-con": 5, "lane-lab": 2}}),
        mayor(second_preferences={"mead-ld": {"king-con": 5, "lane-lab": 1}}),
    ),
    kept_out(
        "E307",
        "three elected to two seats",
        east(elected=["fern-con", "gorse-con", "ivy-lab"]),
        east(elected=["fern-con", "gorse-con"]),
    ),
    kept_out("E307", "three seats of two", east(seats={"con": 2, "lab": 1}), east(seats={"con": 1, "lab": 1})),
    kept_out(
        "E308",
        "a candidate twice on a paper",
        board([(1, ["oak-con", "oak-con"])]),
        board([(1, ["oak-con", "pine-lab"])]),
    ),
    kept_out("E308", "an empty paper", board([(1, [])]), board([(0, ["oak-con"])])),
    kept_out("E106", "a call of nobody", call(candidate=None), call()),
    kept_out("E106", "a withdrawal of no area", desk("withdraw", of="area", contest="ward"), withdrawal()),
    kept_out("E109", "a call of an area with a body", call(body="council"), call()),
    kept_out("E109", "a withdrawal with a party", withdrawal(of="largest", body="council", area="north"), withdrawal()),
    kept_out("E202", "a call in no contest", call(contest="x"), call()),
    kept_out("E203", "a call of no area", call(area="x"), call()),
    kept_out("E203", "a call of an area that covers others", call(contest="list", area="borough"), call()),
    kept_out("E205", "a call of who does not stand here", call(candidate="dell-con"), call(candidate="birch-lab")),
    kept_out("E205", "a call of no party", of_body(party="x"), of_body(party="lab")),
    kept_out("E205", "a call of the others together", of_body(party="others"), of_body(party="lab")),
    kept_out("E205", "nobody called the largest", of_body(party="none"), of_body(of="control", party="none")),
    kept_out("E206", "a call as a test", call(test=True), call()),
    kept_out("E209", "a call of no body", of_body(body="x"), of_body()),
    kept_out("E401", "an action that nobody can take", desk("dance"), desk("note")),
    kept_out("E402", "a call of a ward with two seats", call(area="east", candidate="fern-con"), call()),
    Case("E402", "a call of a member of no body", (call(),), (office(),), election=MAYOR_ALONE),
    kept_out("E402", "a call of a part that adds up", call(contest="mayor", candidate="king-con"), office()),
    kept_out("E402", "an office that the body has not", office(body="council"), office()),
    kept_out("E402", "the largest party of an office", of_body(body="mayor"), of_body()),
    Case(
        "E901",
        "votes that the rule cannot count",
        (count(votes=VOTES),),
        (count(kind="rush", winner="ash-con"),),
        election=UNCOUNTABLE,
    ),
]

BEFORE = count(votes=VOTES, kind="partial")

SHOWN = [
    Case(
        "W101",
        "a vote fewer",
        (BEFORE, count(votes={**VOTES, "ash-con": 299}, revision=2)),
        (BEFORE, count(votes=VOTES, revision=2)),
    ),
    Case(
        "W102",
        "another winner than announced",
        (count(kind="rush", winner="birch-lab"), count(votes=VOTES, revision=2)),
        (count(kind="rush", winner="ash-con"), count(votes=VOTES, revision=2)),
    ),
    Case(
        "W103",
        "the press says otherwise",
        (count(votes=VOTES), count(votes={**VOTES, "ash-con": 301}, source="press")),
        (count(votes=VOTES), count(votes=VOTES, rejected=3, source="press")),
    ),
    Case(
        "W104",
        "two contents at one revision",
        (count(votes=VOTES), count(votes={**VOTES, "ash-con": 301})),
        (count(votes=VOTES), count(votes={**VOTES, "ash-con": 301}, revision=2)),
    ),
    Case(
        "W104",
        "equal ranks that disagree",
        (count(votes=VOTES), count(votes={**VOTES, "ash-con": 301}, source="second-count")),
        (count(votes=VOTES), count(votes=VOTES, source="second-count")),
    ),
    Case(
        "W105",
        "parts that do not add up",
        (
            count("list", "south", votes=LISTS),
            count("list", "east", votes=LISTS),
            count("list", "riverside", votes={choice: 2 * votes for choice, votes in LISTS.items()} | {"con": 81}),
        ),
        (
            count("list", "south", votes=LISTS),
            count("list", "east", votes=LISTS),
            count("list", "riverside", votes={choice: 2 * votes for choice, votes in LISTS.items()}),
        ),
        area=("list", "riverside"),
    ),
    Case(
        "W105",
        "parts that have not all declared",
        (
            count("list", "south", votes=LISTS),
            count("list", "east", votes=LISTS),
            count("list", "riverside", votes=LISTS),
        ),
        (
            count("list", "south", votes=LISTS),
            count("list", "east", votes=LISTS, kind="partial"),
            count("list", "riverside", votes=LISTS),
        ),
        area=("list", "riverside"),
    ),
    Case("W106", "somebody without a figure", (count(votes={"ash-con": 1}),), (count(votes=VOTES),)),
    Case(
        "W107",
        "a share that moved by 25 points",  # 50% last time
        (count(votes={"ash-con": 75, "birch-lab": 15, "cedar-ld": 10}),),
        (count(votes={"ash-con": 7499, "birch-lab": 1501, "cedar-ld": 1000}, electorate=10_000),),
    ),
    Case(
        "W108",
        "a declaration against a call",
        (call(candidate="birch-lab"), count(votes=VOTES)),
        (call(candidate="ash-con"), count(votes=VOTES)),
    ),
    Case(
        "W109",
        "other figures than were sent",
        (count(votes=VOTES), correction(count(votes=VOTES))),
        (count(votes=VOTES, revision=2), correction(count(votes=VOTES))),
    ),
]


def named(case: Case) -> str:
    return f"{case.code} {case.what}"


class TestEveryFinding:
    def test_has_a_case(self) -> None:
        assert {case.code for case in (*KEPT_OUT, *SHOWN)} == set(FINDINGS)

    @pytest.mark.parametrize("case", KEPT_OUT, ids=named)
    def test_keeps_out_what_is_wrong(self, case: Case) -> None:
        night = case.night(case.wrong)
        assert case.code in codes(night)
        assert night.quarantined == 1

    @pytest.mark.parametrize("case", KEPT_OUT, ids=named)
    def test_lets_in_the_neighbour(self, case: Case) -> None:
        assert codes(case.night(case.right)) == []

    @pytest.mark.parametrize("case", [case for case in KEPT_OUT if case.code != "E901"], ids=named)
    def test_follows_from_the_message_and_the_election_alone(self, case: Case) -> None:
        company = (
            count(votes=VOTES, source="press", test=case.test),
            count("ward", "east", votes=TWO_SEATS, source="press"),
        )
        wrong, right = case.night((*company, *case.wrong)), case.night((*company, *case.right))
        alone = night_of(*company, election=case.election, test=case.test)
        assert sorted(codes(wrong)) == sorted([*codes(alone), *codes(case.night(case.wrong))])
        assert codes(right) == codes(alone)

    @pytest.mark.parametrize("case", SHOWN, ids=named)
    def test_shows_what_is_odd_and_counts_it(self, case: Case) -> None:
        night = case.night(case.wrong)
        assert case.code in findings_at(night, *case.area)
        assert codes(night) == []

    @pytest.mark.parametrize("case", SHOWN, ids=named)
    def test_says_nothing_of_the_neighbour(self, case: Case) -> None:
        night = case.night(case.right)
        assert findings_at(night, *case.area) == []
        assert codes(night) == []


class TestAMessageWithSeveralFaults:
    def test_tells_all_of_them(self) -> None:
        night = night_of(
            count(votes=VOTES, valid=649, rejected=10, ballots=1001, counted={"done": 2, "of": 1}, electorate=600)
        )
        assert codes(night) == ["E304", "E301", "E302", "E303", "E303", "E303"]

    def test_on_a_wrong_topic_tells_the_others_too(self) -> None:
        assert codes(night_of(sent(said(votes=VOTES, valid=649), NOT_HERE))) == ["E201", "E301"]
