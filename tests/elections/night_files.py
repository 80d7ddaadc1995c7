"""Election folders and nights as their files say them, read without the service, to hold one against the other."""

import csv
import gzip
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).parents[2] / "config"

LONDON = ("london-2004", "london-2012", "london-2021")
COMMONS = ("commons-2015", "commons-2017", "commons-2019")
COUNCILS = ("glasgow-2012", "councils-2012", "london-boroughs-2022", "mayoral-referendums-2012")
NIGHTS = (*LONDON, *COMMONS, *COUNCILS, "germany-2021")


@dataclass(frozen=True)
class Night:
    folder: Mapping[str, Any]
    about: Mapping[str, Any]
    areas: Mapping[str, Mapping[str, str]]
    bodies: Mapping[str, Mapping[str, Any]]
    candidates: Mapping[tuple[str, str], Mapping[str, str]]
    baseline: tuple[Mapping[str, str], ...]
    lines: tuple[Mapping[str, Any], ...]

    def counts(self, contest: str, area: str | None = None) -> Iterator[Mapping[str, Any]]:
        for line in self.lines:
            count = line["payload"]
            if count["contest"] == contest and area in (None, count["area"]):
                yield count

    def last(self, contest: str, area: str) -> Mapping[str, Any]:
        return list(self.counts(contest, area))[-1]

    def choices(self, contest: str, area: str) -> Mapping[str, str]:
        """Who stands, with their parties."""
        rules = next(rules for rules in self.folder["contests"] if rules["id"] == contest)
        if rules["choices"] == "parties":
            return {party: party for party in rules["parties"]}
        return self.candidates[contest, area if rules["scope"] == "area" else ""]


@cache
def read(night_id: str) -> Night:
    election = CONFIG / "elections" / night_id
    candidates: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows(election / "candidates.csv"):
        assert row["candidate"] not in candidates[row["contest"], row["area"]]
        candidates[row["contest"], row["area"]][row["candidate"]] = row["party"]
    folder = tomllib.loads((election / "election.toml").read_text())
    return Night(
        folder=folder,
        about=tomllib.loads((CONFIG / "nights" / night_id / "night.toml").read_text()),
        areas={row["id"]: row for row in rows(election / "areas.csv")},
        bodies={body["id"]: body for body in (*folder.get("bodies", ()), *rows(election / "bodies.csv"))},
        candidates=candidates,
        baseline=tuple(rows(election / "baseline.csv")),
        lines=tuple(json.loads(line) for line in night_text(night_id).splitlines()),
    )


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def night_text(night_id: str) -> str:
    folder = CONFIG / "nights" / night_id
    plain = folder / "night.jsonl"
    return plain.read_text() if plain.exists() else gzip.decompress((folder / "night.jsonl.gz").read_bytes()).decode()
