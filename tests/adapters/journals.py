"""Journals to test with."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from service.adapters.journal import Journal
from service.ids import ElectionId
from service.records import Message, Publication, Record, follow, opening

OPENING = opening(
    ElectionId("london-2004"),
    content="5f" * 32,
    day=datetime(2004, 6, 10, tzinfo=UTC),
    rules={"constituency": "plurality/1"},
    test=False,
)
FIRST_US = 1_086_902_400_000_000
"""22:20 on polling day in London, after the polls closed."""


def count(number: int) -> Message:
    """Give the nth message of a night, of a length of its own."""
    payload = b'{"votes": ' + hashlib.sha256(b"%d" % number).hexdigest().encode() * (1 + number % 7) + b"}"
    return Message(
        at_us=FIRST_US + number * 1_000_003, topic=f"elections/london-2004/counts/c/area-{number}", payload=payload
    )


def standings(number: int) -> Publication:
    """Give the nth publication of a night, on one topic of three."""
    return Publication(
        at_us=FIRST_US + number * 1_000_003 + 7,
        topic=f"elections/london-2004/standings/body-{number % 3}",
        payload=b'{"seats": [%d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}' % number,
        sequence=number + 1,
    )


def chained(messages: Sequence[Message]) -> Sequence[Record]:
    """Put messages on record without any journal."""
    records: list[Record] = []
    for message in messages:
        records.append(follow(records[-1] if records else None, message))
    return records


@contextmanager
def written(path: Path) -> Iterator[Journal]:
    """Open the journal of the tests' night to write it."""
    with closing(Journal.open(path, OPENING)) as journal:
        yield journal


def made(path: Path, *, counts: int, publications: int = 0) -> Sequence[Record]:
    """Make a journal of some counts and publications, closed and whole in one file; give its records."""
    with written(path) as journal:
        journal.append([count(number) for number in range(1, counts + 1)])
        journal.keep_publications([standings(number) for number in range(1, publications + 1)])
        return list(journal.records())


def tamper(path: Path, *statements: str) -> None:
    """Change a journal behind its back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            assert db.execute(statement).rowcount != 0, "the statement changes something"
