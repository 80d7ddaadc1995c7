"""The command `election-night` as a person or a script runs it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from typing import Final

import structlog
from typer.testing import CliRunner

from service.cli.commands import app
from tests.service.services import ROOT

HERE: Final = {**os.environ, "ELECTION_NIGHT_HTTP": "off"}


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, what it printed, and what it said on standard error."""

    status: int
    printed: str
    said: str


def election_night(*arguments: object) -> Ended:
    """Run a command that needs neither a broker nor a log, in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], terminal_width=120)
    structlog.reset_defaults()  # a command that sets up its log writes it to what has ended with the command
    return Ended(result.exit_code, result.stdout, result.stderr)


async def started(*arguments: object) -> Process:
    """Start a command as a process of its own."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", *(str(argument) for argument in arguments)),
        cwd=ROOT,
        env=HERE,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )


async def ended(process: Process, *, within_s: float = 60.0) -> Ended:
    """Wait for a command's end."""
    async with asyncio.timeout(within_s):
        printed, said = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, printed.decode(), said.decode())


async def hears(process: Process, words: str) -> None:
    """Wait until a command says something on standard error."""
    assert process.stderr
    async with asyncio.timeout(30):
        while words.encode() not in (line := await process.stderr.readline()):
            assert line, f"the command ended without saying {words!r}"
