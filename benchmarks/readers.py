"""Do readers slow a count, or one another? A thousand on the first page, and 200 each on an area's page of their own.

The service runs as it does on a night: with its broker, its journal and, as a process of its own, its page. Readers are
sockets in a third process, which take what they are sent and throw it away; elsewhere on a real night, here they share
the machine and so come last on it (`nice`). A count's time runs from its publication to its receipt, through the broker
both ways, the commit to disk included; they are sent one at a time, after all of the night has come in, each a revision
that changes nothing but a note. Rounds with and without readers take turns on one service, so that whatever else the
machine does meets both. One more reader looks at the first page: how long after a count was sent is it told there, and
how long does it hear nothing at all?
"""

import asyncio
import json
import os
import queue
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from service.app import find_night, load_election, messages_of

ROOT: Final = Path(__file__).parents[1]
NIGHTS: Final = ("london-2021", "commons-2019")
READERS: Final = ((0, "/"), (100, "/"), (1000, "/"), (200, "own"))
"""How many, and where: all on the first page, or each on the page of an area of their own while there are areas."""
ROUNDS: Final = 5
COUNTS: Final = 30
GAP_S: Final = 0.05
FIRST_REVISION: Final = 100
START_S_MAX: Final = 30.0
TOLD_S_MAX: Final = 120.0
SETTLE_S: Final = 1.0
LINE_BYTES_MAX: Final = 4 * 1024 * 1024
NICENESS: Final = 19


class Measured(NamedTuple):
    """What one round came to: seconds of each count until its receipt, and until the first page told of it.

    Of the readers how many were served, events and bytes in all; of one on the first page the longest silence.
    """

    waited: list[float]
    told: list[float]
    silent_s: float
    served: int
    events: int
    bytes: int
    service_share: float


class Sent(NamedTuple):
    """A count that was sent: when, when its receipt came, and the record that it became."""

    at_s: float
    answered_s: float
    sequence: int


class FirstPage:
    """A reader of the first page who notes when it was told of which record, and when it heard anything."""

    def __init__(self) -> None:
        self.told: list[tuple[float, int]] = []
        self.heard_s: list[float] = []

    async def read(self, page: str) -> None:
        """Read until cancelled."""
        parts = urlsplit(page)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LINE_BYTES_MAX)
        try:
            writer.write(b"GET /stream?page=/ HTTP/1.1\r\nHost: here\r\n\r\n")
            while line := await reader.readline():
                self.heard_s.append(time.perf_counter())
                if record := re.search(rb"record (\d+)", line):
                    self.told.append((self.heard_s[-1], int(record[1])))
        finally:
            writer.close()

    async def told_of(self, sequence: int) -> None:
        """Wait until it has been told of a record."""
        async with asyncio.timeout(TOLD_S_MAX):
            while not self.told or self.told[-1][1] < sequence:  # noqa: ASYNC110 - as below
                await asyncio.sleep(0.1)

    def after(self, sent: Sent) -> float:
        """Say how long after a count was sent it was told."""
        return next(at_s for at_s, sequence in self.told if sequence >= sent.sequence) - sent.at_s

    def silence_s(self, since_s: float) -> float:
        """Give the longest time from then on in which it heard nothing."""
        heard_s = [since_s, *(at_s for at_s in self.heard_s if at_s > since_s)]
        return max(later - earlier for earlier, later in pairwise(heard_s))


class Reader:
    """One reader of a page's stream; `events` it was sent, `bytes` in all."""

    def __init__(self, path: str) -> None:
        self._path: Final = path
        self.events = 0
        self.bytes = 0

    async def read(self, page: str) -> None:
        """Read until cancelled."""
        parts = urlsplit(page)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            asked = f"GET /stream?page={self._path} HTTP/1.1\r\nHost: here\r\nAccept-Encoding: gzip\r\n\r\n"
            writer.write(asked.encode())
            while data := await reader.read(65536):
                self.events += 1
                self.bytes += len(data)
        finally:
            writer.close()


async def read(page: str, paths: list[str]) -> None:
    """Read with a reader for each path, say when each has heard something, and in the end print what they were sent."""
    os.nice(NICENESS)
    readers = [Reader(path) for path in paths]
    tasks = [asyncio.create_task(reader.read(page)) for reader in readers]
    while any(not reader.events for reader in readers):  # noqa: ASYNC110 - there is nothing to wait for but that
        await asyncio.sleep(0.1)
    print("all read", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    served = sum(reader.events > 1 for reader in readers)
    print(json.dumps([served, sum(reader.events for reader in readers), sum(reader.bytes for reader in readers)]))


def paths_of(night: str, number: int, where: str) -> list[str]:
    """Say at which page each of so many readers looks."""
    election = load_election(ROOT / "config" / "elections" / night)
    areas = [f"/areas/{contest.id}/{area}" for contest in election.contests.values() for area in contest.areas]
    return list(islice(cycle([where] if where == "/" else areas), number))


async def measure(night: str) -> dict[tuple[int, str], list[Measured]]:
    """Run one night, with so many readers in turn."""
    rounds: dict[tuple[int, str], list[Measured]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "night.sqlite"
        run = ("-m", "service", "run", "--election", night, "--journal", str(journal), "--http", "127.0.0.1:0")
        words = (Path(folder) / "words").open("wb")
        service = await asyncio.create_subprocess_exec(sys.executable, *run, cwd=ROOT, stderr=words, stdout=words)
        page, broker = await started(Path(folder) / "words")
        with Centre(night, broker) as centre:
            await asyncio.to_thread(centre.bring)
            for number, where in READERS * ROUNDS:
                paths = paths_of(night, number, where)
                rounds[number, where].append(await one_round(centre, paths, page, service.pid))
        service.terminate()
        await service.wait()
        words.close()
    return rounds


async def one_round(centre: "Centre", paths: list[str], page: str, service: int) -> Measured:
    """Send some counts while so many read."""
    readers = await asyncio.create_subprocess_exec(
        sys.executable, __file__, page, *paths, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert readers.stdout is not None
    async with asyncio.timeout(START_S_MAX):
        await readers.stdout.readline()
    first = FirstPage()
    reading = asyncio.create_task(first.read(page))
    await first.told_of(0)
    await asyncio.sleep(SETTLE_S)
    cpu, started_s = processor_s(service), time.perf_counter()
    sent = await asyncio.to_thread(centre.send)
    share = (processor_s(service) - cpu) / (time.perf_counter() - started_s)
    await first.told_of(sent[-1].sequence)
    reading.cancel()
    said, _ = await readers.communicate(b"")
    served, events, sent_bytes = json.loads(said)
    waited = [each.answered_s - each.at_s for each in sent]
    told = [first.after(each) for each in sent]
    return Measured(waited, told, first.silence_s(started_s), served, events, sent_bytes, share)


class Centre:
    """Sends counts of a night one at a time, each as a revision of its own."""

    def __init__(self, night: str, broker: str) -> None:
        election = load_election(ROOT / "config" / "elections" / night)
        recorded = messages_of(find_night(night, ROOT / "config"))
        self._messages: Final = [message for message in recorded if b'"votes"' in message.payload]
        self._receipts: Final = f"elections/{election.id}/receipts/#"
        self._sent = 0
        self._came: Final[queue.SimpleQueue[Any]] = queue.SimpleQueue()
        self._client: Final = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._note
        parts = urlsplit(broker)
        self._client.connect(str(parts.hostname), parts.port or 1883)

    def __enter__(self) -> Self:
        self._client.loop_start()
        self._client.subscribe(self._receipts, qos=1)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def bring(self) -> None:
        """Bring all of the night in."""
        for message in self._messages:
            self._client.publish(message.topic, message.payload, qos=1)
        for _ in self._messages:
            self._came.get(timeout=START_S_MAX)

    def send(self) -> list[Sent]:
        """Send some counts, and wait for the receipt of each."""
        sent = []
        for _ in range(COUNTS):
            message = self._messages[self._sent % len(self._messages)]
            self._sent += 1
            revision = FIRST_REVISION + self._sent
            count = json.loads(message.payload) | {"revision": revision, "note": f"count {self._sent}"}
            sent_s = time.perf_counter()
            self._client.publish(message.topic, json.dumps(count).encode(), qos=1)
            while (receipt := self._came.get(timeout=START_S_MAX))["revision"] != revision:
                pass
            sent.append(Sent(sent_s, time.perf_counter(), receipt["sequence"]))
            time.sleep(GAP_S)
        return sent

    def _note(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._came.put(json.loads(message.payload))


async def started(words: Path) -> tuple[str, str]:
    """Wait until the service has said where its page and its broker are."""
    async with asyncio.timeout(START_S_MAX):
        while True:
            said = await asyncio.to_thread(words.read_text)
            page, broker = (re.search(rf"^{name} +(\S+)$", said, re.MULTILINE) for name in ("page", "broker"))
            if page and broker and "broker_connected" in said:
                return page[1], broker[1]
            await asyncio.sleep(0.1)


def processor_s(process: int) -> float:
    """Give the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def line(night: str, number: int, where: str, rounds: list[Measured]) -> str:
    """Write what some rounds came to."""
    slow = sorted(seconds for each in rounds for seconds in each.waited)
    readers = max(1, number) * len(rounds)
    events, sent_kb = (
        sum(each.events for each in rounds) / readers,
        sum(each.bytes for each in rounds) / readers / 1000,
    )
    served = min(each.served for each in rounds)
    share = statistics.mean(each.service_share for each in rounds)
    middle, most, last = (
        1000 * seconds for seconds in (statistics.median(slow), slow[int(0.95 * len(slow))], slow[-1])
    )
    told = sorted(seconds for each in rounds for seconds in each.told)
    silent_s = max(each.silent_s for each in rounds)
    return (
        f"{night:14} {number:>7,} {where:>5} {served:>7,} {middle:>10.1f} {most:>8.1f} {last:>8.1f} {events:>7.0f}"
        f" {sent_kb:>9.1f} {100 * share:>8.0f} % {statistics.median(told):>8.1f} {told[-1]:>8.1f} {silent_s:>9.1f}"
    )


async def main() -> None:
    """Print the table."""
    print(f"{ROUNDS} x {COUNTS} counts, one at a time, {os.cpu_count()} processors shared with the readers")
    print(
        f"{'night':14} {'readers':>7} {'on':>5} {'served':>7} {'median ms':>10} {'95 % ms':>8} {'most ms':>8}"
        f" {'events':>7} {'kB each':>9} {'service':>10} {'told s':>8} {'most s':>8} {'silent s':>9}"
    )
    for night in NIGHTS:
        for (number, where), rounds in (await measure(night)).items():
            print(line(night, number, where, rounds))


if __name__ == "__main__":
    asyncio.run(read(sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else main())
