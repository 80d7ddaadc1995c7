"""Damage to a journal is told with the record's number and the way out, and what is sound can still be read."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from service.adapters.journal import Journal, open_reader, verify
from service.errors import JournalDamagedError, OurJournal
from service.records import Publication, Record
from tests.adapters.journals import OPENING, chained, count, made, standings, tamper, written

COUNTS = 24
RECORDS = chained([OPENING, *map(count, range(1, COUNTS + 1))])
SAID = [standings(number) for number in range(1, 13)]

DAMAGED_RECORDS = {
    "a changed payload": ("UPDATE records SET payload = CAST(payload || ' ' AS BLOB) WHERE sequence = 7", 7),
    "a changed time": ("UPDATE records SET at_us = at_us + 1 WHERE sequence = 7", 7),
    "a changed topic": ("UPDATE records SET topic = topic || '-2' WHERE sequence = 7", 7),
    "a changed digest": ("UPDATE records SET digest = zeroblob(32) WHERE sequence = 7", 7),
    "a changed opening": ("UPDATE records SET at_us = at_us + 1 WHERE sequence = 1", 1),
    "a changed last record": ("UPDATE records SET payload = CAST(payload || ' ' AS BLOB) WHERE sequence = 25", 25),
    "the first record gone": ("DELETE FROM records WHERE sequence = 1", 1),
    "a record gone": ("DELETE FROM records WHERE sequence = 7", 7),
    "the last record gone": ("DELETE FROM records WHERE sequence = 25", 25),
    "the last three records gone": ("DELETE FROM records WHERE sequence > 22", 23),
    "all records gone": ("DELETE FROM records", 1),
    "two records with their places swapped": (
        """
        UPDATE records SET sequence = -7 WHERE sequence = 7;
        UPDATE records SET sequence = 7 WHERE sequence = 8;
        UPDATE records SET sequence = 8 WHERE sequence = -7
        """,
        7,
    ),
    "a record added": (
        "INSERT INTO records SELECT 26, at_us, topic, digest, payload FROM records WHERE sequence = 25",
        26,
    ),
    "a changed count of records": ("UPDATE journal SET records = 24", 25),
    "a changed end of the chain": ("UPDATE journal SET digest = zeroblob(32)", 26),
    "the row that counts gone": ("DELETE FROM journal", 1),
}

"""By what was done to the file: the first record that is not as it was written."""

DAMAGED_PUBLICATIONS = {
    "a changed digest": ("UPDATE publications SET digest = zeroblob(32) WHERE number = 7", 7),
    "a changed time": ("UPDATE publications SET at_us = at_us + 1 WHERE number = 7", 7),
    "a changed sequence": ("UPDATE publications SET sequence = sequence + 1 WHERE number = 7", 7),
    "a changed topic": ("UPDATE publications SET topic = 'x' WHERE number = 7", 7),
    "a changed link": ("UPDATE publications SET link = zeroblob(32) WHERE number = 7", 7),
    "the first one gone": ("DELETE FROM publications WHERE number = 1", 1),
    "one gone": ("DELETE FROM publications WHERE number = 7", 7),
    "the last one gone": ("DELETE FROM publications WHERE number = 12", 12),
    "one added": (
        "INSERT INTO publications SELECT 13, at_us, sequence, topic, digest, link, payload FROM publications LIMIT 1",
        13,
    ),
    "a changed count": ("UPDATE journal SET publications = 11", 12),
    "a changed client id": ("UPDATE journal SET client_id = 'another'", 1),
}
"""By what was done to the file: the first publication that is not as it was written."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made(tmp_path / "night.sqlite", counts=COUNTS, publications=len(SAID))
    return tmp_path / "night.sqlite"


def read_until_damage(path: Path) -> Sequence[Record]:
    """Read as much as can be read."""
    read: list[Record] = []
    with suppress(OurJournal), open_reader(path) as reader:
        read.extend(reader.records())
    return read


# Records


@pytest.mark.parametrize("statements, number", DAMAGED_RECORDS.values(), ids=DAMAGED_RECORDS)
def test_a_damaged_record_is_named_by_its_number(path: Path, statements: str, number: int) -> None:
    tamper(path, *statements.split(";"))
    told = rf"night\.sqlite, record {number}: found .*; expected .*verify.* finds sound.*journal export"
    for opened in (Journal.open, lambda path, _: verify(path)):
        with pytest.raises(JournalDamagedError, match=told):
            opened(path, OPENING)


@pytest.mark.parametrize("statements, number", DAMAGED_RECORDS.values(), ids=DAMAGED_RECORDS)
def test_the_records_before_a_damaged_one_can_still_be_read(path: Path, statements: str, number: int) -> None:
    tamper(path, *statements.split(";"))
    assert read_until_damage(path)[: number - 1] == RECORDS[: number - 1]


def test_reading_from_a_later_place_notices_damage_after_it(path: Path) -> None:
    tamper(path, *DAMAGED_RECORDS["a record gone"][0].split(";"))
    with open_reader(path) as reader:
        with pytest.raises(JournalDamagedError, match="record 7"):
            list(reader.records(after=3))
        with pytest.raises(JournalDamagedError, match="record 7"):
            list(reader.records(after=7))
        assert list(reader.records(after=8)) == RECORDS[8:]


def test_a_last_record_that_is_gone_or_changed_is_not_given_as_the_last(path: Path) -> None:
    for name in ("the last record gone", "a changed last record"):
        copy = path.with_name(f"{name}.sqlite")
        shutil.copy(path, copy)
        tamper(copy, DAMAGED_RECORDS[name][0])
        with open_reader(copy) as reader, pytest.raises(JournalDamagedError, match="record 25"):
            _ = reader.last


def test_a_record_that_somebody_else_wrote_is_damage_even_where_it_follows(path: Path) -> None:
    forged = chained([*(record.message for record in RECORDS), count(99)])[-1]
    with closing(sqlite3.connect(path)) as db, db:
        values = (forged.sequence, forged.message.at_us, forged.message.topic, forged.digest, forged.message.payload)
        db.execute("INSERT INTO records (sequence, at_us, topic, digest, payload) VALUES (?, ?, ?, ?, ?)", values)
    with pytest.raises(JournalDamagedError, match="record 26: found a chain that goes on"):
        Journal.open(path, OPENING)


def test_damage_is_told_by_the_record_in_a_journal_of_many_pages(tmp_path: Path) -> None:
    path = tmp_path / "long.sqlite"
    records = made(path, counts=1000)
    tamper(path, "UPDATE records SET at_us = 0 WHERE sequence = 777")
    with pytest.raises(JournalDamagedError, match=r"record 777: .*Records 1 to 776 are sound"):
        verify(path)
    assert read_until_damage(path) == records[:776]


@pytest.mark.parametrize(
    "statement, place",
    [
        ("UPDATE records SET topic = CAST(topic AS BLOB) WHERE sequence = 7", "record 7"),
        ("UPDATE journal SET digest = 7", "record 1"),
        ("UPDATE journal SET client_id = CAST(client_id AS BLOB)", "publication 1"),
        ("UPDATE publications SET digest = 7 WHERE number = 7", "publication 7"),
    ],
)
def test_values_of_another_kind_are_damage(path: Path, statement: str, place: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')')")
    tamper(path, statement)
    with pytest.raises(JournalDamagedError, match=f"{place}: found"):
        verify(path)


def test_a_publication_of_another_kind_is_not_given(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')')")
    tamper(path, "UPDATE publications SET digest = 7 WHERE number = 7")
    with open_reader(path) as reader, pytest.raises(JournalDamagedError, match="publication 7"):
        list(reader.publications())


def test_a_topic_that_is_not_utf_8_is_damage(path: Path) -> None:
    tamper(path, "UPDATE records SET topic = CAST(x'ff' AS TEXT) WHERE sequence = 7")
    with pytest.raises(JournalDamagedError, match=r"record 7: found .*UTF-8"):
        verify(path)


# Publications


@pytest.mark.parametrize("statement, number", DAMAGED_PUBLICATIONS.values(), ids=DAMAGED_PUBLICATIONS)
def test_a_damaged_publication_is_named_by_its_number(path: Path, statement: str, number: int) -> None:
    tamper(path, statement)
    told = rf"night\.sqlite, publication {number}: found .*; expected .*can be computed from them again"
    for opened in (Journal.open, lambda path, _: verify(path)):
        with pytest.raises(JournalDamagedError, match=told):
            opened(path, OPENING)


@pytest.mark.parametrize(
    "bytes_", ["(SELECT payload FROM publications WHERE number = 8)", "x'00'", "CAST(payload || ' ' AS BLOB)"]
)
def test_bytes_that_did_not_go_out_are_not_given_as_such(path: Path, bytes_: str) -> None:
    tamper(path, f"UPDATE publications SET payload = {bytes_} WHERE number = 7")
    with pytest.raises(JournalDamagedError, match="publication 7"):
        verify(path)
    read: list[Publication] = []
    with written(path) as journal:
        with pytest.raises(JournalDamagedError, match="publication 7"):
            read.extend(journal.publications())
        assert list(journal.publications(until_us=SAID[5].at_us)) == SAID[:6]


# The file itself


def outcome(path: Path) -> object:
    """Open and read all of a journal, as the service does and as `verify` does."""
    try:
        with written(path) as journal:
            found = [*journal.records()], [*journal.publications()], journal.client_id
        verify(path)
    except OurJournal:
        return "told"
    return found


def copies(path: Path, folder: Path, damages: Sequence[Callable[[bytearray], object]]) -> Sequence[object]:
    """Damage one copy of a journal after the other, and give what came of each."""
    whole = path.read_bytes()
    outcomes: list[object] = []
    for number, damage in enumerate(damages):
        copy = folder / str(number) / "night.sqlite"
        copy.parent.mkdir(parents=True)
        contents = bytearray(whole)
        damage(contents)
        copy.write_bytes(contents)
        outcomes.append(outcome(copy))
        shutil.rmtree(copy.parent)
    return outcomes


def flip(place: int, bit: int) -> Callable[[bytearray], object]:
    def flipped(contents: bytearray) -> None:
        contents[place] ^= 1 << bit

    return flipped


def cut(length: int) -> Callable[[bytearray], object]:
    def shortened(contents: bytearray) -> None:
        del contents[length:]

    return shortened


@pytest.mark.parametrize("seed", range(2))
def test_a_flipped_bit_anywhere_in_the_file_is_told_or_is_where_nothing_is_kept(
    path: Path, tmp_path: Path, seed: int
) -> None:
    as_written = outcome(path)
    choice = random.Random(seed)
    size = path.stat().st_size
    places = [min(start + choice.randrange(64), size - 1) for start in range(0, size, 64)]
    outcomes = copies(path, tmp_path / "copies", [flip(place, choice.randrange(8)) for place in places])
    silent = [place for place, found in zip(places, outcomes, strict=True) if found not in ("told", as_written)]
    assert silent == [], f"with seed {seed}"
    assert outcomes.count("told") > len(places) // 3


def test_a_file_that_was_cut_short_is_told_at_any_length(path: Path, tmp_path: Path) -> None:
    lengths = [*range(0, path.stat().st_size, 1000), path.stat().st_size - 1]
    assert set(copies(path, tmp_path / "copies", [cut(length) for length in lengths])) == {"told"}


@pytest.mark.parametrize(
    "contents, told",
    [
        (b"", "record 1: found an empty file.*remove the empty file"),
        (b"not a database at all" * 500, "record 1: found .*file is not a database.*No record is sound"),
    ],
)
def test_a_file_that_is_no_journal_any_more_is_damage(tmp_path: Path, contents: bytes, told: str) -> None:
    path = tmp_path / "night.sqlite"
    path.write_bytes(contents)
    for opened in (Journal.open, lambda path, _: open_reader(path)):
        with pytest.raises(JournalDamagedError, match=told):
            opened(path, OPENING)
    assert path.read_bytes() == contents, "and it is left as it was"


def test_damage_to_the_files_structure_is_found_where_no_record_is_touched(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE spare (x)")
        db.execute("INSERT INTO spare VALUES (zeroblob(20000))")
        db.execute("DROP TABLE spare")
        pages = db.execute("PRAGMA freelist_count").fetchone()[0]
    assert pages > 2
    contents = bytearray(path.read_bytes())
    contents[32:36] = (2).to_bytes(4, "big")  # the list of free pages now begins at a page that is in use
    path.write_bytes(contents)
    with pytest.raises(JournalDamagedError, match="record 26: found what SQLite calls"):
        verify(path)
