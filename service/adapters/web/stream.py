"""The stream of changes: server-sent events, each reader brought from what it has to what is now, at its own pace.

A reader that is slow gets fewer, newer events; one that takes nothing is let go. Readers are woken a few at a time,
spread over the interval between changes, so that a count that comes in meanwhile waits for a few of them at most.

The first page, which most people look at, bodies' pages and all others go each at a pace of their own: however many
areas are watched, nobody on another kind of page waits for them, and of themselves so many are drawn at a time that
everybody is heard from in between.
"""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

import structlog

from service.adapters.web.drawn import FIRST_PAGE, Drawn, Pages
from service.adapters.web.limits import Limits
from service.views.board import Board
from service.views.shown import Address, read_address

WOKEN_AT_ONCE: Final = 4
"""Readers that are written to in one go: well below a millisecond of work."""

INTERVAL_S: Final = 0.5
"""A page changes at most so often: faster cannot be read."""

FIRST_SHARE_MAX: Final = 0.2
OTHERS_SHARE_MAX: Final = 0.1
"""What drawing the first page, and each other kind of page, may take of a processor: pages that take long to draw are
drawn less often. Counts come first."""

DRAWING_S_MAX: Final = 0.1
"""After so much drawing those who read are told, and what is left comes with the next round."""

HEARTBEAT_S: Final = 5.0
"""Every reader hears from us at least so often; a page that hears nothing for four times as long says so."""

RETRY_MS: Final = 2000
GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

Warn = Callable[[], str]
Scope = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Pace:
    """A kind of page: what drawing may take of a processor, and what its readers are sent in this round.

    `tried` is the version of the board at which each page was drawn last, or could not be.
    """

    share_max: float
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    tried: dict[Address, int] = field(default_factory=dict)
    events: dict[tuple[Address, int, int, bool], bytes] = field(default_factory=dict)
    packed: dict[bytes, bytes] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Reader:
    """One reader: which page, what it has, and whether it wants its events compressed."""

    address: Address
    pace: Pace
    version: int
    packed: bool
    woken_s: float
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False
    warned: str | None = None
    sending_since: float | None = None
    task: asyncio.Task[None] | None = None


class Stream:
    """Serves `/stream?page=...` as an ASGI application; `run` wakes the readers for as long as it runs."""

    def __init__(self, board: Board, pages: Pages, warn: Warn, limits: Limits) -> None:
        self.boot: Final = secrets.token_hex(4)
        self.let_go = 0
        self._board: Final = board
        self._pages: Final = pages
        self._warn: Final = warn
        self._limits: Final = limits
        self._readers: Final[set[Reader]] = set()
        self._drawn: Final[dict[Address, Drawn]] = {}
        self._first: Final = Pace(FIRST_SHARE_MAX)
        self._bodies: Final = Pace(OTHERS_SHARE_MAX)
        self._places: Final = Pace(OTHERS_SHARE_MAX)
        self._paces: Final = (self._first, self._bodies, self._places)
        self._closing = False
        self._warning = ""
        for pace in self._paces:
            board.on_change(pace.changed.set)

    @property
    def readers(self) -> int:
        """How many there are now."""
        return len(self._readers)

    def address_of(self, address: Address, version: int) -> str:
        """Give where the changes of a page come from, for a page drawn from a version of the board."""
        query = f"&{address.query}" if address.query else ""
        return f"/stream?page={address.path}&since={self.boot}-{version}{query}"

    async def run(self) -> None:
        """Wake readers when the board has changed, and now and then when it has not."""
        async with asyncio.TaskGroup() as kinds:
            for pace in self._paces:
                kinds.create_task(self._keep(pace), name="pages")

    async def _keep(self, pace: Pace) -> None:
        """Keep one kind of page up to date, round by round."""
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_S):
                    await pace.changed.wait()
            pace.changed.clear()
            pace.packed.clear()
            pace.events.clear()
            self._warning = self._warn()
            started = loop.time()
            drawn = await self._draw(pace)
            now = loop.time()
            waiting = [
                reader
                for reader in self._readers
                if reader.pace is pace and (reader.address in drawn or now - reader.woken_s >= HEARTBEAT_S / 2)
            ]
            await self._wake(waiting, max(INTERVAL_S, (now - started) / pace.share_max))

    async def _draw(self, pace: Pace) -> set[Address]:
        """Draw the pages that somebody watches, those first that were not for longest, as far as time allows."""
        loop, log = asyncio.get_running_loop(), structlog.get_logger()
        until_s = loop.time() + DRAWING_S_MAX
        self._forget(pace)
        watched = {reader.address for reader in self._readers if reader.pace is pace}
        behind = [address for address in watched if pace.tried.get(address) != self._board.version]
        drawn: set[Address] = set()
        for address in sorted(behind, key=lambda address: pace.tried.get(address, -1)):
            if loop.time() >= until_s:
                pace.changed.set()
                break
            version = self._board.version
            try:
                self._drawn[address] = await self._pages.drawn(address)
            except Exception:  # a page that cannot be drawn must not stop the others, nor the count
                log.exception("page_failed", page=address.path)
                version -= 1  # to be tried again with the next round, after those that wait
            else:
                drawn.add(address)
            pace.tried[address] = version
        return drawn

    def _forget(self, pace: Pace) -> None:
        """Let go of the pages that nobody watches any more."""
        watched = {reader.address for reader in self._readers}
        for address in self._drawn.keys() - watched:
            del self._drawn[address]
        for address in pace.tried.keys() - watched:
            del pace.tried[address]

    async def _wake(self, readers: Sequence[Reader], interval_s: float) -> None:
        """Wake readers once, evenly over an interval; let those go who have taken nothing for too long."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        for number, reader in enumerate(readers):
            reader.woken.set()
            reader.woken_s = now = loop.time()
            if (
                reader.sending_since is not None
                and now - reader.sending_since > self._limits.stalled_s
                and reader.task is not None
            ):
                self.let_go += 1
                reader.task.cancel()
            if number % WOKEN_AT_ONCE == 0:
                await asyncio.sleep(max(0.0, started + interval_s * number / len(readers) - now))
        await asyncio.sleep(max(0.0, started + interval_s - loop.time()))

    def close(self) -> None:
        """Let all readers go."""
        self._closing = True
        for reader in self._readers:
            reader.woken.set()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one reader until it goes."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        address = read_address(self._board.election, query.get("page", "/"), (query.get("a"), query.get("b")))
        if address is None or len(self._readers) >= self._limits.readers_max:
            status = 404 if address is None else 503
            await send({"type": "http.response.start", "status": status, "headers": [(b"retry-after", b"10")]})
            await send({"type": "http.response.body", "body": b""})
            return
        packed = "gzip" in headers.get(b"accept-encoding", "")
        version = self._version(headers.get(b"last-event-id") or query.get("since", ""))
        now = asyncio.get_running_loop().time()
        reader = Reader(address, self._pace_of(address), version, packed=packed, woken_s=now)
        self._readers.add(reader)
        leaving = asyncio.create_task(_until_gone(receive, reader), name="leaving")
        reader.task = asyncio.create_task(self._serve(reader, send), name="reader")
        try:
            await asyncio.wait([reader.task])
            if not reader.task.cancelled():
                reader.task.result()
        finally:
            self._readers.discard(reader)
            reader.task.cancel()
            leaving.cancel()

    def _pace_of(self, address: Address) -> Pace:
        if address == FIRST_PAGE:
            return self._first
        return self._bodies if address.body is not None and address.seat is None else self._places

    async def _serve(self, reader: Reader, send: Any) -> None:
        start = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *([(b"content-encoding", b"gzip")] if reader.packed else []),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        if reader.packed:
            await self._write(reader, send, GZIP_HEADER)
        await self._write(reader, send, self._pack(reader, f"retry: {RETRY_MS}\n\n".encode()))
        self._drawn[reader.address] = await self._pages.drawn(reader.address)
        while not (reader.gone or self._closing):
            event = b""
            drawn = self._drawn.get(reader.address)
            if drawn is not None and drawn.version != reader.version:
                event, reader.version = self._event(reader, drawn), drawn.version
                if event:
                    await self._write(reader, send, event)
            if (warning := self._warning) != reader.warned or not event:
                reader.warned = warning
                written = json.dumps({"warning": warning}, ensure_ascii=False)
                await self._write(reader, send, self._pack(reader, f"event: feed\ndata: {written}\n\n".encode()))
            await reader.woken.wait()
            reader.woken.clear()
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, reader: Reader, send: Any, body: bytes) -> None:
        reader.sending_since = asyncio.get_running_loop().time()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        reader.sending_since = None

    def _event(self, reader: Reader, drawn: Drawn) -> bytes:
        """Write what changed since a reader's version, once for all who have the same; b"" where nothing did."""
        key = reader.address, reader.version, drawn.version, reader.packed
        known = reader.pace.events.get(key)
        if known is None:
            parts = drawn.since(reader.version)
            head = f"id: {self.boot}-{drawn.version}\nevent: parts\ndata: ".encode()
            known = self._pack(reader, head + parts + b"\n\n") if parts != b"{}" else b""
            reader.pace.events[key] = known
        return known

    def _pack(self, reader: Reader, event: bytes) -> bytes:
        """Compress an event so that it stands alone: then the same bytes go to every reader, whatever it had before."""
        if not reader.packed:
            return event
        packed = reader.pace.packed.get(event)
        if packed is None:
            work = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = reader.pace.packed[event] = work.compress(event) + work.flush(zlib.Z_FULL_FLUSH)
        return packed

    def _version(self, told: str) -> int:
        """Read what a reader has: the last event it saw. Of another run of the service it is nothing to go by."""
        boot, _, version = told.partition("-")
        return int(version[:18]) if boot == self.boot and version.isascii() and version.isdecimal() else -1


async def _until_gone(receive: Any, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.gone = True
    reader.woken.set()
