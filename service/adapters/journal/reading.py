"""Reading the journal: in pages, so that nothing is held open between them, and checked as it is read."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from service.adapters.journal.log import check_log
from service.adapters.journal.publications import check_links, read_publications
from service.adapters.journal.storage import PAGE_ROWS_MAX, UNREADABLE, complaint, connect, damaged_record, unreadable
from service.errors import NightError, OurJournal
from service.records import FIRST_DIGEST, Message, Publication, Record, chain

# One statement sees one moment of the file, whatever is written meanwhile: so the count of records and the rows agree.
READ_RECORDS: Final = """
SELECT journal.records, journal.digest, r.sequence, r.at_us, r.topic, r.payload, r.digest
FROM journal LEFT JOIN records AS r ON r.sequence > ? AND r.sequence <= ? WHERE journal.one = 1 ORDER BY r.sequence
"""
RECORD: Final = (int, bytes, int, int, str, bytes, bytes)
NO_RECORD: Final = (int, bytes, *[type(None)] * 5)
"""What a row may hold, for damage can change a value's kind. Compared as a whole: `match` would take twice the time."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A journal that was found sound.

    How many records and publications it holds, where its chain ends, and the times of its first and last record
    (microseconds since 1970 UTC).
    """

    records: int
    digest: bytes
    first_at_us: int
    last_at_us: int
    publications: int


class JournalReader:
    """A journal being read, while its night runs or afterwards; `opening` is its first message."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path: Final = path
        self._db: Final = db
        self.opening: Final = next(self.records()).message

    @property
    def last(self) -> Record:
        """The last record as of now; the writer may add more at any time."""
        return read_last(self._db, self._path)

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Give the records that follow `after` in order, each checked against the chain; JournalDamagedError."""
        return read_records(self._db, self._path, after=after)

    def publications(self, *, topic: str | None = None, until_us: int | None = None) -> Iterator[Publication]:
        """Give what we said, in order: all of it, or on one topic, or until a time (included); JournalDamagedError."""
        return read_publications(self._db, self._path, topic=topic, until_us=until_us)

    def ask(self, question: str, asked: Mapping[str, object]) -> Sequence[tuple[object, ...]]:
        """Ask the file a question of one's own, in SQL; sqlite3.Error as it comes."""
        return self._db.execute(question, asked).fetchall()

    def close(self) -> None:
        """Stop reading."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_reader(path: Path) -> JournalReader:
    """Open a journal to read it, without hindering who writes it.

    Errors: NightError when there is none; as `storage.connect`; JournalDamagedError.
    """
    path = path.resolve()
    if not path.is_file():
        raise NightError(where=str(path), found="no file", expected="a journal", way_out="Name an existing one.")
    db = connect(path, read_only=True)
    try:
        return JournalReader(path, db)
    except BaseException:
        db.close()
        raise


def verify(path: Path) -> Verification:
    """Check all that a journal holds, as of one moment: every record, every publication, and the file's own structure.

    Errors: as `open_reader`; JournalDamagedError names the first record or publication that is not as it was written.
    """
    path = path.resolve()
    with open_reader(path) as reader:
        check_log(path)
        db = reader._db  # noqa: SLF001 - the same module
        db.execute("BEGIN")
        first = last = None
        for last in reader.records():
            first = first or last
        assert first, "a reader has found its opening"
        assert last
        said = check_links(db, path)
        for _ in reader.publications():
            pass
        with unreadable(damaged_record, path, last.sequence + 1):
            (finding,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if finding != "ok":
            raise damaged_record(
                path, last.sequence + 1, found=f'what SQLite calls "{finding}"', expected="a sound file"
            )
        return Verification(
            records=last.sequence,
            digest=last.digest,
            first_at_us=first.message.at_us,
            last_at_us=last.message.at_us,
            publications=said.number,
        )


def read_records(db: sqlite3.Connection, path: Path, *, after: int) -> Iterator[Record]:
    """Read the records after `after`, checking that each follows from the one before it and that none is missing."""
    sequence, digest = after, _digest_at(db, path, after)
    while True:
        page, broken = _page(db, path, sequence, digest)
        yield from page
        if broken is not None:
            raise broken
        if len(page) < PAGE_ROWS_MAX:
            return
        sequence, digest = page[-1].sequence, page[-1].digest


def read_last(db: sqlite3.Connection, path: Path) -> Record:
    """Read the last record, checking that it follows from the one before it."""
    with unreadable(damaged_record, path, 1):
        row = db.execute("SELECT records FROM journal").fetchone()
    records = row[0] if row else 0
    return next(read_records(db, path, after=max(records, 1) - 1))


def _page(db: sqlite3.Connection, path: Path, sequence: int, digest: bytes) -> tuple[list[Record], OurJournal | None]:
    """Read the sound records after `sequence`, up to a page of them, and what is wrong with the next one."""
    page: list[Record] = []
    try:
        for record in _checked(db, path, sequence, digest):
            page.append(record)
            sequence = record.sequence
    except OurJournal as broken:
        return page, broken
    except sqlite3.ProgrammingError:
        raise  # as in `unreadable`
    except UNREADABLE as error:
        return page, complaint(damaged_record, path, sequence + 1, error)
    return page, None


def _checked(db: sqlite3.Connection, path: Path, sequence: int, digest: bytes) -> Iterator[Record]:
    """Read one page and check it: row by row, and at its end that the journal counts no more and no fewer."""
    until = sequence + PAGE_ROWS_MAX
    records, end = 0, FIRST_DIGEST
    for row in db.execute(READ_RECORDS, (sequence, until)):
        kinds = tuple(map(type, row))
        if kinds == NO_RECORD:
            records, end, *_ = row
            break
        if kinds != RECORD:
            raise damaged_record(
                path,
                sequence + 1,
                found="values of another kind",
                expected="a number, a time, a topic, a payload and a digest",
            )
        records, end, found, at_us, topic, payload, kept = row
        if found != sequence + 1:
            raise _missing(path, sequence + 1)
        message = Message(at_us=at_us, topic=topic, payload=payload)
        if chain(digest, message) != kept:
            raise damaged_record(
                path,
                found,
                found="a time, topic or payload other than it was written with",
                expected=f"what gives the chain's {kept.hex()}",
            )
        sequence, digest = found, kept
        yield Record(sequence=found, message=message, digest=kept)
    if sequence < min(max(records, 1), until):
        raise _missing(path, sequence + 1)
    if sequence > records or (sequence == records and digest != end):
        raise damaged_record(
            path,
            records + 1,
            found=f"a chain that goes on to record {sequence} and {digest.hex()}",
            expected=f"the end that the journal counts: record {records} and {end.hex()}",
        )


def _digest_at(db: sqlite3.Connection, path: Path, sequence: int) -> bytes:
    """Look up the chain's value at a record that was read before."""
    if sequence == 0:
        return FIRST_DIGEST
    with unreadable(damaged_record, path, sequence):
        row = db.execute("SELECT digest FROM records WHERE sequence = ?", (sequence,)).fetchone()
    match row:
        case (bytes(digest),):
            return digest
        case _:
            raise _missing(path, sequence)


def _missing(path: Path, sequence: int) -> OurJournal:
    return damaged_record(
        path,
        sequence,
        found="no record",
        expected="records numbered without a gap, as many as the journal counts",
    )
