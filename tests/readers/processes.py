"""Processes beside a service, found without any program but this one, and what they serve, waited for."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from service.app import Started
from tests.service.nights import ending, recorded
from tests.web.sites import WAIT_S_MAX, get

NIGHT = recorded("london-2012")
MAYOR = ending(NIGHT).retained["elections/london-2012/standings/mayor"]
COMPARED = ("status", "complete", "elected", "areas", "rounds")
PROGRAM = b"service.readers.process"


def beside(process: int) -> list[int]:
    """Name the processes beside a service."""
    return [child for child, parent, _ in running() if parent == process and PROGRAM in words_of(child)]


def is_there(process: int) -> bool:
    """Say whether a process still runs; one that waits to be asked for its end does not."""
    return any(number == process and state != "Z" for number, _, state in running())


def running() -> Iterator[tuple[int, int, str]]:
    """Give every process: its number, that of the one that started it, and its state."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), int(parent), state


def words_of(process: int) -> list[bytes]:
    """Give the words with which a process was started."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    return []


async def page_says(of: Started, expected: dict[str, Any]) -> None:
    """Wait until the page's data are as expected."""
    async with asyncio.timeout(WAIT_S_MAX):
        while True:
            with contextlib.suppress(OSError):
                said = (await get(of, "/api/standings/mayor.json")).json
                if all(said[name] == expected[name] for name in COMPARED):
                    return
            await asyncio.sleep(0.1)
