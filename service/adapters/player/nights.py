"""Nights as files: JSON lines read strictly and written so that reading gives the same bytes."""

import base64
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

import zstandard

from service.errors import NightError
from service.records import Message, microseconds, moment

LINE_BYTES_MAX: Final = 2 * 1024 * 1024
"""No line is longer. A payload of 512 KiB, the most we take from a broker, needs less than half of it."""

READ_BYTES: Final = 1024
"""How much is read from the file at once: little, since four bytes of zstd can stand for 128 KiB that we then hold."""

RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
YEARS: Final = range(2, 9999)
"""Years of which every moment can be written in every time zone."""

MEMBERS: Final = ({"at", "topic", "payload"}, {"at", "topic", "payload_base64"})

COMPRESSIONS: Final = (".jsonl.gz", ".jsonl.zst")


def read_night(path: Path) -> Iterator[Message]:
    """Read a night's messages in the order of its lines, which need not be that of their times.

    Errors: NightError with the line, when the file or one of its lines cannot be read.
    """
    number = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(_lines(path, _contents(path, file)), start=1):
                if line.strip():
                    yield _read(f"{path}:{number}", line)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise NightError(
            where=f"{path}:{number + 1}",
            found=str(error),
            expected="a recorded night that can be read to its end",
            way_out="Name another file, or get this one again: it may have been cut off on its way.",
        ) from error


def write_night(path: Path, messages: Iterable[Message], *, time_zone: ZoneInfo) -> int:
    """Write messages as a night, compressed by the suffix, with times in a time zone; give how many there were.

    The file has its name when it is complete and on disk, and an earlier one of that name is there until then.
    Errors: NightError when it cannot be written, or when a message is too long to be read again.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    number = 0
    try:
        with ExitStack() as unless_complete:
            unless_complete.callback(part.unlink, missing_ok=True)
            part.touch(mode=0o600)  # it can hold counts that are not yet declared, as the journal does
            with part.open("wb") as file:
                with _compressed(path, file) as write:
                    for number, message in enumerate(messages, start=1):
                        write(_written(f"{path}:{number}", message, time_zone))
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            unless_complete.pop_all()
    except OSError as error:
        raise NightError(
            where=str(path), found=str(error), expected="a file that can be written", way_out="Name another file."
        ) from error
    return number


def _read(where: str, line: bytes) -> Message:
    """Read one line, strictly."""
    try:
        told = JSON.decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise _wrong(where, f"what is not plain JSON in UTF-8 ({error})", "one JSON object") from error
    if not isinstance(told, dict) or told.keys() not in MEMBERS:
        found = ", ".join(told) if isinstance(told, dict) else "no object"
        raise _wrong(where, found or "nothing in it", "at, topic, and either payload or payload_base64")
    return Message(
        at_us=_at_us(where, told["at"]),
        topic=_topic(where, told["topic"]),
        payload=_payload(where, told),
    )


def _at_us(where: str, at: object) -> int:
    if isinstance(at, str) and RFC_3339.fullmatch(at):
        try:
            time = datetime.fromisoformat(at.upper())
        except ValueError as error:
            raise _wrong(where, f"at {at} ({error})", "a time that exists") from error
        if time.year in YEARS:
            return microseconds(time)
    raise _wrong(
        where, f"at {json.dumps(at)}", "RFC 3339 with an offset and at most six decimals, 2004-06-11T14:05:00+01:00"
    )


def _topic(where: str, topic: object) -> str:
    if isinstance(topic, str) and topic and _encoded(topic) is not None:
        return topic
    raise _wrong(where, f"topic {json.dumps(topic)}", "a text in UTF-8, not empty")


def _payload(where: str, told: dict[str, Any]) -> bytes:
    if "payload" in told:
        payload = _plain(told["payload"])
        if payload is None:
            raise _wrong(where, "a payload that cannot be written as JSON in UTF-8", "its bytes as payload_base64")
        return payload
    try:
        return base64.b64decode(told["payload_base64"], validate=True)
    except (TypeError, ValueError) as error:
        raise _wrong(where, f"payload_base64 that cannot be read ({error})", "base64 with its padding") from error


def _written(where: str, message: Message, time_zone: ZoneInfo) -> bytes:
    """Write one line."""
    told: dict[str, Any] = {"at": _at(message.at_us, time_zone), "topic": message.topic}
    try:
        told["payload"] = JSON.decode(message.payload.decode())
    except (ValueError, RecursionError):
        told["payload"] = None
    if _plain(told["payload"]) != message.payload:
        del told["payload"]
        told["payload_base64"] = base64.b64encode(message.payload).decode()
    line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    if len(line) > LINE_BYTES_MAX:
        raise _wrong(where, f"a message that needs {len(line)} bytes", f"{LINE_BYTES_MAX} bytes at most")
    return line


def _at(at_us: int, time_zone: ZoneInfo) -> str:
    time = moment(at_us).astimezone(time_zone)
    offset = time.utcoffset()
    # Before 1900 zones kept local mean time, with seconds in its offset, which RFC 3339 cannot write.
    if offset is None or offset % timedelta(minutes=1):
        time = time.astimezone(UTC)
    return time.isoformat()


def _plain(payload: object) -> bytes | None:
    """Write a payload as the rule has it, or say that it cannot be written so."""
    try:
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return _encoded(text)


def _encoded(text: str) -> bytes | None:
    """Write a text in UTF-8, unless it holds half a character (a lone surrogate)."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _each_once(members: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(members)
    if len(told) != len(members):
        raise ValueError("a name twice in one object")
    return told


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


JSON: Final = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_number)


def _lines(path: Path, contents: Iterator[bytes]) -> Iterator[bytes]:
    """Cut the contents at each line feed, and only there: JSON has other line separators inside its texts."""
    number = 1
    rest: list[bytes] = []
    for piece in contents:
        for feeds, part in enumerate(piece.split(b"\n")):
            if feeds:
                yield b"".join(rest)
                number += 1
                rest.clear()
            rest.append(part)
            if sum(map(len, rest)) > LINE_BYTES_MAX:
                raise _wrong(f"{path}:{number}", "a line that goes on and on", f"{LINE_BYTES_MAX} bytes at most")
    yield b"".join(rest)


def _contents(path: Path, file: BufferedReader) -> Iterator[bytes]:
    """Read a file piece by piece, uncompressed as its suffix says."""
    match _compression(path):
        case ".gz":
            if not file.peek(1):
                raise EOFError("an empty file")
            with gzip.GzipFile(fileobj=file, mode="rb") as night:
                yield from iter(partial(night.read, READ_BYTES), b"")
        case ".zst":
            yield from _frames(file)
        case _:
            yield from iter(partial(file.read, READ_BYTES), b"")


def _frames(file: BinaryIO) -> Iterator[bytes]:
    """Uncompress zstd frame by frame, since the library's own reader takes one that was cut off for a shorter one."""
    whole = False
    frame = zstandard.ZstdDecompressor().decompressobj()
    while piece := file.read(READ_BYTES):
        while piece:
            yield frame.decompress(piece)
            whole, piece = frame.eof, frame.unused_data
            if whole:
                frame = zstandard.ZstdDecompressor().decompressobj()
    if not whole:
        raise EOFError("a file that ends inside a compressed frame")


@contextmanager
def _compressed(path: Path, file: BinaryIO) -> Iterator[Callable[[bytes], object]]:
    """Give what writes to a file, compressed as its suffix says; the same night gives the same file."""
    match _compression(path):
        case ".gz":
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as night:
                yield night.write
        case ".zst":
            with zstandard.ZstdCompressor(write_checksum=True).stream_writer(file, closefd=False) as frame:
                yield frame.write
        case _:
            yield file.write


def _compression(path: Path) -> str:
    for suffix in (".jsonl", *COMPRESSIONS):
        if path.name.endswith(suffix):
            return suffix.removeprefix(".jsonl")
    raise NightError(
        where=str(path),
        found="a name that does not say what is in it",
        expected="a name that ends in .jsonl, .jsonl.gz or .jsonl.zst",
        way_out="Rename the file.",
    )


def _wrong(where: str, found: str, expected: str) -> NightError:
    return NightError(
        where=where,
        found=found,
        expected=expected,
        way_out="Put the line right, or record or export the night again.",
    )
