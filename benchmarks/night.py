"""How long the recorded nights take to count anew, from their messages to the night, without a broker or a journal.

For each: records a second through `Night.apply` and milliseconds for one; then, for the first body, milliseconds to say
how it stands when half of the records are in and when all are, and of that to find out what is certain. The recount
runs once, standings and certainty are the best of `ROUNDS`. All is processor time: a busy machine changes little.
"""

import time
import timeit
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from service.adapters.library import default_config
from service.app import as_records, election_of, find_night, messages_of
from service.election import Election
from service.night import Night
from service.records import Record
from service.standings import certain_of

ROUNDS: Final = 3


class Measured(NamedTuple):
    """What one night takes, in milliseconds, and how many records and areas it has."""

    records: int
    areas: int
    record_ms: float
    half_ms: float
    half_certain_ms: float
    whole_ms: float
    whole_certain_ms: float


def best_ms(run: Callable[[], object]) -> float:
    """Milliseconds a call, the best of `ROUNDS`."""
    return min(timeit.repeat(run, timer=time.process_time, number=1, repeat=ROUNDS)) * 1000


def looked_at(night: Night, election: Election) -> tuple[float, float]:
    """Milliseconds to say how the first body stands, and to find out what is certain of it."""
    body = next(iter(election.bodies))
    standings = best_ms(lambda: night.standings(body))
    return standings, best_ms(lambda: certain_of(election, election.bodies[body], night.counted))


def measure(name: str) -> Measured:
    """Count a night anew, half of it first."""
    recorded = find_night(name, default_config())
    messages = list(messages_of(recorded))
    election = election_of(recorded, messages, default_config())
    records = list(as_records(election, messages, test=False))
    night = Night(election)
    half = len(records) // 2
    seconds = applied(night, records[:half])
    at_half = looked_at(night, election)
    seconds += applied(night, records[half:])
    areas = len(election.areas)
    return Measured(len(records), areas, seconds / len(records) * 1000, *at_half, *looked_at(night, election))


def applied(night: Night, records: Sequence[Record]) -> float:
    """Apply records; gives seconds of processor time."""
    began = time.process_time()
    for record in records:
        night.apply(record)
    return time.process_time() - began


def main() -> None:
    """Print the table."""
    nights = sorted(folder.name for folder in (default_config() / "nights").iterdir() if folder.is_dir())
    print(f"{'':26} {'':>7} {'':>5} {'':>9} {'a record':>9} {'standings, certain':>20} {'standings, certain':>20}")
    print(f"{'night':26} {'records':>7} {'areas':>5} {'records/s':>9} {'ms':>9} {'half in, ms':>20} {'all in, ms':>20}")
    for name in nights:
        of = measure(name)
        print(
            f"{name:26} {of.records:7} {of.areas:5} {1000 / of.record_ms:9.0f} {of.record_ms:9.2f}"
            f" {of.half_ms:10.1f}{of.half_certain_ms:10.1f} {of.whole_ms:10.1f}{of.whole_certain_ms:10.1f}"
        )


if __name__ == "__main__":
    main()
