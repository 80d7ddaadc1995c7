"""`watch` on a terminal: the screen is drawn anew as the topic says, and says so while the broker is away."""

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.brokers import RealBroker, eventually
from tests.service.nights import recorded
from tests.service.services import ROOT, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
ROWS, COLUMNS = 70, 110
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """What a command has drawn on a terminal: `screen` is the text since the last time that somebody looked away."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.screen = ""

    def shows(self, *words: str) -> Callable[[], bool]:
        """Say whether all these words have been drawn since, whatever was forgotten."""
        return lambda: all(word in self.screen for word in words)

    def look_away(self) -> None:
        """Forget what was drawn so far."""
        self.screen = ""


@contextlib.asynccontextmanager
async def watching(url: str) -> AsyncIterator[Terminal]:
    """Run `watch` on a terminal of its own, and end it as Ctrl-C does."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "watch", "--broker", url, "--election", "london-2012"),
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)},
    )
    os.close(theirs)
    terminal = Terminal(process.pid)

    def read() -> None:
        try:
            drawn = os.read(ours, 65536)
        except OSError:  # the other side has ended
            asyncio.get_running_loop().remove_reader(ours)
            return
        terminal.screen += ESCAPES.sub("", drawn.decode(errors="replace"))

    asyncio.get_running_loop().add_reader(ours, read)
    try:
        yield terminal
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_screen_follows_the_topic_and_says_while_the_broker_is_away(
    nats_broker: RealBroker, tmp_path: Path
) -> None:
    with Subscriber(nats_broker.url) as centre:
        async with serving(NIGHT, tmp_path / "night.sqlite", nats_broker.url), watching(nats_broker.url) as terminal:
            await eventually(terminal.shows("London Assembly", "0 of 14 areas declared", "online"))
            for message in NIGHT.messages[:HALF]:
                centre.publish(message.topic, message.payload)
            await eventually(terminal.shows("Last declarations", "City & East", f"record {HALF + 1}"))
            await nats_broker.kill()
            await eventually(terminal.shows("No connection to the broker since", "what is shown is as of then"))
            await nats_broker.start()
            terminal.look_away()
            for message in NIGHT.messages[HALF:]:
                centre.publish(message.topic, message.payload)
            await eventually(terminal.shows("14 of 14 areas declared", "1,054,811", "online"))
            terminal.look_away()
            await eventually(terminal.shows("online"))
            assert "No connection" not in terminal.screen


async def test_a_service_that_has_gone_is_told_at_the_foot(nats_broker: RealBroker, tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with serving(NIGHT, tmp_path / "night.sqlite", nats_broker.url):
            terminal = await stack.enter_async_context(watching(nats_broker.url))
            await eventually(terminal.shows("online"))
        await eventually(terminal.shows("The service is offline: what is shown is its last word."))
