"""After kill -9 and power cuts everything that `append` returned is there, and nothing is there by halves."""

import random
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from service.adapters.journal import Journal, open_reader, verify
from service.errors import JournalDamagedError
from tests.adapters.journals import OPENING, chained, count, written

BATCH: Final = 3
COMMITS: Final = 8
LOG_HEADER_BYTES: Final = 32

APPENDING_AND_DYING = """
    import os, signal, sys
    from pathlib import Path
    from tests.adapters.journals import count, written

    batch, commits = int(sys.argv[2]), int(sys.argv[3])
    log = Path(sys.argv[1] + "-wal")
    with written(Path(sys.argv[1])) as journal:
        for _ in range(commits):
            journal.append([count(journal.last.sequence + each) for each in range(batch)])
            print(log.stat().st_size, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""

APPENDING_UNTIL_KILLED = """
    import random, sys
    from pathlib import Path
    from tests.adapters.journals import count, standings, written

    batches = random.Random(int(sys.argv[2]))
    with written(Path(sys.argv[1])) as journal:
        while True:
            last = journal.last.sequence
            journal.append([count(last + each) for each in range(batches.randrange(1, 60))])
            print(journal.last.sequence, flush=True)
            journal.keep_publications([standings(journal.last.sequence)])
"""

MAKING_UNTIL_KILLED = """
    import sys
    from itertools import count
    from pathlib import Path
    from tests.adapters.journals import written

    for number in count():
        with written(Path(sys.argv[1]) / f"{number}.sqlite"):
            print(number, flush=True)
"""


def child(script: str, *arguments: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def printed(process: "subprocess.Popen[bytes]") -> list[int]:
    """Read what a child says until it is gone; a number it did not finish is not said."""
    assert process.stdout
    with process:
        lines = process.stdout.read().split(b"\n")[:-1]
    return [int(line) for line in lines]


@dataclass(frozen=True)
class Crashed:
    """A journal whose writer was killed: its file, its log, and how long the log was after each commit."""

    file: bytes
    log: bytes
    lengths: Sequence[int]

    def put(self, folder: Path, log: bytes) -> Path:
        """Lay out the journal with such a log."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "night.sqlite"
        path.write_bytes(self.file)
        path.with_name("night.sqlite-wal").write_bytes(log)
        return path

    def records_within(self, length: int) -> int:
        """Count the records of the commits that are whole in this much of the log."""
        return 1 + BATCH * sum(end <= length for end in self.lengths)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    path = tmp_path_factory.mktemp("crashed") / "night.sqlite"
    lengths = printed(child(APPENDING_AND_DYING, path, BATCH, COMMITS))
    assert len(lengths) == COMMITS
    return Crashed(path.read_bytes(), path.with_name("night.sqlite-wal").read_bytes(), lengths)


def assert_holds(path: Path, records: int) -> None:
    """Hold a journal to having exactly the first so many records, and to going on from there."""
    expected = chained([OPENING, *map(count, range(1, records))])
    with open_reader(path) as reader:
        assert [*reader.records()] == expected
    with written(path) as journal:
        assert journal.last == expected[-1]
        journal.append([count(records)])
    assert verify(path).records == records + 1


# A power cut leaves the last commit by halves


def test_a_log_cut_short_at_any_length_of_its_last_commits_holds_the_commits_before(
    crashed: Crashed, tmp_path: Path
) -> None:
    start, end = crashed.lengths[-3], crashed.lengths[-1]
    lengths = {*range(start, end, 61), *(each + off for each in crashed.lengths[-3:] for off in (-25, -1, 0, 1, 24))}
    for length in sorted(lengths):
        path = crashed.put(tmp_path / "cut", crashed.log[:length])
        assert_holds(path, crashed.records_within(length))


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 56])
def test_a_log_of_hardly_anything_holds_the_opening(crashed: Crashed, tmp_path: Path, length: int) -> None:
    assert_holds(crashed.put(tmp_path / "cut", crashed.log[:length]), 1)


@pytest.mark.parametrize("filling", ["zeros", "noise"])
def test_a_last_commit_that_is_partly_something_else_is_not_there(
    crashed: Crashed, tmp_path: Path, filling: str
) -> None:
    start, end = crashed.lengths[-2:]
    choice = random.Random(filling)
    for begin in range(start, end, 400):
        length = end - begin if filling == "zeros" else choice.randrange(1, end - begin + 1)
        filled = bytes(length) if filling == "zeros" else choice.randbytes(length)
        log = crashed.log[:begin] + filled + crashed.log[begin + length :]
        assert_holds(crashed.put(tmp_path / "torn", log), crashed.records_within(start))


# A finished commit that the disk lost is not mistaken for one


@pytest.mark.parametrize("seed", range(2))
def test_a_bit_flipped_before_the_last_commit_is_told_by_the_record(
    crashed: Crashed, tmp_path: Path, seed: int
) -> None:
    choice = random.Random(seed)
    for start in range(0, crashed.lengths[-2], 700):
        place = min(start + choice.randrange(700), crashed.lengths[-2] - 1)
        log = bytearray(crashed.log)
        log[place] ^= 1 << choice.randrange(8)
        path = crashed.put(tmp_path / "flipped", bytes(log))
        sound = crashed.records_within(place) if place >= LOG_HEADER_BYTES else 1
        for opened in (Journal.open, lambda path, _: verify(path)):
            with pytest.raises(
                JournalDamagedError, match=f"record {sound + 1}: found [0-9]+ commits in night.sqlite-wal"
            ):
                opened(path, OPENING)
        assert path.with_name("night.sqlite-wal").read_bytes() == log, "and it is left as it was"
        with open_reader(path) as reader:
            assert [*reader.records()] == chained([OPENING, *map(count, range(1, sound))])


@pytest.mark.parametrize("place", range(LOG_HEADER_BYTES))
def test_a_bit_flipped_in_the_logs_header_is_told(crashed: Crashed, tmp_path: Path, place: int) -> None:
    log = bytearray(crashed.log)
    log[place] ^= 4
    path = crashed.put(tmp_path / "flipped", bytes(log))
    with pytest.raises(JournalDamagedError, match=f"record 2: found {COMMITS} commits"):
        Journal.open(path, OPENING)


def test_what_a_failed_batch_left_in_the_log_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "night.sqlite"
    copy = tmp_path / "copy" / "night.sqlite"
    copy.parent.mkdir()
    with written(path) as journal:
        journal.append([count(1)])
        journal._db.execute("PRAGMA cache_size = 10")
        journal._db.execute("PRAGMA max_page_count = 60")
        with pytest.raises(Exception, match="disk is full"):
            journal.append([count(number) for number in range(2, 2000)])
        assert path.with_name("night.sqlite-wal").stat().st_size > 40 * 4096, (
            "the batch came to the log before it failed"
        )
        journal.append([count(2)])
        for name in ("night.sqlite", "night.sqlite-wal"):
            shutil.copy(path.with_name(name), copy.with_name(name))
    assert_holds(copy, 3)


# kill -9


@pytest.mark.parametrize("seed", range(4))
def test_what_append_returned_is_there_after_kill_9(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "night.sqlite"
    choice = random.Random(seed)
    for kill in range(3):
        process = child(APPENDING_UNTIL_KILLED, path, choice.randrange(2**32))
        assert process.stdout
        returned = [int(process.stdout.readline())]
        time.sleep(choice.uniform(0, 0.1))
        verify(path)
        process.kill()
        returned += printed(process)
        said = f"seed {seed}, kill {kill}: append returned {returned[-1]}"
        with open_reader(path) as reader:
            records = [*reader.records()]
            publications = [*reader.publications()]
        assert records[-1].sequence >= returned[-1], said
        assert records[-1].sequence < returned[-1] + 60, said
        assert records == chained([OPENING, *map(count, range(1, len(records)))]), said
        assert publications[-1].sequence >= (returned[-2] if len(returned) > 1 else 0), said


@pytest.mark.parametrize("seed", range(4))
def test_a_journal_that_has_its_name_is_complete_whenever_its_maker_was_killed(tmp_path: Path, seed: int) -> None:
    process = child(MAKING_UNTIL_KILLED, tmp_path)
    assert process.stdout
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.1))
    process.kill()
    last = max(printed(process), default=0)
    for number in range(last + 2):
        with closing(Journal.open(tmp_path / f"{number}.sqlite", OPENING)) as journal:
            assert [*journal.records()] == chained([OPENING])
    for path in tmp_path.glob("*.sqlite"):
        verify(path)
