"""The stream of changes: a reader resumes where it was, and a slow one gets the newest state instead of every step."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service.app import Started
from tests.service.nights import recorded
from tests.web.sites import get, publish, site, until_sequence

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
HEARD_S_MAX = 15.0


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


@asynccontextmanager
async def listening(running: Started, query: str, *, last_id: str = "") -> AsyncIterator[Listener]:
    parts = urlsplit(str(running.page))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    told = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
    writer.write(f"GET /stream?{query} HTTP/1.1\r\nHost: here\r\n{told}Connection: close\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    yield Listener(reader)
    writer.close()


class TestResuming:
    async def test_a_reader_who_has_everything_is_sent_nothing_again(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            async with listening(running, "page=/") as first:
                parts = await first.event("parts")
                assert {"state", "body-assembly", "body-mayor", "ticker"} == set(parts)
            async with listening(running, "page=/", last_id=first.last_id) as again:
                await again.event("feed")
                assert again.last_id == ""

    async def test_a_reader_who_comes_back_is_sent_what_changed_meanwhile(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            async with listening(running, "page=/") as first:
                await first.event("parts")
            await publish(running, NIGHT.messages[HALF:])
            await until_sequence(running, len(NIGHT.messages) + 1)
            async with listening(running, "page=/", last_id=first.last_id) as again:
                parts = await again.event("parts")
                assert "complete" in parts["state"]
                assert "1,054,811" in parts["body-mayor"]

    async def test_what_was_seen_of_an_earlier_run_counts_for_nothing(self, tmp_path: Path) -> None:
        async with (
            site(NIGHT, tmp_path / "night.sqlite") as running,
            listening(running, "page=/", last_id="0123abcd-999999") as reader,
        ):
            assert "state" in await reader.event("parts")


class TestSlowReaders:
    async def test_one_who_does_not_read_gets_the_newest_state_and_holds_nobody_up(self, tmp_path: Path) -> None:
        async with (
            site(NIGHT, tmp_path / "night.sqlite") as running,
            listening(running, "page=/") as slow,
            listening(running, "page=/") as quick,
        ):
            await slow.event("parts")
            for message in NIGHT.messages:
                await publish(running, [message])
            await until_sequence(running, len(NIGHT.messages) + 1)
            while "1,054,811" not in (await quick.event("parts")).get("body-mayor", ""):
                pass
            steps = [await slow.event("parts")]
            while "1,054,811" not in steps[-1].get("body-mayor", ""):
                steps.append(await slow.event("parts"))
            assert len(steps) < len(NIGHT.messages)

    async def test_a_page_that_is_not_there_has_no_stream(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            assert (await get(running, "/stream?page=/bodies/nobody")).status == 404
