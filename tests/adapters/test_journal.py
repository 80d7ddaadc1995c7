"""The journal, by its promises: made whole, on disk before it returns, one writer, readable meanwhile."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import service.adapters.journal as door
from service.adapters.journal import Journal, open_reader, storage, verify
from service.adapters.journal.storage import BUSY_S_MAX
from service.errors import (
    JournalBusyError,
    JournalDamagedError,
    JournalMismatchError,
    JournalWriteError,
    NightError,
)
from service.ids import ElectionId
from service.records import Message, Publication, opening
from tests.adapters.journals import FIRST_US, OPENING, chained, count, made, standings, written

# 64 bits of microseconds, any text that UTF-8 can write, any bytes at all
TIMES = st.integers(min_value=-(2**63), max_value=2**63 - 1)
TOPICS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MESSAGES = st.builds(Message, at_us=TIMES, topic=TOPICS, payload=st.binary(max_size=300))
PUBLICATIONS = st.builds(
    Publication, at_us=TIMES, topic=st.sampled_from(["a", "b", "é"]), payload=st.binary(max_size=300), sequence=TIMES
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "night.sqlite"


# A journal is made whole, and found again


def test_a_new_journal_holds_its_opening_as_record_1(path: Path) -> None:
    with written(path) as journal:
        assert list(journal.records()) == chained([OPENING])
        assert journal.last == chained([OPENING])[0]


def test_a_journal_opened_again_goes_on_where_it_was(path: Path) -> None:
    made(path, counts=3)
    with written(path) as journal:
        assert journal.last.sequence == 4
        journal.append([count(4)])
        assert list(journal.records()) == chained([OPENING, count(1), count(2), count(3), count(4)])


def test_the_folder_of_a_new_journal_is_made(tmp_path: Path) -> None:
    with written(tmp_path / "var" / "nights" / "night.sqlite") as journal:
        assert journal.last.sequence == 1


def test_a_closed_journal_is_one_file_beside_its_lock(path: Path) -> None:
    made(path, counts=3, publications=2)
    assert {file.name for file in path.parent.iterdir()} == {"night.sqlite", "night.sqlite.lock"}


def test_only_its_owner_reads_a_journal_and_what_lies_beside_it(path: Path) -> None:
    with written(path) as journal:
        journal.append([count(1)])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(["night.sqlite", "night.sqlite-wal", "night.sqlite-shm", "night.sqlite.lock"], 0o600)


def test_the_client_id_is_made_with_the_file_and_kept_in_it(tmp_path: Path) -> None:
    with written(tmp_path / "one.sqlite") as one, written(tmp_path / "other.sqlite") as other:
        assert one.client_id != other.client_id
        assert re.fullmatch(r"[0-9a-f]{16,23}", one.client_id), "which any MQTT 3.1.1 broker must accept"
        first = one.client_id
    with written(tmp_path / "one.sqlite") as again:
        assert again.client_id == first


def test_leftovers_of_a_journal_that_was_never_finished_do_not_matter(path: Path) -> None:
    for name in ("night.sqlite.new", "night.sqlite.new-journal"):
        (path.parent / name).write_bytes(b"half a journal")
    made(path, counts=1)
    assert {file.name for file in path.parent.iterdir()} == {"night.sqlite", "night.sqlite.lock"}
    assert verify(path).records == 2


def test_a_log_without_its_journal_is_not_taken_for_a_new_night(path: Path) -> None:
    with written(path) as journal:
        journal.append([count(1)])
        log = (path.parent / "night.sqlite-wal").read_bytes()
    path.unlink()
    (path.parent / "night.sqlite-wal").write_bytes(log)
    with pytest.raises(
        JournalDamagedError, match=r"no file of that name, but .* night\.sqlite-wal.*move night\.sqlite-wal away"
    ):
        Journal.open(path, OPENING)


def test_what_a_reader_leaves_beside_a_journal_does_not_hinder_a_new_one(path: Path) -> None:
    made(path, counts=1)
    verify(path)
    path.unlink()
    assert path.with_name("night.sqlite-wal").exists()
    made(path, counts=2)
    assert verify(path).records == 3


def test_a_folder_that_cannot_be_made_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalWriteError, match="a folder in which we may write"):
        Journal.open(tmp_path / "file" / "night.sqlite", OPENING)


# What is appended is on record, in order, chained


@given(st.lists(st.lists(MESSAGES, max_size=4), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_messages_come_back_as_they_were_however_they_were_batched(batches: list[list[Message]]) -> None:
    expected = chained([OPENING, *(message for batch in batches for message in batch)])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "night.sqlite"
        with written(path) as journal:
            appended = [record for batch in batches for record in journal.append(batch)]
            assert [*journal.records()] == expected
            assert appended == expected[1:]
            assert journal.last == expected[-1]
        with written(path) as journal:
            assert [*journal.records()] == expected
        found = verify(path)
    assert (found.records, found.digest) == (len(expected), expected[-1].digest)
    assert (found.first_at_us, found.last_at_us) == (OPENING.at_us, expected[-1].message.at_us)


def test_records_can_be_read_from_any_place_on(path: Path) -> None:
    records = made(path, counts=250)
    with written(path) as journal:
        for after in (0, 1, 99, 100, 101, 200, 249, 250, 251):
            assert [*journal.records(after=after)] == records[after:]


def test_an_empty_batch_writes_nothing(path: Path) -> None:
    with written(path) as journal:
        log = path.parent / "night.sqlite-wal"
        journal.append([count(1)])
        before = log.stat().st_size
        assert list(journal.append([])) == []
        journal.keep_publications([])
        assert log.stat().st_size == before


def test_a_commit_returns_when_it_is_on_the_disk_and_not_only_with_the_system(path: Path) -> None:
    with written(path) as journal:
        settings_ = [journal._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert settings_ == ["wal", 2], "2 is FULL"


# Nothing of a batch that cannot be written is kept


def test_of_a_batch_that_fills_the_disk_nothing_is_kept_and_it_may_be_tried_again(path: Path) -> None:
    batch = [count(number) for number in range(1, 500)]
    with written(path) as journal:
        journal.append([count(0)])
        journal._db.execute("PRAGMA max_page_count = 10")
        with pytest.raises(JournalWriteError, match=r"database or disk is full.*Free disk space") as caught:
            journal.append(batch)
        assert caught.value.exit_code == 3
        assert [*journal.records()] == chained([OPENING, count(0)])
        with pytest.raises(JournalWriteError):
            journal.keep_publications([standings(number) for number in range(1000)])
        assert journal.last_publication_sequence(standings(0).topic) == 0
        journal._db.execute("PRAGMA max_page_count = 1000000")
        journal.append(batch)
        journal.keep_publications([standings(1)])
    expected = chained([OPENING, count(0), *batch])
    with written(path) as journal:
        assert [*journal.records()] == expected
        assert [*journal.publications()] == [standings(1)]


def test_a_file_that_cannot_grow_is_our_error_and_keeps_what_was_appended(path: Path) -> None:
    until_refused = """
        import resource, sys
        from pathlib import Path
        from service.errors import JournalWriteError
        from tests.adapters.journals import count, written

        with written(Path(sys.argv[1])) as journal:
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
            number = 0
            try:
                while True:
                    journal.append([count(number := number + 1)])
            except JournalWriteError:
                print(journal.last.sequence, flush=True)
    """
    child = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(until_refused), path], capture_output=True, text=True, check=False
    )
    assert child.stderr == ""
    kept = int(child.stdout)
    assert kept > 2
    with written(path) as journal:
        assert [*journal.records()] == chained([OPENING, *map(count, range(1, kept))])


@pytest.mark.parametrize("gone", ["moved", "removed", "replaced"])
def test_a_journal_that_was_moved_away_takes_nothing_more(path: Path, gone: str) -> None:
    with written(path) as journal:
        journal.append([count(1)])
        path.rename(path.with_name("elsewhere"))
        if gone == "removed":
            path.with_name("elsewhere").unlink()
        if gone == "replaced":
            path.touch()
        with pytest.raises(JournalWriteError, match="put the file back"):
            journal.append([count(2)])
        assert journal.last.sequence == 2


# One writer


def test_a_second_writer_is_told_who_the_first_is(path: Path) -> None:
    with written(path), pytest.raises(JournalBusyError, match=rf"process {os.getpid()} writes it.*Stop that process"):
        Journal.open(path, OPENING)


def test_a_journal_has_one_writer_under_all_its_names(path: Path) -> None:
    link = path.with_name("link.sqlite")
    link.symlink_to(path)
    with written(path), pytest.raises(JournalBusyError):
        Journal.open(link, OPENING)


def test_the_lock_goes_with_a_writer_that_was_killed(path: Path) -> None:
    holding = """
        import sys
        from pathlib import Path
        from tests.adapters.journals import written

        with written(Path(sys.argv[1])):
            print("open", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(holding), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(JournalBusyError, match=f"process {writer.pid} writes it"):
            Journal.open(path, OPENING)
        writer.kill()
    with written(path) as journal:
        assert journal.last.sequence == 1


def test_closing_twice_is_closing_once(path: Path) -> None:
    with written(path) as journal:
        journal.close()
    with written(path):
        pass


def test_a_closed_journal_takes_and_gives_nothing(path: Path) -> None:
    with written(path) as journal:
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        journal.append([count(1)])
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        list(journal.records())
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        list(journal.publications())


def test_a_file_that_another_program_keeps_to_itself_is_busy_and_not_damaged(path: Path) -> None:
    made(path, counts=1)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalBusyError, match=r"another program kept locked.*Close the program"):
            open_reader(path)


def test_the_writer_waits_for_another_program_that_keeps_the_file_locked(path: Path) -> None:
    with written(path) as journal, closing(sqlite3.connect(path, check_same_thread=False)) as db:
        db.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as worker:
            appending = worker.submit(journal.append, [count(1)])
            with pytest.raises(TimeoutError):  # longer than a reader waits
                appending.result(BUSY_S_MAX * 1.25)
            db.execute("ROLLBACK")
            assert [record.sequence for record in appending.result()] == [2]


def test_a_file_that_stays_locked_is_told_as_locked_and_nothing_of_the_batch_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_WRITING_S_MAX", 0.1)
    with written(path) as journal, closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusyError, match=r"another program kept locked.*Close the program") as caught:
            journal.append([count(1)])
        assert "disk space" not in str(caught.value)
        db.execute("ROLLBACK")
        assert [record.sequence for record in journal.append([count(1)])] == [2]


# A journal of something else


@pytest.mark.parametrize(
    "differing, found, expected, way_out",
    [
        ({"election": ElectionId("ward-2022")}, "london-2004", "ward-2022", "a journal of its own"),
        ({"content": "60" * 32}, "5f" * 32, "60" * 32, "Put the election folder back as it was.*journal export"),
        (
            {"rules": {"constituency": "plurality/2"}},
            "plurality/1",
            "plurality/2",
            "the version of election-night that made",
        ),
        ({"test": True}, "false", "true", "a journal of its own"),
        ({"day": datetime(2008, 5, 1, tzinfo=UTC)}, "2004-06-10", "2008-05-01", "a journal of its own"),
    ],
)
def test_a_journal_of_something_else_is_refused_with_both_and_the_way_out(
    path: Path, differing: dict[str, object], found: str, expected: str, way_out: str
) -> None:
    made(path, counts=2)
    as_it_was = {
        "election": ElectionId("london-2004"),
        "content": "5f" * 32,
        "day": datetime(2004, 6, 10, tzinfo=UTC),
        "rules": {"constituency": "plurality/1"},
        "test": False,
    }
    other = opening(**(as_it_was | differing))  # type: ignore[arg-type]
    with pytest.raises(JournalMismatchError, match=f"record 1: found .*{found}.*expected .*{expected}.*{way_out}"):
        Journal.open(path, other)
    assert verify(path).records == 3, "and it is left as it was"


def test_a_journal_whose_first_record_says_nothing_is_refused_too(path: Path) -> None:
    with closing(Journal.open(path, Message(at_us=0, topic="journal/x/opened", payload=b"?"))):
        pass
    with pytest.raises(JournalMismatchError, match=r"election null.*london-2004"):
        Journal.open(path, OPENING)


def test_another_programs_database_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE records (sequence INTEGER PRIMARY KEY)")
    for opened in (lambda: Journal.open(path, OPENING), lambda: open_reader(path), lambda: verify(path)):
        with pytest.raises(JournalMismatchError, match=r"application id 0x0.*0x454e4a31"):
            opened()


def test_a_journal_in_another_format_is_refused(path: Path) -> None:
    made(path, counts=1)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(JournalMismatchError, match=r"format 2.*format 1.*the version of election-night that wrote"):
        Journal.open(path, OPENING)


# Reading while the night runs


def test_a_reader_sees_what_is_appended_after_it_began(path: Path) -> None:
    with written(path) as journal, open_reader(path) as reader:
        assert reader.opening == OPENING
        assert reader.last.sequence == 1
        journal.append([count(1), count(2)])
        assert reader.last == journal.last
        assert [*reader.records()] == [*journal.records()]


def test_reading_goes_on_into_what_was_appended_meanwhile(path: Path) -> None:
    made(path, counts=150)
    with written(path) as journal, open_reader(path) as reader:
        records = reader.records()
        read = [*islice(records, 20)]
        journal.append([count(151), count(152)])
        assert [*read, *records] == [*journal.records()]


def test_a_reader_that_stops_half_way_does_not_hold_up_the_log(path: Path) -> None:
    made(path, counts=150, publications=150)
    with written(path) as journal, open_reader(path) as reader:
        records, publications = reader.records(), reader.publications()
        assert len([*islice(records, 7), *islice(publications, 7)]) == 14
        journal.append([count(151)])
        busy, *_ = journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy


def test_a_journal_can_be_verified_while_its_night_runs(path: Path) -> None:
    with written(path) as journal:
        journal.append([count(1)])
        journal.keep_publications([standings(1)])
        found = verify(path)
        assert (found.records, found.digest, found.publications) == (2, journal.last.digest, 1)


def test_a_reader_writes_nothing(path: Path) -> None:
    made(path, counts=1)
    with open_reader(path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM records")


@pytest.mark.parametrize("name", ["none.sqlite", "."])
def test_where_there_is_no_journal_there_is_nothing_to_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(NightError, match="found no file; expected a journal"):
        open_reader(tmp_path / name)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "file_mode, folder_mode, told",
    [
        (0o444, 0o555, "3 records"),
        (0o000, 0o755, "may read, in a folder in which we may write. Give us the permission"),
    ],
)
def test_who_may_not_write_reads_a_closed_journal_or_is_told_which_permission_is_missing(
    file_mode: int, folder_mode: int, told: str
) -> None:
    verifying_as_somebody_else = """
        import os, sys
        from pathlib import Path
        from service.adapters.journal import verify
        from service.errors import ElectionNightError

        if os.getuid() == 0:
            os.setuid(65534)  # nobody: permissions mean nothing to root
        try:
            print(verify(Path(sys.argv[1])).records, "records")
        except ElectionNightError as error:
            print(error)
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "night.sqlite"
        made(path, counts=2)
        path.chmod(file_mode)
        path.parent.chmod(folder_mode)
        command = [sys.executable, "-c", textwrap.dedent(verifying_as_somebody_else), str(path)]
        child = subprocess.run(command, capture_output=True, text=True, check=True)
        path.parent.chmod(0o700)
    assert told in child.stdout


# What we said


@given(st.lists(st.lists(PUBLICATIONS, max_size=4), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_we_said_comes_back_as_we_said_it(batches: list[list[Publication]]) -> None:
    said = [publication for batch in batches for publication in batch]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "night.sqlite"
        with written(path) as journal:
            for batch in batches:
                journal.keep_publications(batch)
            assert [*journal.publications()] == said
            before = {topic: journal.last_publication_sequence(topic) for topic in ("a", "b", "é", "never")}
        with written(path) as journal:
            assert {topic: journal.last_publication_sequence(topic) for topic in before} == before
        assert before == {"a": 0, "b": 0, "é": 0, "never": 0} | {each.topic: each.sequence for each in said}
        assert verify(path).publications == len(said)


def test_what_we_said_on_one_topic_until_a_time_is_found(path: Path) -> None:
    made(path, counts=1, publications=250)
    said = [standings(number) for number in range(1, 251)]
    topic, until_us = said[7].topic, said[200].at_us
    with open_reader(path) as reader:
        assert [*reader.publications()] == said
        assert [*reader.publications(topic=topic)] == [each for each in said if each.topic == topic]
        assert [*reader.publications(until_us=until_us)] == said[:201]
        assert [*reader.publications(topic=topic, until_us=until_us)] == [e for e in said[:201] if e.topic == topic]
        assert [*reader.publications(topic="never")] == []
        assert [*reader.publications(until_us=FIRST_US)] == []


def test_a_computer_clock_that_was_set_back_hides_nothing_of_what_we_said(path: Path) -> None:
    said = [Publication(at_us=at_us, topic="t", payload=b"{}", sequence=1) for at_us in (50, 10, 60, 20)]
    with written(path) as journal:
        journal.keep_publications(said)
        assert [each.at_us for each in journal.publications(until_us=20)] == [10, 20]


# The format is the one that is written down


def test_the_tables_are_those_of_the_documentation(path: Path) -> None:
    made(path, counts=1)
    documented: dict[str, list[str]] = {}
    for table, column in re.findall(r"^`(\w+)`, one row|^    `(\w+)` ", door.__doc__ or "", flags=re.MULTILINE):
        columns = documented.setdefault(table or [*documented][-1], [])
        columns += [column] if column else []
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        made_as = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in tables}
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("SELECT name FROM sqlite_schema WHERE type != 'table'").fetchall() == []
    made_as["journal"].remove("one")
    assert made_as == documented
