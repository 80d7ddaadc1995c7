"""What is on record: the messages of a night as they came, in order, chained so that a change anywhere shows.

The chain: `digest(n) = SHA-256(digest(n-1) || time || len(topic) || topic || len(payload) || payload)`, the time in
microseconds since 1970 UTC as 8 bytes, lengths as 8 bytes, all big-endian and signed, the topic in UTF-8; `digest(0)`
is 32 zero bytes. The journal's first record is written by the service itself: see `opening`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.ids import ElectionId

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DIGEST: Final = bytes(32)
JOURNAL_FORMAT: Final = 1
"""Raised when the chain or the meaning of the opening record changes."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came: when (microseconds since 1970 UTC), on which topic, and its bytes, untouched."""

    at_us: int
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A message in its place on record: `sequence` counts from 1, `digest` is the chain's value there (32 bytes)."""

    sequence: int
    message: Message
    digest: bytes


@dataclass(frozen=True, slots=True)
class Publication:
    """What we said: when, on which topic, which bytes, and after which record."""

    at_us: int
    topic: str
    payload: bytes
    sequence: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the payload, in hexadecimal."""
        return hashlib.sha256(self.payload).hexdigest()


def chain(before: bytes, message: Message) -> bytes:
    """Give the digest of a record from the digest before it and its message."""
    topic = message.topic.encode()
    link = hashlib.sha256(before)
    link.update(message.at_us.to_bytes(8, "big", signed=True))
    link.update(len(topic).to_bytes(8, "big", signed=True))
    link.update(topic)
    link.update(len(message.payload).to_bytes(8, "big", signed=True))
    link.update(message.payload)
    return link.digest()


def follow(last: Record | None, message: Message) -> Record:
    """Put a message on record after `last` (None: as the first)."""
    if last is None:
        return Record(sequence=1, message=message, digest=chain(FIRST_DIGEST, message))
    return Record(sequence=last.sequence + 1, message=message, digest=chain(last.digest, message))


STEP_BACK_US_MAX: Final = 60_000_000
"""A minute: so far back a clock may step, as a time server sets it, without times on record following it."""


def time_of_arrival(now_us: int, last: Record) -> int:
    """Say under which time what comes now is put on record after `last`, in microseconds since 1970 UTC.

    The opening record's time is the start of polling day, whenever it was written: rehearsals come before it. While the
    clock is a little behind the last record, its time is kept. A clock that was ahead and is set right is followed: the
    order on record is that of sequence, and a time that stood still until the clock has caught up would be no time.
    """
    before_us = last.message.at_us
    slightly_behind = now_us < before_us <= now_us + STEP_BACK_US_MAX
    return before_us if last.sequence > 1 and slightly_behind else now_us


def opening(election: ElectionId, *, content: str, day: datetime, rules: Mapping[str, str], test: bool) -> Message:
    """Write the first record: which election, its folder's content by hash, its rules' versions, live night or test.

    Everything in it follows from the election folder and the mode, its time too (the start of polling day), so that a
    night that is exported and imported again is the same night with the same digests.
    """
    payload = {"election": election, "content": content, "rules": dict(rules), "test": test, "format": JOURNAL_FORMAT}
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Message(at_us=microseconds(day), topic=f"journal/{election}/opened", payload=body.encode())


def microseconds(at: datetime) -> int:
    """Turn an aware time into whole microseconds since 1970 UTC, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """Turn microseconds since 1970 into an aware time in UTC, exactly."""
    return EPOCH + timedelta(microseconds=at_us)
