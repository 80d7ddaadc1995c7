"""Do readers of the page slow a count? A thousand of them on the stream while counts come in, beside none.

The service runs as it does on a night: a process of its own with its broker, journal and page. Readers are sockets in
this process, which take what they are sent and throw it away; both share the machine. A count's time runs from its
publication to its receipt, through the broker both ways, the commit to disk included; they are sent one at a time.
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
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from service.app import find_night, load_election, messages_of

ROOT: Final = Path(__file__).parents[1]
NIGHT: Final = "london-2021"
READERS: Final = (0, 100, 1000)
COUNTS: Final = 120
GAP_S: Final = 0.05
FIRST_REVISION: Final = 100
START_S_MAX: Final = 30.0


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


async def measure(number: int) -> None:
    """Run one night with so many readers, and print a line."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "night.sqlite"
        run = ("-m", "service", "run", "--election", NIGHT, "--journal", str(journal), "--http", "127.0.0.1:0")
        words = (Path(folder) / "words").open("wb")
        service = await asyncio.create_subprocess_exec(sys.executable, *run, cwd=ROOT, stderr=words, stdout=words)
        page, broker = await started(Path(folder) / "words")
        readers = [Reader() for _ in range(number)]
        tasks = [asyncio.create_task(reader.read(page)) for reader in readers]
        await asyncio.sleep(1 + number / 200)
        cpu = processor_s(service.pid)
        started_s = time.perf_counter()
        waited = await asyncio.to_thread(send, broker)
        seconds = time.perf_counter() - started_s
        share = (processor_s(service.pid) - cpu) / seconds
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        service.terminate()
        await service.wait()
        words.close()
    slow = sorted(waited)
    events = sum(reader.events for reader in readers) / max(1, number)
    sent_kb = sum(reader.bytes for reader in readers) / max(1, number) / 1000
    served = sum(reader.events > 1 for reader in readers)
    figures = (statistics.median(slow) * 1000, slow[int(0.95 * len(slow))] * 1000, slow[-1] * 1000)
    print(
        f"{number:>8,} {served:>8,} {figures[0]:>10.1f} {figures[1]:>10.1f} {figures[2]:>10.1f} "
        f"{events:>10.0f} {sent_kb:>10.1f} {100 * share:>8.0f} %"
    )


def send(broker: str) -> list[float]:
    """Send counts one at a time, and wait for the receipt of each; gives the seconds that each took."""
    election = load_election(ROOT / "config" / "elections" / NIGHT)
    messages = [each for each in messages_of(find_night(NIGHT, ROOT / "config")) if b'"votes"' in each.payload]
    came: queue.SimpleQueue[int] = queue.SimpleQueue()

    def note(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        came.put(json.loads(message.payload)["revision"])

    centre = Client(CallbackAPIVersion.VERSION2)
    centre.on_message = note
    parts = urlsplit(broker)
    centre.connect(str(parts.hostname), parts.port or 1883)
    centre.loop_start()
    centre.subscribe(f"elections/{election.id}/receipts/#", qos=1)
    waited = []
    for number in range(COUNTS):
        message = messages[number % len(messages)]
        count = json.loads(message.payload) | {"revision": FIRST_REVISION + number, "note": f"count {number}"}
        sent_s = time.perf_counter()
        centre.publish(message.topic, json.dumps(count).encode(), qos=1)
        while came.get(timeout=START_S_MAX) != count["revision"]:
            pass
        waited.append(time.perf_counter() - sent_s)
        time.sleep(GAP_S)
    centre.disconnect()
    centre.loop_stop()
    return waited


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


async def main() -> None:
    """Print the table."""
    print(f"{COUNTS} counts of {NIGHT}, one at a time, {os.cpu_count()} processors shared with the readers")
    heads = ("readers", "served", "median ms", "95 % ms", "most ms", "events", "kB each", "processor")
    print("{:>8} {:>8} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}".format(*heads))
    for number in READERS:
        await measure(number)


if __name__ == "__main__":
    asyncio.run(main())
