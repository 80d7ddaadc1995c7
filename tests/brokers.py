"""Real brokers to test against, each with a store of its own, and a bare client that does what no library would."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol, Self

import pytest

from service.adapters.embedded import ACK_WAIT_S, EmbeddedBroker

MOSQUITTO = shutil.which(
    "mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
)

PORTS = range(20_000, 32_768)
"""Below those that systems hand out, Linux from 32,768 on and others from 49,152 (RFC 6335, 6): a port found free there
is not given to the next connection that anybody makes, before the test's own broker has opened it."""

PORT_TRIES_MAX = 100

MOSQUITTO_SETTINGS = """\
allow_anonymous true
persistence true
autosave_interval 0
max_queued_messages 0
max_inflight_messages 256
set_tcp_nodelay true
"""
"""Saves at an orderly stop alone, to be quick; config/brokers/mosquitto.conf promises more, and is tested itself."""


class RealBroker(Protocol):
    """A broker that runs on a loopback port and can be stopped, killed and started again there, with the same store."""

    @property
    def url(self) -> str: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def kill(self) -> None: ...


class NatsBroker(EmbeddedBroker):
    """The embedded broker, which can be killed."""

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()
        self._process = None


class MosquittoBroker:
    """Mosquitto as a child process; `settings` are lines of its configuration beside the listener and the store."""

    def __init__(self, folder: Path, *, settings: str = MOSQUITTO_SETTINGS, version: str = "3.1.1") -> None:
        self._folder = folder
        self._settings = settings
        self._version = version
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self._port}?version={self._version}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        assert MOSQUITTO is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = self._folder / "mosquitto.conf"
        own = f"listener {self._port} 127.0.0.1\npersistence_location {self._folder}/\nuser {own_user()}\n"
        settings.write_text(own + self._settings)
        with (self._folder / "mosquitto.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                MOSQUITTO, "-c", settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        await eventually(self._accepts)

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()
        self._process = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal: SIGHUP has it read its permissions again."""
        assert self._process is not None
        self._process.send_signal(number)

    def _accepts(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, (self._folder / "mosquitto.log").read_text()
        return accepts(self._port)


@contextlib.asynccontextmanager
async def running(kind: str, folder: Path) -> AsyncIterator[RealBroker]:
    """Run a broker: "nats", "mosquitto", or "mosquitto-5" for the same one spoken to in MQTT 5.

    "nats" brings what is unacknowledged again after a second, so that nobody waits long for it, and on a busy machine
    sometimes before anybody had the time to acknowledge; "nats-patient" takes the time that it takes on the night.
    """
    if kind in {"nats", "nats-patient"}:
        async with NatsBroker(folder / "nats", ack_wait_s=1 if kind == "nats" else ACK_WAIT_S) as nats:
            yield nats
        return
    require_mosquitto()
    async with MosquittoBroker(folder / "mosquitto", version="5" if kind == "mosquitto-5" else "3.1.1") as mosquitto:
        yield mosquitto


def require_mosquitto() -> None:
    """Skip the test where there is no Mosquitto."""
    if MOSQUITTO is None:
        pytest.skip("no mosquitto on PATH or in /usr/sbin: apt-get install mosquitto, or brew install mosquitto")


def own_user() -> str:
    """Name the user whose rights Mosquitto keeps: it would give up root's, and then not reach a test's folder."""
    return "root" if os.geteuid() == 0 else "mosquitto"


def free_port() -> int:
    """Find a loopback port that nobody has, and that the system hands to nobody who asks for any: it stays free."""
    for port in random.SystemRandom().sample(PORTS, PORT_TRIES_MAX):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail(f"none of {PORT_TRIES_MAX} loopback ports is free")


def accepts(port: int) -> bool:
    """Say whether somebody listens on a loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


async def eventually(holds: Callable[[], bool], *, within_s: float = 120.0) -> None:
    """Wait until something holds; fail if it never does."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - there is no event for what happens in another process
            await asyncio.sleep(0.01)


class BareClient:
    """MQTT 3.1.1 written by hand: sends anything, as fast as the broker takes it, and counts the acknowledgements."""

    def __init__(self, url: str) -> None:
        self._port = int(url.rpartition(":")[2].partition("?")[0])

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00")
        assert await self._reader.readexactly(4) == b"\x20\x02\x00\x00"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def publish(self, topic: bytes, payloads: list[bytes]) -> None:
        """Publish with QoS 1 without waiting in between, then wait for all the acknowledgements."""
        counting = asyncio.create_task(self._count_acknowledgements(len(payloads)))
        for number, payload in enumerate(payloads, start=1):
            body = len(topic).to_bytes(2) + topic + number.to_bytes(2) + payload
            self._writer.write(b"\x32" + _remaining_length(len(body)) + body)
            await self._writer.drain()
        await counting

    async def _count_acknowledgements(self, due: int) -> None:
        for _ in range(due):
            packet = await self._reader.readexactly(4)
            assert packet[:2] == b"\x40\x02"


def _remaining_length(size: int) -> bytes:
    """Write a length as MQTT does: seven bits a byte, least first (3.1.1, 2.2.3)."""
    written = bytearray()
    while size >= 128:
        written.append(size % 128 | 128)
        size //= 128
    written.append(size)
    return bytes(written)
