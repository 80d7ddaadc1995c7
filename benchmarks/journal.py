"""How fast the journal takes counts: one by one and in batches, beside what SQLite would do without the promise.

`FULL` is the journal as it is: on the disk when `append` returns. `NORMAL` is the same journal without that: a power
cut takes its last commits, so nothing could be acknowledged on it. They run by turns and medians are printed, for on a
disk that others use a single run is worth little.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from service.adapters.journal import Journal, verify
from service.ids import ElectionId
from service.records import Message, Publication, opening

OPENING: Final = opening(ElectionId("bench"), content="", day=datetime(2004, 6, 10, tzinfo=UTC), rules={}, test=True)
PAYLOAD_BYTES: Final = 600
RUNS: Final = 5
COMMITS: Final = {1: 1000, 50: 300, 200: 150}
"""By the records of a batch: how many of them make a run."""


def counts(number: int) -> Sequence[Message]:
    """Give so many messages of a usual length."""
    payload = b"x" * PAYLOAD_BYTES
    return [
        Message(at_us=each, topic=f"elections/bench/counts/c/area-{each}", payload=payload) for each in range(number)
    ]


def append(path: Path, synchronous: str, batch: int) -> tuple[float, float]:
    """Fill a new journal; give records per second, and microseconds of processor time for each."""
    messages = counts(batch)
    with closing(Journal.open(path, OPENING)) as journal:
        journal._db.execute(f"PRAGMA synchronous = {synchronous}")  # noqa: SLF001 - the setting that is measured
        start, start_cpu = time.perf_counter(), time.process_time()
        for _ in range(COMMITS[batch]):
            journal.append(messages)
        records = batch * COMMITS[batch]
        seconds, seconds_cpu = time.perf_counter() - start, time.process_time() - start_cpu
    return records / seconds, seconds_cpu / records * 1e6


def fdatasync_ms(folder: Path) -> float:
    """Give what the disk itself takes for a few bytes, in milliseconds."""
    taken: list[float] = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * PAYLOAD_BYTES)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def per_second(number: int, work: Callable[[], object]) -> float:
    """Give how many of them a piece of work gets done in a second."""
    start = time.perf_counter()
    work()
    return number / (time.perf_counter() - start)


def main() -> None:
    """Print the tables."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        print(
            f"a payload is {PAYLOAD_BYTES} bytes; fdatasync takes {fdatasync_ms(folder):.2f} ms; medians of {RUNS} runs"
        )
        print(f"{'batch':>5} {'FULL /s':>10} {'NORMAL /s':>10} {'us CPU':>7}")
        for batch in COMMITS:
            speeds: dict[str, list[float]] = {"FULL": [], "NORMAL": []}
            cpu_us: list[float] = []
            for run in range(RUNS):
                for synchronous, measured in speeds.items():
                    speed, cost_us = append(folder / f"{synchronous}-{batch}-{run}", synchronous, batch)
                    measured.append(speed)
                    if synchronous == "FULL":
                        cpu_us.append(cost_us)
            full, normal = map(statistics.median, speeds.values())
            print(f"{batch:>5} {full:>10,.0f} {normal:>10,.0f} {statistics.median(cpu_us):>7.1f}")

        path = folder / f"FULL-200-{RUNS - 1}"
        records = verify(path).records
        print(f"opening checks {per_second(records, lambda: Journal.open(path, OPENING).close()):,.0f} records /s")
        print(f"verify checks {per_second(records, lambda: verify(path)):,.0f} records /s")

        body = b'{"party": "con", "seats": 9, "votes": {"list": {"votes": 533696, "share": 0.284868}}},' * 25
        said = [
            Publication(at_us=each, topic="elections/bench/standings/body", payload=body, sequence=1)
            for each in range(10)
        ]
        with closing(Journal.open(folder / "said", OPENING)) as journal:
            start = time.perf_counter()
            for _ in range(100):
                journal.keep_publications(said)
            speed = 1000 / (time.perf_counter() - start)
        print(f"publications of {len(body):,} bytes, ten to a commit: {speed:,.0f} /s")


if __name__ == "__main__":
    main()
