"""`export`: files for others, the same from the same record, whole or not at all, and nothing that the desk holds."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from service.adapters.journal import Journal
from service.adapters.snapshots import write_folder
from service.app import recount
from service.cli.export import Exported
from service.messages import Count
from service.night import opening_of
from service.records import Message
from service.standings.wire import JSON
from service.views.shown import Place
from service.views.tidy import COLUMNS, tidy_tables
from tests.cli.commands import election_night
from tests.readme.parts import README, named, part
from tests.service.nights import LONDON, count, recorded, written

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
OTHERS = ("glasgow-2012", "councils-2012", "germany-2021", "mayoral-referendums-2012")


@cache
def exported(name: str, messages: int | None = None) -> Exported:
    night = recorded(name)
    return Exported(recount(night.election, night.messages[:messages]))


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode(), newline="")))


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def journal_of(path: Path, messages: tuple[Message, ...]) -> Path:
    with closing(Journal.open(path, opening_of(NIGHT.election, test=False))) as journal:
        journal.append(messages)
    return path


class TestTheSameRecord:
    def test_gives_the_same_bytes_from_a_recording_and_from_a_journal(self, tmp_path: Path) -> None:
        assert election_night("export", "london-2012", tmp_path / "first").status == 0
        journal = journal_of(tmp_path / "night.sqlite", NIGHT.messages)
        assert election_night("export", journal, tmp_path / "second").status == 0
        assert bytes_in(tmp_path / "first") == bytes_in(tmp_path / "second")

    def test_is_named_in_it_and_a_part_of_it_can_be_had(self) -> None:
        until = "2012-05-04T20:00:00+01:00"
        whole, then = (election_night("export", "london-2012", *more) for more in ((), ("--until", until)))
        now = json.loads(election_night("recount", "london-2012", "--until", until, "--json").printed)
        said = json.loads(then.printed)
        assert (said["sequence"], said["digest"]) == (now["sequence"], now["digest"])
        assert json.loads(whole.printed)["sequence"] == len(NIGHT.messages) + 1
        assert {body: of["seats"] for body, of in said["standings"].items()} == {
            body: of["seats"] for body, of in now["bodies"].items()
        }


class TestTables:
    @pytest.mark.parametrize("name", [*LONDON, *OTHERS])
    def test_the_rows_of_seats_are_as_many_as_the_standings_say(self, name: str) -> None:
        for messages in (len(recorded(name).messages) // 2, None):
            of = exported(name, messages)
            seats = Counter((row["body"], row["party"]) for row in rows(of.tables["seats"]))
            assert seats == {
                (body, row["party"]): row["seats"]
                for body, standings in of.whole()["standings"].items()
                for row in standings["parties"]
                if row["seats"]
            }

    @pytest.mark.parametrize("name", [*LONDON, *OTHERS])
    def test_each_candidate_of_each_area_has_one_row_with_the_votes_as_published(self, name: str) -> None:
        of = exported(name)
        votes = [
            ((row["contest"], row["area"], row["candidate"]), row["votes"]) for row in rows(of.tables["candidates"])
        ]
        published = {
            (area["contest"], area["area"], row["candidate"]): "" if row["votes"] is None else str(row["votes"])
            for area in of.whole()["areas"]
            for row in area["candidates"]
        }
        assert len(votes) == len(published)
        assert dict(votes) == published

    def test_areas_stand_in_the_order_of_the_election_folder(self) -> None:
        election = NIGHT.election
        order = [(contest, area) for contest, of in election.contests.items() for area in of.areas]
        places = [(row["contest"], row["area"]) for row in rows(exported("london-2012").tables["areas"])]
        assert [place for place in order if place in places] == places

    def test_lines_end_and_are_quoted_as_the_standard_says_and_no_name_is_a_formula(self) -> None:
        odd = 'Smith, "Jo"\nof Ham'
        candidates = dict(tables_with_a_name(odd))
        assert b'"Smith, ""Jo""\nof Ham"' in candidates["candidates"]
        assert odd in {row["name"] for row in rows(candidates["candidates"])}
        assert "'=1+1" in {row["name"] for row in rows(dict(tables_with_a_name("=1+1"))["candidates"])}
        for name, table in exported("london-2012").tables.items():
            lines = table.split(b"\r\n")
            assert lines[0].decode().split(",") == list(COLUMNS[name])
            assert lines[-1] == b""
            assert not any(b"\n" in line for line in lines)

    def test_every_column_is_documented(self) -> None:
        told = named(part(README.read_text(encoding="utf-8"), "## Exports"))
        assert {*COLUMNS, *(column for columns in COLUMNS.values() for column in columns)} <= told


def tables_with_a_name(name: str) -> Iterator[tuple[str, bytes]]:
    """Write the tables of a night on which one candidate has another name."""
    night = recount(NIGHT.election, NIGHT.messages)
    results: dict[Place, JSON] = {place: dict(night.result(place)) for place in night.results_in()}
    result = next(iter(results.values()))
    result["candidates"] = [{**result["candidates"][0], "name": name}]
    standings = {body: dict(night.standings(body)) for body in NIGHT.election.bodies}
    yield from tidy_tables(NIGHT.election, standings, results).items()


class TestFolders:
    def test_one_that_is_there_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        ended = election_night("export", "london-2012", tmp_path / "there")
        assert ended.status == 2
        assert "replaces nothing" in ended.said
        assert bytes_in(tmp_path) == {}

    def test_one_that_cannot_be_written_whole_is_not_there_at_all(self, tmp_path: Path) -> None:
        def files() -> Iterator[tuple[str, bytes]]:
            yield "first.csv", b"1"
            raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space"):
            write_folder(tmp_path / "night", files())
        assert list(tmp_path.iterdir()) == []

    def test_one_below_a_file_is_told_to_be_impossible(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        ended = election_night("export", "london-2012", tmp_path / "file" / "night")
        assert ended.status == 2
        assert "way out" in ended.said

    def test_a_table_goes_to_the_output_and_not_into_a_folder_too(self, tmp_path: Path) -> None:
        printed = election_night("export", "london-2012", "--table", "seats").printed
        assert printed.splitlines() == exported("london-2012").tables["seats"].decode().splitlines()
        assert election_night("export", "london-2012", tmp_path / "out", "--table", "seats").status == 2


class TestSecrets:
    def test_a_count_that_the_desk_holds_is_in_no_file(self, tmp_path: Path) -> None:
        declared = count("london-2012", 3)
        decision = {
            "decision": 1,
            "who": "desk editor",
            "why": "held until it is declared",
            "issued_at": "2012-05-04T15:00:00+01:00",
            "content": Count.model_validate(declared).content(),
        }
        hold = replace(NIGHT.messages[0], topic=NIGHT.topics.desk("hold"), payload=written(decision))
        journal = journal_of(tmp_path / "night.sqlite", (hold, NIGHT.messages[2]))
        assert election_night("export", journal, tmp_path / "out").status == 0
        said = b"".join(bytes_in(tmp_path / "out").values())
        assert b'"held":1' in said
        for votes in declared["votes"].values():
            assert str(votes).encode() not in said


def test_no_projection_is_in_it_for_that_is_not_the_record() -> None:
    for standings in exported("london-2012").whole()["standings"].values():
        assert standings["projection"] is None
