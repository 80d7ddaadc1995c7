"""The election folder: what it is read as, and everything that can be wrong with it, each with its file and line."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from service.app import check_election
from service.counting import RULES
from service.election import Election
from service.folder import FolderProblems, Problem, content_of, read_election
from service.ids import AreaId, BodyId, CandidateId, ContestId, PartyId
from service.standings.outlook.evidence import shares_before
from tests.core.borough import BASELINE_CSV, BOROUGH, CANDIDATES_CSV, ELECTION_TOML, FILES
from tests.core.messages_drawn import LONGER
from tests.elections.night_files import CONFIG

WARD, NORTH, EAST = ContestId("ward"), AreaId("north"), AreaId("east")

AREAS_CSV = b"""id,name,covers,body,seats,electorate
west,West,,,,900
hill,The Hill,,board,3,
both,Both,west hill,,,
"""

BODIES_CSV = b"""id,name,contests,seats
region,The region,list,11
"""


def problems(files: Mapping[str, bytes]) -> list[tuple[str, int]]:
    """Where there are problems."""
    try:
        read_election(files, rules=RULES)
    except FolderProblems as wrong:
        return [(problem.file, problem.line) for problem in wrong.problems]
    return []


def changed(file: str, old: str, new: str, *, occurrence: int = 1) -> tuple[dict[str, bytes], int]:
    """The borough's files with something put in another's place, and the line (from 1) where that is."""
    text = {**FILES, "areas.csv": AREAS_CSV, "bodies.csv": BODIES_CSV}[file].decode()
    start = -1
    for _ in range(occurrence):
        start = text.index(old, start + 1)
    written = text[:start] + new + text[start + len(old) :]
    return {**FILES, file: written.encode()}, written.count("\n", 0, start + len(new)) + 1


class TestTheFolderIsReadAs:
    def test_an_election_with_its_day_in_its_own_time_zone(self) -> None:
        assert (BOROUGH.id, BOROUGH.name, BOROUGH.day) == ("borough-2024", "The borough", date(2024, 5, 2))
        assert BOROUGH.opens_at == datetime(2024, 5, 1, 23, tzinfo=UTC)

    def test_areas_of_which_some_cover_others(self) -> None:
        assert BOROUGH.covered_by(ContestId("list"), AreaId("borough")) == {"north", "south", "east"}
        assert BOROUGH.covered_by(ContestId("list"), AreaId("riverside")) == {"south", "east"}
        assert BOROUGH.covered_by(ContestId("list"), NORTH) == {"north"}
        assert BOROUGH.reporting(ContestId("list")) == ("north", "south", "east")
        assert BOROUGH.covering(ContestId("list")) == ("borough", "riverside")

    def test_wards_with_seats_of_their_own_or_their_contests(self) -> None:
        assert (BOROUGH.seats_in(WARD, NORTH), BOROUGH.seats_in(WARD, EAST)) == (1, 2)
        assert BOROUGH.seats_in(ContestId("board"), NORTH) == 2

    def test_candidates_by_area_or_for_the_whole(self) -> None:
        assert list(BOROUGH.standing(WARD, NORTH)) == ["ash-con", "birch-lab", "cedar-ld"]
        assert list(BOROUGH.standing(ContestId("mayor"), NORTH)) == ["king-con", "lane-lab", "mead-ld", "nash-alone"]
        assert list(BOROUGH.standing(ContestId("list"), EAST)) == ["con", "lab", "ld", "alone", "others"]
        ash = BOROUGH.standing(WARD, NORTH)[CandidateId("ash-con")]
        assert (ash.name, ash.party, ash.incumbent) == ("Ada Ash", "con", True)
        assert BOROUGH.aggregates(ContestId("list")) == {"others"}

    def test_last_time_with_its_holder_and_papers(self) -> None:
        last = BOROUGH.last(WARD, NORTH)
        assert last is not None
        assert (last.all_votes, last.holder) == ({"con": 300, "lab": 200, "ld": 100}, "con")
        assert (last.electorate, last.ballots) == (1000, 610)

    def test_no_holder_where_several_held_seats(self) -> None:
        text = BASELINE_CSV.replace(b"last,ward,east,lab,600,0", b"last,ward,east,lab,600,1")
        last = read_election({**FILES, "baseline.csv": text}, rules=RULES).last(WARD, EAST)
        assert last is not None
        assert last.holder is None

    def test_last_time_not_known_where_a_figure_is_blank(self) -> None:
        text = BASELINE_CSV.replace(b"last,ward,north,ld,100,0", b"last,ward,north,ld,,0")
        last = read_election({**FILES, "baseline.csv": text}, rules=RULES).last(WARD, NORTH)
        assert last is not None
        assert (last.votes[PartyId("ld")], last.all_votes) == (None, None)

    def test_areas_and_bodies_of_tables_too(self) -> None:
        election = read_election({**FILES, "areas.csv": AREAS_CSV, "bodies.csv": BODIES_CSV}, rules=RULES)
        hill = election.areas[AreaId("hill")]
        assert (hill.name, hill.body, hill.seats, hill.electorate) == ("The Hill", "board", 3, None)
        assert election.areas[AreaId("both")].covers == {"west", "hill"}
        assert election.bodies[BodyId("region")].contests == ("list",)
        assert "west" in election.reporting(ContestId("list"))

    def test_text_with_a_byte_order_mark(self) -> None:
        marked = {name: b"\xef\xbb\xbf" + text for name, text in FILES.items()}
        assert read_election(marked, rules=RULES).candidates == BOROUGH.candidates


class TestItsContent:
    @pytest.mark.parametrize("file", ["election.toml", "candidates.csv", "baseline.csv", "areas.csv", "bodies.csv"])
    def test_changes_with_every_file_that_makes_the_election(self, file: str) -> None:
        files = {**FILES, "areas.csv": AREAS_CSV, "bodies.csv": BODIES_CSV}
        assert content_of({**files, file: files[file] + b"\n"}) != content_of(files)
        assert content_of({name: text for name, text in files.items() if name != file}) != content_of(files)

    def test_does_not_change_with_sources_and_notes(self) -> None:
        assert content_of({**FILES, "SOURCES.md": b"where from", "notes.txt": b""}) == content_of(FILES)

    def test_does_not_change_with_the_order_of_the_files(self) -> None:
        assert content_of(dict(reversed(FILES.items()))) == content_of(FILES) == BOROUGH.content

    def test_tells_text_that_moved_from_one_file_to_the_next(self) -> None:
        one = {"election.toml": b"ab", "candidates.csv": b"c"}
        assert content_of(one) != content_of({"election.toml": b"a", "candidates.csv": b"bc"})


TOML, CANDIDATES, BASELINE, AREAS, BODIES = (
    "election.toml",
    "candidates.csv",
    "baseline.csv",
    "areas.csv",
    "bodies.csv",
)


class TestAProblem:
    @pytest.mark.parametrize(
        "file, old, new",
        [
            pytest.param(TOML, "date = 2024-05-02", "date = 2024-05-", id="no TOML"),
            pytest.param(TOML, "date = 2024-05-02", 'date = "soon"', id="no date"),
            pytest.param(TOML, "Europe/London", "Europe/Londinium", id="no time zone"),
            pytest.param(TOML, "Europe/London", "../../etc/passwd", id="a path for a time zone"),
            pytest.param(TOML, "returning-officer = 2", 'returning-officer = "high"', id="a rank in words"),
            pytest.param(TOML, 'short = "Lab"', 'colour_of = "Lab"', id="an unknown key"),
            pytest.param(TOML, 'colour = "#E4003B"', 'colour = "red"', id="no colour"),
            pytest.param(TOML, 'id = "south"', 'id = "South"', id="a name with capitals"),
            pytest.param(TOML, "electorate = 1000", 'electorate = "many"', id="an electorate in words"),
            pytest.param(TOML, 'scope = "area"', 'scope = "nearly all"', id="no scope"),
            pytest.param(TOML, "seats = 3", "seats = 0", id="no seats"),
            pytest.param(TOML, 'unlisted = "zero"', 'unlisted = "one"', id="unlisted as something else"),
            pytest.param(TOML, "office = true", 'office = "perhaps"', id="an office in words"),
            pytest.param(TOML, "electorate = 1000", "electorate = -1000", id="an electorate below zero"),
            pytest.param(TOML, "office = true", "seats_not_up = { con = -1 }", id="seats below zero"),
            pytest.param(CANDIDATES, "ward,north,birch-lab", "word,north,birch-lab", id="a candidate in no contest"),
            pytest.param(CANDIDATES, "ward,south,dell-con", "ward,nowhere,dell-con", id="a candidate in no area"),
            pytest.param(CANDIDATES, "mayor,,lane-lab", "mayor,north,lane-lab", id="an area where areas add up"),
            pytest.param(CANDIDATES, "Ed Elm,lab", "Ed Elm,labour", id="a candidate of no party"),
            pytest.param(CANDIDATES, "birch-lab,Ben", "ash-con,Ben", id="a candidate twice"),
            pytest.param(CANDIDATES, "hazel-lab", "Hazel Lab", id="a candidate's id with a blank"),
            pytest.param(CANDIDATES, "Flo Fern", "", id="a candidate without a name"),
            pytest.param(CANDIDATES, "Hal Hazel,lab,yes", "Hal Hazel,lab,perhaps", id="perhaps an incumbent"),
            pytest.param(CANDIDATES, "Ida Ivy,lab,", "Ida Ivy,lab", id="a cell too few"),
            pytest.param(CANDIDATES, "Ida Ivy,lab,", "Ida Ivy,lab,,,", id="a cell too many"),
            pytest.param(BASELINE, "last,ward,south,lab", "past,ward,south,lab", id="no baseline"),
            pytest.param(BASELINE, "last,ward,south,lab", "last,word,south,lab", id="a baseline of no contest"),
            pytest.param(BASELINE, "last,ward,south,lab", "last,ward,nowhere,lab", id="a baseline of no area"),
            pytest.param(BASELINE, "last,ward,south,lab", "last,ward,south,labour", id="a baseline of no party"),
            pytest.param(BASELINE, "last,ward,south,lab", "last,ward,south,con", id="a party twice"),
            pytest.param(BASELINE, "lab,400,1", "lab,-400,1", id="votes below zero"),
            pytest.param(BASELINE, "lab,400,1", "lab,4e2,1", id="votes with an exponent"),
            pytest.param(BASELINE, "1000,610", "1000,610.5", id="half a ballot paper"),
            pytest.param(AREAS, "hill,The Hill", "The Hill,The Hill", id="an area's name for its id"),
            pytest.param(AREAS, "hill,The Hill,,board", "hill,The Hill,,council-of-trent", id="an area of no body"),
            pytest.param(AREAS, "board,3", "board,0", id="an area without seats"),
            pytest.param(AREAS, "hill,The Hill", "west,The Hill", id="an area twice"),
            pytest.param(AREAS, "west hill", "west valley", id="covering what is not there"),
            pytest.param(AREAS, "west hill", "west riverside", id="covering what covers others"),
            pytest.param(BODIES, "region,The region,list", "region,The region,word", id="a body of no contest"),
            pytest.param(BODIES, "region,The region", "council,The region", id="a body twice"),
            pytest.param(BODIES, ",11", ",eleven", id="seats in words"),
        ],
    )  # fmt: skip
    def test_is_told_with_its_file_and_line(self, file: str, old: str, new: str) -> None:
        files, line = changed(file, old, new)
        assert (file, line) in problems(files)

    @pytest.mark.parametrize(
        "within, old, new",
        [
            pytest.param('id = "list"', '"ld", "alone"', '"liberals", "alone"', id="a list of no party"),
            pytest.param('id = "list"', "additional-members-london", "first-come", id="no rule"),
            pytest.param('id = "list"', 'follows = "ward"', 'follows = "mayor"', id="following a later contest"),
            pytest.param('id = "list"', 'parties = ["con", "lab", "ld", "alone", "others"]', "", id="no lists"),
            pytest.param('id = "board"', 'areas = ["north"]', 'areas = ["hill"]', id="no such area"),
            pytest.param('id = "board"', 'id = "board"', 'id = "ward"', id="a contest twice"),
        ],
    )
    def test_of_a_contest_is_told_with_its_table(self, within: str, old: str, new: str) -> None:
        """TOML's reader keeps no places, so a table's problem is told where the table begins, or at the key."""
        text = ELECTION_TOML.decode()
        start = text.rindex("[[contests]]", 0, text.index(within, text.index("[[contests]]")))
        place = text.index(old, start)
        files = {**FILES, TOML: (text[:place] + new + text[place + len(old) :]).encode()}
        assert (TOML, text.count("\n", 0, start) + 1) in problems(files)

    def test_of_a_missing_file_is_one(self) -> None:
        assert problems({}) == [(TOML, 1)]

    def test_of_a_file_that_is_no_text_is_told_where_it_begins(self) -> None:
        assert problems({**FILES, CANDIDATES: CANDIDATES_CSV.replace(b"Ben", b"B\xe9n")}) == [(CANDIDATES, 3)]

    def test_of_a_column_that_nobody_knows_is_told_at_the_head(self) -> None:
        assert problems({**FILES, BASELINE: BASELINE_CSV.replace(b"ballots", b"papers", 1)}) == [(BASELINE, 1)]

    @pytest.mark.parametrize("file", [CANDIDATES, BASELINE, AREAS, BODIES])
    def test_of_a_head_that_cannot_be_read_is_told_there(self, file: str) -> None:
        assert (file, 1) in problems({**FILES, file: b'id,"name"x\n'})

    def test_of_a_quotation_that_never_ends_is_told(self) -> None:
        assert problems({**FILES, CANDIDATES: CANDIDATES_CSV.replace(b"Ida Ivy", b'"Ida Ivy')})[0][0] == CANDIDATES

    def test_comes_with_all_the_others(self) -> None:
        text = CANDIDATES_CSV.replace(b"Ed Elm,lab", b"Ed Elm,labour").replace(b"ward,south,dell", b"ward,nowhere,dell")
        last = BASELINE_CSV.replace(b"400", b"four hundred")
        found = problems({**FILES, CANDIDATES: text, BASELINE: last})
        assert [place for place in found if place[0] != TOML] == [(CANDIDATES, 5), (CANDIDATES, 6), (BASELINE, 7)]

    def test_says_what_was_found_and_expected(self) -> None:
        files, _ = changed(CANDIDATES, "Ed Elm,lab", "Ed Elm,labour")
        with pytest.raises(FolderProblems) as wrong:
            read_election(files, rules=RULES)
        assert str(wrong.value) == "candidates.csv:6: found party 'labour'; expected a party of this election"


class TestAnyFolder:
    @pytest.mark.parametrize("seed", range(40 * LONGER))
    def test_is_read_or_has_problems_at_lines_that_there_are(self, seed: int) -> None:
        chance = Random(seed)
        files = {**FILES, AREAS: AREAS_CSV, BODIES: BODIES_CSV}
        for _ in range(25):
            broken = dict(files)
            for _ in range(chance.choice([1, 1, 2, 5])):
                name = chance.choice(sorted(broken))
                broken[name] = _broken(chance, broken[name])
            for file, line in problems(broken):
                assert file in files
                assert 1 <= line <= broken[file].count(b"\n") + 1


def _broken(chance: Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    place = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, lines[chance.randrange(len(lines))])
        case 2:
            lines[place] = b",".join(chance.sample(cells := lines[place].split(b","), len(cells)))
        case 3:
            cut = chance.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:cut] + chance.choice([b'"', b",", b"\xff", b"\0", b"[", b"0", b"-"])
        case 4:
            lines[place] = lines[place].replace(b'"', b"", 1)
        case _:
            cut = chance.randrange(len(text) + 1)
            return text[:cut] + chance.randbytes(chance.randrange(3)) + text[cut + chance.randrange(20) :]
    return b"\n".join(lines)


PRIOR = b"""
[[priors]]
contest = "ward"
source = "An average of polls"
shares = { con = 41.5, lab = 38 }
error_points = 1.5
"""


class TestWhatWasExpectedBeforehand:
    def with_prior(self, old: bytes = b"", new: bytes = b"") -> tuple[dict[str, bytes], int]:
        text = ELECTION_TOML.replace(b'follows = "ward"\n', b"") + PRIOR.replace(old, new)
        return {**FILES, "election.toml": text}, text[: text.index(b"[[priors]]")].count(b"\n") + 1

    def test_is_read_exactly(self) -> None:
        files, _ = self.with_prior()
        (prior,) = read_election(files, rules=RULES).priors
        assert (prior.contest, prior.source, prior.countries) == (WARD, "An average of polls", ())
        assert prior.shares == {PartyId("con"): Fraction(83, 2), PartyId("lab"): 38}
        assert prior.error_points == Fraction(3, 2)

    def test_changes_what_the_election_is_known_by(self) -> None:
        assert content_of(self.with_prior()[0]) != content_of(FILES)

    @pytest.mark.parametrize(
        "old, new, found",
        [
            (b'"ward"', b'"warp"', "prior on warp: contest 'warp'"),
            (b"con = 41.5", b"cons = 41.5", "prior on ward: party 'cons'"),
            (b"con = 41.5", b"con = 62.5", "prior on ward: shares of 100.5 percent in all"),
            (b"error_points", b'countries = ["Wales"]\nerror_points', "prior on ward: country 'Wales'"),
            (b'"ward"', b'"board"', "prior on board"),
            (b'"ward"', b'"mayor"', "prior on mayor"),
        ],
    )
    def test_is_held_against_the_election(self, old: bytes, new: bytes, found: str) -> None:
        files, line = self.with_prior(old, new)
        with pytest.raises(FolderProblems) as wrong:
            read_election(files, rules=RULES)
        assert [(each.file, each.line, each.found) for each in wrong.value.problems] == [("election.toml", line, found)]

    def test_needs_last_time_to_change_from(self) -> None:
        files, line = self.with_prior()
        files["baseline.csv"] = BASELINE_CSV.replace(b"last,ward,south,lab,400,1,,\n", b"last,ward,south,lab,,1,,\n")
        with pytest.raises(FolderProblems) as wrong:
            read_election(files, rules=RULES)
        assert [(each.line, each.found) for each in wrong.value.problems] == [
            (line, "prior on ward: areas without votes of last time")
        ]

    def test_is_no_prior_of_what_a_list_follows(self) -> None:
        with pytest.raises(FolderProblems):
            read_election({**FILES, "election.toml": ELECTION_TOML + PRIOR}, rules=RULES)

    @pytest.mark.parametrize(
        "old, new",
        [
            (b"error_points = 1.5", b"error_points = 0"),
            (b"error_points = 1.5", b""),
            (b"con = 41.5, lab = 38", b""),
            (b"con = 41.5", b"con = 141.5"),
            (b'source = "An average of polls"', b""),
        ],
    )
    def test_says_how_sure_it_is_and_where_it_is_from(self, old: bytes, new: bytes) -> None:
        assert problems(self.with_prior(old, new)[0])


NATIONAL = b"""
[national_share]
name = "The county"
contest = "ward"
since = "the last general election"
"""
NATIONAL_CSV = b"""authority,party,votes
council,con,400
council,lab,500
council,,1000
elsewhere,con,300
elsewhere,lab,200
elsewhere,,600
"""


class TestTheShareOfAWholeCountry:
    def files(self, old: bytes = b"", new: bytes = b"", *, toml: bytes = NATIONAL) -> dict[str, bytes]:
        text = ELECTION_TOML.replace(b"[[parties]]", toml + b"\n[[parties]]", 1)
        return {**FILES, "election.toml": text, "national.csv": NATIONAL_CSV.replace(old, new)}

    def test_is_read_with_authorities_that_do_not_vote(self) -> None:
        national = read_election(self.files(), rules=RULES).national
        assert national is not None
        assert (national.name, national.contest, national.since) == ("The county", WARD, "the last general election")
        assert national.votes == {"council": {"con": 400, "lab": 500}, "elsewhere": {"con": 300, "lab": 200}}
        assert national.valid == {"council": 1000, "elsewhere": 600}

    @pytest.mark.parametrize(
        "old, new, found",
        [
            (b"council,con,400", b"council,cons,400", "party 'cons'"),
            (b"council,lab,500", b"council,con,500", "council con twice"),
            (b"council,lab,500\n", b"", "council: no votes of lab"),
            (b"council,,1000\n", b"", "council: 0 valid votes"),
            (b"council,,1000", b"council,,800", "council: 800 valid votes"),
            (b"council,", b"town,", "no rows of council"),
        ],
    )
    def test_is_held_against_the_election(self, old: bytes, new: bytes, found: str) -> None:
        with pytest.raises(FolderProblems) as wrong:
            read_election(self.files(old, new), rules=RULES)
        assert found in [problem.found for problem in wrong.value.problems]

    def test_needs_its_table_and_its_contest(self) -> None:
        assert problems(self.files(toml=b"")) == [("national.csv", 1)]
        of_mayor = NATIONAL.replace(b'"ward"', b'"mayor"')
        with pytest.raises(FolderProblems) as wrong:
            read_election(self.files(toml=of_mayor), rules=RULES)
        assert "contest 'mayor'" in [problem.found for problem in wrong.value.problems]


class TestTheElectionBeforeTheLast:
    def borough(self, *rows: str) -> Election:
        return read_election({**FILES, "baseline.csv": BASELINE_CSV + "\n".join(rows).encode()}, rules=RULES)

    def test_may_be_of_parties_that_are_gone_and_gives_each_its_share_of_all(self) -> None:
        before = self.borough("before,ward,north,con,300,,,", "before,ward,north,whig,100,,,")
        assert before.last(WARD, NORTH) == self.borough().last(WARD, NORTH)
        shares = shares_before(before, WARD, [NORTH], {PartyId("lab"): 0, PartyId("con"): 1})
        assert shares is not None
        assert shares.tolist() == [[0, 0.75]]

    def test_is_not_on_record_unless_it_stands_there(self) -> None:
        assert shares_before(self.borough(), WARD, [NORTH], {PartyId("con"): 0}) is None

    def test_last_time_has_no_such_parties(self) -> None:
        with pytest.raises(FolderProblems) as wrong:
            self.borough("last,ward,north,whig,100,,,")
        assert [problem.found for problem in wrong.value.problems] == ["party 'whig'"]


class TestLastTimeWhereItIsNotOnRecord:
    def borough(self, *rows: str) -> Election:
        return read_election({**FILES, "baseline.csv": BASELINE_CSV + "\n".join(rows).encode()}, rules=RULES)

    def test_may_be_estimated_and_keeps_the_holder_on_record(self) -> None:
        notional = ("notional,mayor,north,con,300,,,", "notional,mayor,north,lab,250,,,")
        last = self.borough("last,mayor,north,con,,1,,", *notional).last_or_notional(ContestId("mayor"), NORTH)
        assert last is not None
        assert last.all_votes == {"con": 300, "lab": 250}
        assert last.holder == "con"

    def test_is_as_recorded_where_it_is_on_record(self) -> None:
        estimated = self.borough("notional,ward,north,con,1,,,")
        assert estimated.last_or_notional(WARD, NORTH) == estimated.last(WARD, NORTH)

    def test_an_estimate_is_no_last_time_for_anybody_else(self) -> None:
        estimated = self.borough("notional,mayor,north,con,300,,,")
        assert estimated.last(ContestId("mayor"), NORTH) is None

    def test_papers_transferred_are_read_where_a_column_says_so(self) -> None:
        table = BASELINE_CSV.replace(b"\n", b",\n").replace(b"ballots,\n", b"ballots,transfers\n", 1)
        table = table.replace(b"last,mayor,borough,con,900,1,,,\n", b"last,mayor,borough,con,900,1,,,120\n")
        last = read_election({**FILES, "baseline.csv": table}, rules=RULES).last(ContestId("mayor"), AreaId("borough"))
        assert last is not None
        assert last.transfers == {"con": 120}


class TestTheElectionsOnRecord:
    @pytest.mark.parametrize("folder", sorted((CONFIG / "elections").iterdir()), ids=lambda folder: folder.name)
    def test_have_no_problems(self, folder: Path) -> None:
        election = check_election(folder)
        assert isinstance(election, Election), "\n".join(map(str, _told(election)))
        assert election.id == folder.name
        assert (folder / "SOURCES.md").is_file()


def _told(found: Election | tuple[Problem, ...]) -> tuple[Problem, ...]:
    return () if isinstance(found, Election) else found
