"""A reader of the stream without a browser: server-sent events from a socket, read when asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.web.sites import Paged

HEARD_S_MAX = 120.0


class Listener:
    """Reads server-sent events from a socket, when asked."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.last_id = ""

    async def event(self, kind: str) -> Any:
        """Wait for the next event of a kind."""
        async with asyncio.timeout(HEARD_S_MAX):
            fields: dict[str, str] = {}
            while True:
                line = (await self._reader.readline()).decode().rstrip("\r\n")
                name, _, value = line.partition(": ")
                if name in ("id", "event", "data"):
                    fields[name] = value
                    self.last_id = fields.get("id", self.last_id)
                if not line and fields:
                    if fields.get("event") == kind:
                        return json.loads(fields["data"])
                    fields = {}

    async def ends(self) -> None:
        """Wait until the service has ended the stream."""
        async with asyncio.timeout(HEARD_S_MAX):
            while await self._reader.readline():
                pass


@asynccontextmanager
async def listening(running: Paged, query: str, *, last_id: str = "") -> AsyncIterator[Listener]:
    parts = urlsplit(str(running.page))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    told = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
    writer.write(f"GET /stream?{query} HTTP/1.1\r\nHost: here\r\n{told}Connection: close\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    yield Listener(reader)
    writer.close()


async def warning_on(running: Paged) -> Any:
    """Give the first warning that a reader of the first page hears, "" for none."""
    async with listening(running, "page=/") as listener:
        return (await listener.event("feed"))["warning"]
