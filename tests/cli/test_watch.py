"""`watch` and `history`: what is published, from outside and from the journal."""

import asyncio
import signal
import sys
from pathlib import Path

from service.adapters.journal import Journal
from service.app import Started
from service.night import opening_of
from tests.brokers import eventually
from tests.service.nights import recorded
from tests.service.services import ROOT
from tests.web.sites import publish, site, until_sequence

NIGHT = recorded("london-2012")
BROUGHT = 10


async def command(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def watching(running: Started) -> asyncio.subprocess.Process:
    broker = f"mqtt://{running.broker.host}:{running.broker.port}"
    return await command("watch", "--broker", broker, "--election", "london-2012")


class TestWatch:
    async def test_each_event_is_told_once_as_it_is_published(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            process = await watching(running)
            assert process.stdout is not None
            lines: list[str] = []
            reading = asyncio.create_task(_read(process.stdout, lines))
            await eventually(lambda: bool(lines))
            await publish(running, NIGHT.messages[:BROUGHT])
            await eventually(lambda: any("City & East" in line for line in lines))
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
            await reading
        assert len(lines) == len(set(lines))


async def _read(stream: asyncio.StreamReader, lines: list[str]) -> None:
    while line := await stream.readline():
        lines.append(line.decode())


class TestHistory:
    async def test_every_publication_is_listed_with_its_digest(self, tmp_path: Path) -> None:
        journal = tmp_path / "night.sqlite"
        async with site(NIGHT, journal) as running:
            await publish(running, NIGHT.messages[:BROUGHT])
            await until_sequence(running, BROUGHT + 1, bodies=["assembly"])
        process = await command("history", "assembly", "--journal", str(journal))
        said, _ = await process.communicate()
        assert process.returncode == 0
        rows = said.decode().splitlines()[1:]
        assert [int(row.split()[2]) for row in rows] == sorted(int(row.split()[2]) for row in rows)
        assert rows[-1].split()[2] == str(BROUGHT + 1)

    async def test_a_recorded_night_has_no_history_and_says_so(self) -> None:
        process = await command("history", "assembly", "--journal", "config/nights/london-2012/night.jsonl")
        await process.communicate()
        assert process.returncode == 2

    async def test_a_body_that_is_not_of_the_election_is_told_with_those_that_are(self, tmp_path: Path) -> None:
        journal = tmp_path / "night.sqlite"
        Journal.open(journal, opening_of(NIGHT.election, test=False)).close()
        process = await command("history", "parliament", "--journal", str(journal))
        said, _ = await process.communicate()
        assert process.returncode == 2
        assert b"one of assembly, mayor" in said
