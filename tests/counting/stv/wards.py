"""Real Scottish wards with every ballot paper, read from the files beside this one (README.md says whence)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import zstandard

from service.counting.outcome import Option
from service.counting.votes import Papers

HERE = Path(__file__).parent
YEARS = (2012, 2017)


@dataclass(frozen=True, slots=True)
class Ward:
    """One ward: what was elected, who stood (in the order of the ballot paper), and all valid papers."""

    key: str
    name: str
    seats: int
    quota: int
    parties: dict[Option, str]
    first_preferences: dict[Option, int]
    papers: Papers

    @property
    def council(self) -> str:
        """The council's part of the key."""
        return self.key[: self.key.index("_20")]

    @property
    def candidates(self) -> tuple[Option, ...]:
        """The candidates in the order of the ballot paper."""
        return self.papers.candidates


@cache
def read_wards(year: int) -> dict[str, Ward]:
    """All contested wards of a year by their key, such as ``glasgow_2012_ward7``."""
    packed = (HERE / f"wards_{year}.txt.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().decompress(packed).decode().splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("ward\t")]
    blocks = zip(starts, [*starts[1:], len(lines)], strict=True)
    return {ward.key: ward for ward in (read_ward(lines[start:end]) for start, end in blocks)}


def all_wards() -> Iterator[Ward]:
    """Every ward of every year."""
    for year in YEARS:
        yield from read_wards(year).values()


def read_ward(lines: list[str]) -> Ward:
    """A heading, the candidates, then the papers: ``8 abc`` are eight papers for the first three in this order."""
    _, key, name, seats, quota = lines[0].split("\t")
    standing = [line.split("\t") for line in lines[1:] if "\t" in line]
    names = [candidate for candidate, _, _ in standing]
    papers = []
    for line in lines[1 + len(standing) :]:
        count, _, letters = line.rpartition(" ")
        papers.append((int(count or 1), tuple(names[ord(letter) - ord("a")] for letter in letters)))
    return Ward(
        key=key,
        name=name,
        seats=int(seats),
        quota=int(quota),
        parties={candidate: party for candidate, party, _ in standing},
        first_preferences={candidate: int(votes) for candidate, _, votes in standing},
        papers=Papers(tuple(papers), tuple(names)),
    )
