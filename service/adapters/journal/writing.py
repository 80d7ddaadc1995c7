"""Writing the journal: made whole, opened only when sound, and every batch on disk before it returns."""

import errno
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from service.adapters.journal.lock import only_writer
from service.adapters.journal.log import check_log
from service.adapters.journal.mismatch import mismatch
from service.adapters.journal.publications import KEEP, Said, check_links, first_link, link_rows, read_publications
from service.adapters.journal.reading import read_records
from service.adapters.journal.storage import (
    BUSY_WRITING_S_MAX,
    SCHEMA,
    connect,
    damaged_record,
    is_locked,
    locked,
)
from service.errors import JournalWriteError
from service.records import Message, Publication, Record, follow

CLIENT_ID_BYTES: Final = 8
"""Random bytes in a client id: who guesses it takes over our session. MQTT 3.1.1 promises room for 23 characters."""

INSTANCE_DIGITS: Final = 16

ADD_RECORD: Final = "INSERT INTO records (sequence, at_us, topic, digest, payload) VALUES (?, ?, ?, ?, ?)"
COUNT_RECORDS: Final = "UPDATE journal SET records = ?, digest = ?"
COUNT_PUBLICATIONS: Final = "UPDATE journal SET publications = ?, link = ?"


class Journal:
    """The journal of a night, opened by its one writer. Not for two calls at once.

    `client_id` is who we are to the broker: random, made with the file, a secret; `instance` is made of it, names the
    journal to everybody, and does not give it away. `last` is the last record.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, last: Record, said: Said) -> None:
        self._path: Final = path
        self._db: Final = db
        self._held = ExitStack()
        self._file: Final = path.stat()
        self._said: Final = said
        self.last = last
        (self.client_id,) = db.execute("SELECT client_id FROM journal").fetchone()
        self.instance = hashlib.sha256(b"instance " + self.client_id.encode()).hexdigest()[:INSTANCE_DIGITS]

    @classmethod
    def open(cls, path: Path, opening: Message) -> Self:
        """Make the journal with `opening` as record 1, or go on with the one that is there after checking all of it.

        Errors: JournalMismatchError when it was opened for something else, JournalDamagedError, JournalBusyError when
        another process writes it, JournalWriteError.
        """
        path = path.resolve()
        with ExitStack() as unless_sound:
            unless_sound.enter_context(only_writer(path))
            if not path.exists():
                _create(path, opening)
            check_log(path)
            db = connect(path, read_only=False)
            unless_sound.callback(db.close)
            last = None
            for last in read_records(db, path, after=0):
                if last.sequence == 1 and last.message != opening:
                    raise mismatch(path, found=last.message, expected=opening)
            assert last is not None, "no journal is without its first record"
            said = check_links(db, path)
            with _writing(path):
                _write_ahead(db)
            journal = cls(path, db, last, said)
            journal._held = unless_sound.pop_all()
            return journal

    def append(self, messages: Sequence[Message]) -> Sequence[Record]:
        """Put messages on record: one commit and one fsync for all of them, on disk when this returns.

        Errors: JournalWriteError (disk full, say): then nothing of the batch is kept, and it may be tried again.
        """
        records: list[Record] = []
        last = self.last
        for message in messages:
            last = follow(last, message)
            records.append(last)
        if records:
            with self._commit():
                self._db.executemany(ADD_RECORD, map(_row, records))
                self._db.execute(COUNT_RECORDS, (last.sequence, last.digest))
            self.last = last
        return records

    def keep_publications(self, publications: Sequence[Publication]) -> None:
        """Keep what we are about to say, or said: one commit and one fsync. Errors: as `append`."""
        if not publications:
            return
        rows = link_rows(self._said, publications)
        *_, (number, _, _, _, _, link, _) = rows
        with self._commit():
            self._db.executemany(KEEP, rows)
            self._db.execute(COUNT_PUBLICATIONS, (number, link))
        self._said.number, self._said.link = number, link
        self._said.sequences.update((publication.topic, publication.sequence) for publication in publications)

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Give the records that follow `after` in order, each checked against the chain; JournalDamagedError."""
        return read_records(self._db, self._path, after=after)

    def publications(self, *, topic: str | None = None, until_us: int | None = None) -> Iterator[Publication]:
        """Give what we said, in order: all of it, or on one topic, or until a time (included); JournalDamagedError."""
        return read_publications(self._db, self._path, topic=topic, until_us=until_us)

    def last_publication_sequence(self, topic: str) -> int:
        """Give the last record that our last publication on a topic took into account; 0 if there was none."""
        return self._said.sequences.get(topic, 0)

    def close(self) -> None:
        """Close the file, which then is one file again, and let another writer in."""
        self._held.close()

    @contextmanager
    def _commit(self) -> Iterator[None]:
        """Write one transaction, whole or not at all.

        After a failure SQLite writes the same pages of its log again with the next transaction, so that a failed fsync
        is not taken for a good one later: trying again is safe.
        """
        with _writing(self._path):
            if not os.path.samestat(self._file, self._path.stat()):
                raise OSError(errno.ESTALE, "another file under the journal's name")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    if self._db.in_transaction:  # SQLite has not already taken it back itself
                        self._db.execute("ROLLBACK")
                raise


def _row(record: Record) -> tuple[int, int, str, bytes, bytes]:
    message = record.message
    return record.sequence, message.at_us, message.topic, record.digest, message.payload


def _create(path: Path, opening: Message) -> None:
    """Make a journal whose only record is `opening`, complete from the moment it has its name."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise damaged_record(
            path,
            1,
            found=f"no file of that name, but the last records of one in {log.name}",
            expected="both, or neither",
            way_out=f"Put the journal's file back; or, to begin a new one, move {log.name} away.",
        )
    new = path.with_name(path.name + ".new")
    with _writing(path):
        new.unlink(missing_ok=True)
        new.with_name(new.name + "-journal").unlink(missing_ok=True)
        # Counts in it may be secret until they are declared: its owner alone reads it and what SQLite puts beside it.
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        client_id = secrets.token_hex(CLIENT_ID_BYTES)
        first = follow(None, opening)
        with closing(sqlite3.connect(new, isolation_level=None)) as db:
            db.execute("PRAGMA fullfsync = ON")
            db.executescript(f"BEGIN; {SCHEMA}")
            db.execute(ADD_RECORD, _row(first))
            db.execute(
                "INSERT INTO journal (one, client_id, records, digest, publications, link) VALUES (1, ?, 1, ?, 0, ?)",
                (client_id, first.digest, first_link(client_id)),
            )
            db.execute("COMMIT")
        new.rename(path)
        _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Have the names in a folder on disk as well as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_ahead(db: sqlite3.Connection) -> None:
    """Have commits appended to a log (WAL) and on disk, that is fsynced, before they return."""
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise OSError(errno.ENOTSUP, "a file system on which SQLite cannot write ahead (a network drive?)")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # macOS: through the drive's own cache too; nothing elsewhere
    db.execute("PRAGMA checkpoint_fullfsync = ON")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what hinders writing into our error."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed journal was written: our bug
    except (OSError, sqlite3.Error) as error:
        if is_locked(error):
            found = f"a file that another program kept locked for {BUSY_WRITING_S_MAX:g} s; nothing was acknowledged"
            raise locked(path, found, "a file that can be written") from error
        raise JournalWriteError(
            where=str(path),
            found=str(error),
            expected="a journal that can be written",
            way_out=(
                "Nothing of this was acknowledged, and the broker brings it again. Free disk space, put the file back "
                "or restore the permissions, then start again."
            ),
        ) from error
