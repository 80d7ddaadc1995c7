"""The command as a person types at it: at a terminal, each answer once it is asked for."""

import asyncio
import os
import pty
import sys
from collections.abc import Sequence
from typing import Final

from tests.cli.commands import HERE, Ended
from tests.service.services import ROOT

ASKS: Final = ": "
"""What a question ends with."""

TYPED_S_MAX: Final = 120.0
"""Far more than any of it takes: a test that waits so long has gone wrong."""


async def typed_at(arguments: Sequence[object], answers: Sequence[object]) -> Ended:
    """Run a command at a terminal, giving an answer whenever it asks; all that it shows counts as printed."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", *map(str, arguments)),
        cwd=ROOT,
        env={**HERE, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, left = "", list(answers)
    try:
        async with asyncio.timeout(TYPED_S_MAX):
            while piece := await asyncio.to_thread(_read, ours):
                shown += piece
                if shown.endswith(ASKS) and left:
                    os.write(ours, f"{left.pop(0)}\n".encode())
            status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)
    assert not left, f"never asked for {left}: {shown}"
    return Ended(status, shown.replace("\r\n", "\n"), "")


def _read(terminal: int) -> str:
    """Read what has come; "" at the end, which a terminal tells as an error."""
    try:
        return os.read(terminal, 4096).decode()
    except OSError:
        return ""
