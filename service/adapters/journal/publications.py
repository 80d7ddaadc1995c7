"""What we said: publications as they are kept, read again and checked."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.adapters.journal.storage import PAGE_ROWS_MAX, damaged_publication, unreadable
from service.errors import JournalDamagedError
from service.records import Publication

COMPRESSION_LEVEL: Final = 1
"""The fastest: standings get several times smaller; higher levels would hold up the records that wait behind them."""

KEEP: Final = """
INSERT INTO publications (number, at_us, sequence, topic, digest, link, payload) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
READ: Final = """
SELECT number, at_us, sequence, topic, digest, payload FROM publications
WHERE number > :after AND (:topic IS NULL OR topic = :topic) AND (:until_us IS NULL OR at_us <= :until_us)
ORDER BY number LIMIT :rows
"""
READ_LINKS: Final = "SELECT number, at_us, sequence, topic, digest, link FROM publications ORDER BY number"

Row = tuple[int, int, int, str, bytes, bytes, bytes]


@dataclass(slots=True)
class Said:
    """How far publications have come: how many, their chain's end, and by topic the last record taken into account."""

    number: int
    link: bytes
    sequences: dict[str, int]


def first_link(client_id: str) -> bytes:
    """Give the value from which the chain of publications starts."""
    return hashlib.sha256(client_id.encode()).digest()


def link_rows(said: Said, publications: Sequence[Publication]) -> Sequence[Row]:
    """Write publications as rows that follow what was said."""
    number, link = said.number, said.link
    rows: list[Row] = []
    for publication in publications:
        digest = bytes.fromhex(publication.digest)
        number += 1
        link = _link(link, publication.at_us, publication.sequence, publication.topic, digest)
        payload = zlib.compress(publication.payload, COMPRESSION_LEVEL)
        rows.append((number, publication.at_us, publication.sequence, publication.topic, digest, link, payload))
    return rows


def read_publications(
    db: sqlite3.Connection, path: Path, *, topic: str | None, until_us: int | None
) -> Iterator[Publication]:
    """Read publications in order, checking the bytes of each against its digest."""
    number = 0
    while True:
        wanted = {"after": number, "topic": topic, "until_us": until_us, "rows": PAGE_ROWS_MAX}
        with unreadable(damaged_publication, path, number + 1):
            page = db.execute(READ, wanted).fetchall()
        for row in page:
            number, publication = _opened(path, number, row)
            yield publication
        if len(page) < PAGE_ROWS_MAX:
            return


def check_links(db: sqlite3.Connection, path: Path) -> Said:
    """Check that every publication follows from the one before it and that none is missing; say how far they come.

    Nobody may write meanwhile. The bytes themselves are checked when they are read: see `read_publications`.
    """
    number = 0
    sequences: dict[str, int] = {}
    with unreadable(damaged_publication, path, 1):
        head = db.execute("SELECT client_id, publications, link FROM journal").fetchone()
        rows = db.execute(READ_LINKS)
    match head:
        case (str(client_id), int(publications), bytes(end)):
            link = first_link(client_id)
        case _:
            raise _other(path, 1)
    while True:
        with unreadable(damaged_publication, path, number + 1):
            row = rows.fetchone()
        match row:
            case None:
                break
            case (int(found), int(at_us), int(sequence), str(topic), bytes(digest), bytes(kept)) if found == number + 1:
                number, link = found, _link(link, at_us, sequence, topic, digest)
                if link != kept:
                    raise _other(path, number)
                sequences[topic] = sequence
            case _:
                raise _other(path, number + 1)
    if (number, link) != (publications, end):
        raise damaged_publication(
            path,
            min(number, publications) + 1,
            found=f"an end at publication {number}, {link.hex()}",
            expected=f"the end that the journal counts: publication {publications}, {end.hex()}",
        )
    return Said(number=number, link=link, sequences=sequences)


def read_row(path: Path, row: tuple[object, ...]) -> Publication:
    """Read a row as `READ` gives it, checking its bytes against their digest; JournalDamagedError."""
    return _opened(path, 0, row)[1]


def _opened(path: Path, number: int, row: tuple[object, ...]) -> tuple[int, Publication]:
    """Turn a row as `READ` gives it into its number and the publication."""
    match row:
        case (int(number), int(at_us), int(sequence), str(topic), bytes(digest), bytes(compressed)):
            try:
                payload = _unpacked(compressed)
            except zlib.error as error:
                raise _other(path, number) from error
            if hashlib.sha256(payload).digest() != digest:
                raise _other(path, number)
            return number, Publication(at_us=at_us, topic=topic, payload=payload, sequence=sequence)
        case _:
            raise _other(path, number + 1)


def _unpacked(compressed: bytes) -> bytes:
    """Read what was compressed, to its end and nothing behind it; zlib.error where it is anything else."""
    stream = zlib.decompressobj()
    payload = stream.decompress(compressed)
    if not stream.eof or stream.unused_data:
        raise zlib.error("cut short, or followed by something else")
    return payload


def _link(before: bytes, at_us: int, sequence: int, topic: str, digest: bytes) -> bytes:
    """Give a publication's place in their chain: the package's docstring has the formula."""
    name = topic.encode()
    numbers = b"".join(number.to_bytes(8, "big", signed=True) for number in (at_us, sequence, len(name)))
    return hashlib.sha256(before + numbers + name + digest).digest()


def _other(path: Path, number: int) -> JournalDamagedError:
    return damaged_publication(
        path,
        number,
        found="no publication, or another time, topic or payload than it was written with",
        expected="publications numbered without a gap, each with the bytes that went out",
    )
