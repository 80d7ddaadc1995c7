"""Do readers of the page slow a count? A thousand of them on the stream while counts come in, beside none.

The service runs as it does on a night: with its broker, its journal and, as a process of its own, its page. Readers are
sockets in a third process, which take what they are sent and throw it away; elsewhere on a real night, here they share
the machine and so come last on it (`nice`). A count's time runs from its publication to its receipt, through the broker
both ways, the commit to disk included; they are sent one at a time. Rounds with and without readers take turns on one
service, so that whatever else the machine does meets both.
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
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from service.app import find_night, load_election, messages_of

ROOT: Final = Path(__file__).parents[1]
NIGHTS: Final = ("london-2021", "commons-2019")
READERS: Final = (0, 100, 1000)
ROUNDS: Final = 5
COUNTS: Final = 30
GAP_S: Final = 0.05
FIRST_REVISION: Final = 100
START_S_MAX: Final = 30.0
SETTLE_S: Final = 1.0
NICENESS: Final = 19


class Measured(NamedTuple):
    """What one round came to: seconds of each count; of the readers how many were served, events and bytes in all."""

    waited: list[float]
    served: int
    events: int
    bytes: int
    service_share: float


class Reader:
    """One reader of the first page's stream; `events` it was sent, `bytes` in all."""

    def __init__(self) -> None:
        self.events = 0
        self.bytes = 0

    async def read(self, page: str) -> None:
        """Read until cancelled."""
        parts = urlsplit(page)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(b"GET /stream?page=/ HTTP/1.1\r\nHost: here\r\nAccept-Encoding: gzip\r\n\r\n")
            while data := await reader.read(65536):
                self.events += 1
                self.bytes += len(data)
        finally:
            writer.close()


async def read(number: int, page: str) -> None:
    """Read with so many readers, say when each has heard something, and in the end print what they were sent."""
    os.nice(NICENESS)
    readers = [Reader() for _ in range(number)]
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


async def measure(night: str) -> dict[int, list[Measured]]:
    """Run one night, with so many readers in turn."""
    rounds: dict[int, list[Measured]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "night.sqlite"
        run = ("-m", "service", "run", "--election", night, "--journal", str(journal), "--http", "127.0.0.1:0")
        words = (Path(folder) / "words").open("wb")
        service = await asyncio.create_subprocess_exec(sys.executable, *run, cwd=ROOT, stderr=words, stdout=words)
        page, broker = await started(Path(folder) / "words")
        with Centre(night, broker) as centre:
            await asyncio.to_thread(centre.send)  # what is slow once alone
            for number in READERS * ROUNDS:
                rounds[number].append(await one_round(centre, number, page, service.pid))
        service.terminate()
        await service.wait()
        words.close()
    return rounds


async def one_round(centre: "Centre", number: int, page: str, service: int) -> Measured:
    """Send some counts while so many read."""
    readers = await asyncio.create_subprocess_exec(
        sys.executable, __file__, str(number), page, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert readers.stdout is not None
    async with asyncio.timeout(START_S_MAX):
        await readers.stdout.readline()
    await asyncio.sleep(SETTLE_S)
    cpu, started_s = processor_s(service), time.perf_counter()
    waited = await asyncio.to_thread(centre.send)
    share = (processor_s(service) - cpu) / (time.perf_counter() - started_s)
    said, _ = await readers.communicate(b"")
    served, events, sent_bytes = json.loads(said)
    return Measured(waited, served, events, sent_bytes, share)


class Centre:
    """Sends counts of a night one at a time, each as a revision of its own."""

    def __init__(self, night: str, broker: str) -> None:
        election = load_election(ROOT / "config" / "elections" / night)
        recorded = messages_of(find_night(night, ROOT / "config"))
        self._messages: Final = [message for message in recorded if b'"votes"' in message.payload]
        self._receipts: Final = f"elections/{election.id}/receipts/#"
        self._sent = 0
        self._came: Final[queue.SimpleQueue[int]] = queue.SimpleQueue()
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

    def send(self) -> list[float]:
        """Send some counts, and wait for the receipt of each; gives the seconds that each took."""
        waited = []
        for _ in range(COUNTS):
            message = self._messages[self._sent % len(self._messages)]
            self._sent += 1
            revision = FIRST_REVISION + self._sent
            count = json.loads(message.payload) | {"revision": revision, "note": f"count {self._sent}"}
            sent_s = time.perf_counter()
            self._client.publish(message.topic, json.dumps(count).encode(), qos=1)
            while self._came.get(timeout=START_S_MAX) != revision:
                pass
            waited.append(time.perf_counter() - sent_s)
            time.sleep(GAP_S)
        return waited

    def _note(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._came.put(json.loads(message.payload)["revision"])


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


def line(night: str, number: int, rounds: list[Measured]) -> str:
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
    return (
        f"{night:14} {number:>7,} {served:>7,} {middle:>10.1f} {most:>8.1f} {last:>8.1f} {events:>7.0f} {sent_kb:>9.1f}"
        f" {100 * share:>8.0f} %"
    )


async def main() -> None:
    """Print the table."""
    print(f"{ROUNDS} x {COUNTS} counts, one at a time, {os.cpu_count()} processors shared with the readers")
    print(
        f"{'night':14} {'readers':>7} {'served':>7} {'median ms':>10} {'95 % ms':>8} {'most ms':>8} {'events':>7}"
        f" {'kB each':>9} {'service':>10}"
    )
    for night in NIGHTS:
        for number, rounds in (await measure(night)).items():
            print(line(night, number, rounds))


if __name__ == "__main__":
    asyncio.run(read(int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 1 else main())
