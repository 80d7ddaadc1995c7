"""The stream of changes: a reader resumes where it was, and a slow one gets the newest state instead of every step."""

import asyncio
import itertools
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.service.nights import recorded
from tests.web.boards import Site, board_of, served, tell
from tests.web.listeners import listening
from tests.web.sites import get, publish, site, until_sequence, until_settled

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
STATES = itertools.cycle((HALF, len(NIGHT.messages)))
"""So many messages of the night: each state is another one than that before it."""
STEPS = 20
"""More states than wait on their way to somebody who does not read."""
STALLED_S = 0.6
NEVER_S = 24 * 60 * 60.0
LET_GO_S_MAX = 300.0
TAKEN_BYTES_MAX = 4096


@contextmanager
def stalled_reader(of: Site) -> Iterator[socket.socket]:
    """Ask for the stream, with little room for what comes, and read nothing of it."""
    parts = urlsplit(of.page)
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TAKEN_BYTES_MAX)
        reader.connect((parts.hostname, parts.port))
        reader.sendall(b"GET /stream?page=/ HTTP/1.1\r\nHost: here\r\n\r\n")
        yield reader


def read_until(reader: socket.socket, end: bytes) -> bytes:
    """Read until something has come."""
    read = b""
    while end not in read:
        came = reader.recv(65536)
        assert came, "the other side has ended"
        read += came
    return read


def read_to_the_end(reader: socket.socket) -> None:
    """Read until the other side ends."""
    with suppress(ConnectionResetError):
        while reader.recv(65536):
            pass


async def let_go(of: Site) -> int:
    """Give how many readers have been let go so far."""
    said = (await get(of, "/metrics")).body.decode()
    (readers,) = re.findall(r"^election_night_readers_let_go_total (\S+)$", said, re.MULTILINE)
    return int(float(readers))


class TestResuming:
    async def test_a_reader_who_has_everything_is_sent_nothing_again(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_settled(running, NIGHT, HALF)
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
    async def test_one_who_does_not_read_gets_the_newest_state_and_holds_nobody_up(self) -> None:
        async with (
            served(board_of(NIGHT, messages=1), NIGHT, stalled_s=NEVER_S) as of,
            listening(of, "page=/") as quick,
        ):
            await quick.event("parts")
            with stalled_reader(of) as slow:
                for messages in itertools.islice(STATES, STEPS):
                    tell(of.board, NIGHT, messages=messages)
                    await quick.event("parts")
                read = await asyncio.to_thread(read_until, slow, f"id: {quick.last_id}\n".encode())
            assert 0 < read.count(b"event: parts") < STEPS

    async def test_one_who_takes_nothing_for_too_long_is_let_go_and_may_come_back(self) -> None:
        async with (
            served(board_of(NIGHT, messages=1), NIGHT, stalled_s=STALLED_S) as of,
            listening(of, "page=/") as quick,
            asyncio.timeout(LET_GO_S_MAX),
        ):
            await quick.event("parts")
            with stalled_reader(of) as stalled:
                for messages in STATES:
                    tell(of.board, NIGHT, messages=messages)
                    await quick.event("parts")
                    if await let_go(of):
                        break
                await asyncio.to_thread(read_to_the_end, stalled)
            tell(of.board, NIGHT)
            async with listening(of, "page=/") as again:
                assert "1,054,811" in (await again.event("parts"))["body-mayor"]
            assert await let_go(of) == 1

    async def test_one_who_goes_on_taking_is_not_let_go_however_long_that_is(self) -> None:
        async with (
            served(board_of(NIGHT, messages=1), NIGHT, stalled_s=STALLED_S) as of,
            listening(of, "page=/") as reader,
        ):
            await reader.event("parts")
            until_s = time.monotonic() + 3 * STALLED_S
            for messages in STATES:
                tell(of.board, NIGHT, messages=messages)
                await reader.event("parts")
                if time.monotonic() > until_s:
                    break
            assert not await let_go(of)

    async def test_a_page_that_is_not_there_has_no_stream(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            assert (await get(running, "/stream?page=/bodies/nobody")).status == 404
