"""The journal's file: its tables, how it is opened, and what SQLite's complaints mean to us."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from service.errors import JournalBusyError, JournalDamagedError, JournalMismatchError, JournalWriteError, OurJournal

APPLICATION_ID: Final = 0x454E4A31
STORAGE_FORMAT: Final = 1
"""Raised when the tables change."""

Damaged = Callable[..., JournalDamagedError]
"""`damaged_record` or `damaged_publication`."""

UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file can raise; the second where SQLite's own message quotes the damage."""

BUSY_S_MAX: Final = 2.0
"""How long to wait for somebody who looks into the file with another program before giving up."""

BUSY_WRITING_S_MAX: Final = 60.0
"""How long its writer waits: nothing is acknowledged meanwhile, so nothing is lost; a night is not to end over it."""

PAGE_ROWS_MAX: Final = 100
"""Rows read at once: no transaction stays open while they are used, and 100 of the largest payloads fit in memory."""

SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {STORAGE_FORMAT};
CREATE TABLE journal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    client_id TEXT NOT NULL,
    records INTEGER NOT NULL,
    digest BLOB NOT NULL,
    publications INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT;
CREATE TABLE records (
    sequence INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    topic TEXT NOT NULL,
    digest BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE TABLE publications (
    number INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    topic TEXT NOT NULL,
    digest BLOB NOT NULL,
    link BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;
"""


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open the journal's file, which must exist.

    Errors: JournalDamagedError when it is no database (any more); JournalMismatchError when it is another program's or
    another version's; JournalBusyError when somebody keeps it locked; JournalWriteError when we lack the permission.
    """
    if path.stat().st_size == 0:
        raise damaged_record(
            path,
            1,
            found="an empty file",
            expected="the record that opens the journal",
            way_out="Put back a copy of the journal; if there never was one, remove the empty file.",
        )
    with unreadable(damaged_record, path, 1), ExitStack() as unless_sound:
        db = sqlite3.connect(
            f"{path.as_uri()}?{_access(path, read_only=read_only)}",
            uri=True,
            timeout=BUSY_S_MAX if read_only else BUSY_WRITING_S_MAX,
            isolation_level=None,
            check_same_thread=False,
        )
        unless_sound.callback(db.close)
        # Damaged pages are noticed where they are read, before they do harm.
        db.execute("PRAGMA cell_size_check = ON")
        found = (_number(db, "PRAGMA application_id"), _number(db, "PRAGMA user_version"))
        if found != (APPLICATION_ID, STORAGE_FORMAT):
            raise JournalMismatchError(
                where=str(path),
                found=f"a database with application id {found[0]:#x} and format {found[1]}",
                expected=f"a journal: application id {APPLICATION_ID:#x} and format {STORAGE_FORMAT}",
                way_out="Name another file, or use the version of election-night that wrote this one.",
            )
        unless_sound.pop_all()
        return db


def _access(path: Path, *, read_only: bool) -> str:
    """Say how SQLite is to open the file."""
    if not read_only:
        return "mode=rw"
    # To read, SQLite puts an index beside the file. Where it may not, and no log is there, nobody writes.
    alone = not path.with_name(path.name + "-wal").exists() and not os.access(path.parent, os.W_OK)
    return "mode=ro&immutable=1" if alone else "mode=ro"


def _number(db: sqlite3.Connection, question: str) -> int:
    (answer,) = db.execute(question).fetchone()
    return int(answer)


def damaged_record(
    path: Path, sequence: int, *, found: str, expected: str, way_out: str | None = None
) -> JournalDamagedError:
    """Say that record `sequence` is the first that is not as it was written."""
    sound = {1: "No record is", 2: "Record 1 is"}.get(sequence, f"Records 1 to {sequence - 1} are")
    return JournalDamagedError(
        where=f"{path}, record {sequence}",
        found=found,
        expected=expected,
        way_out=way_out
        or (
            f"{sound} sound. Keep the file as it is and put back a copy that `election-night journal verify` finds "
            "sound. Without one, write the sound records out with `election-night journal export`, import them into a "
            "new journal, and have the count centres send again what followed."
        ),
    )


def damaged_publication(path: Path, number: int, *, found: str, expected: str) -> JournalDamagedError:
    """Say that publication `number` is the first that is not as it was written. The records do not depend on it."""
    return JournalDamagedError(
        where=f"{path}, publication {number}",
        found=found,
        expected=expected,
        way_out=(
            "Keep the file as it is and put back a copy that `election-night journal verify` finds sound. Without one, "
            "write the records out with `election-night journal export` and import them into a new journal: what was "
            "published can be computed from them again, only when it was said cannot."
        ),
    )


def complaint(damaged: Damaged, path: Path, number: int, error: Exception) -> OurJournal:
    """Turn SQLite's complaint while reading record or publication `number` into ours."""
    name: str = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return JournalWriteError(
            where=str(path),
            found=f'what SQLite calls "{error}"',
            expected="a file that we may read, in a folder in which we may write",
            way_out="Give us the permission, or copy the journal with its -wal to a folder of your own.",
        )
    if is_locked(error):
        return locked(path, f"a file that another program kept locked ({error})", "a file that can be read")
    return damaged(path, number, found=f'what SQLite calls "{error}"', expected="what can be read")


def is_locked(error: Exception) -> bool:
    """Say whether SQLite complains that somebody else keeps the file locked."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def locked(path: Path, found: str, expected: str) -> JournalBusyError:
    """Say that another program keeps the file locked."""
    return JournalBusyError(
        where=str(path),
        found=found,
        expected=expected,
        way_out="Close the program that looks into it (`fuser` on the file names it), and start again.",
    )


@contextmanager
def unreadable(damaged: Damaged, path: Path, number: int) -> Iterator[None]:
    """Turn SQLite's complaints while reading record or publication `number` into ours."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed journal was asked: not the file's fault
    except UNREADABLE as error:
        raise complaint(damaged, path, number, error) from error
