"""Reading an election folder's files into an Election, collecting every problem on the way."""

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from service.election import (
    BEFORE,
    EVE,
    LAST,
    NOTIONAL,
    REPORTED,
    Area,
    Body,
    Candidate,
    Contest,
    Election,
    Last,
    Line,
    NationalBase,
    Party,
    PriorShares,
)
from service.findings import quote
from service.folder.national import NATIONAL_FILE, read_national
from service.folder.priors import read_prior
from service.folder.problems import FolderProblems, line_of, plainly
from service.folder.rows import ELECTION_FILE, Place, Rows
from service.folder.tables import (
    AreaTable,
    BaselineRow,
    BodyTable,
    CandidateRow,
    ContestTable,
    FileTable,
    NationalRow,
    NationalTable,
    PriorTable,
)
from service.ids import (
    AreaId,
    BodyId,
    CandidateId,
    ContestId,
    ElectionId,
    PartyId,
    SourceId,
)

FILES: Final = (ELECTION_FILE, "candidates.csv", "baseline.csv", "areas.csv", "bodies.csv", NATIONAL_FILE)
"""What an election is made of; anything else in the folder (sources, notes) changes nothing."""


def content_of(files: Mapping[str, bytes]) -> str:
    """Give the SHA-256, in hexadecimal, of the files that make the election."""
    digest = hashlib.sha256()
    for name in FILES:
        if name in files:
            for part in (name.encode(), files[name]):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
    return digest.hexdigest()


def place_of_contest(files: Mapping[str, bytes], contest: ContestId, key: str) -> tuple[str, int]:
    """Find the file and line (from 1) where a key of a contest stands, or else the contest itself."""
    text = files[ELECTION_FILE].decode("utf-8-sig")
    names = [row["id"] for row in tomllib.loads(text)["contests"]]
    return ELECTION_FILE, line_of(text, ("contests", names.index(contest), key))


def place_of_body(files: Mapping[str, bytes], body: BodyId) -> tuple[str, int]:
    """Find the file and line (from 1) where a body's seats stand, or else the body itself."""
    text = files[ELECTION_FILE].decode("utf-8-sig")
    names = [row["id"] for row in tomllib.loads(text).get("bodies", ())]
    if body in names:
        return ELECTION_FILE, line_of(text, ("bodies", names.index(body), "seats"))
    table = csv.DictReader(io.StringIO(files["bodies.csv"].decode("utf-8-sig")))
    return "bodies.csv", next(table.line_num for row in table if row["id"] == body)


def read_election(files: Mapping[str, bytes], *, rules: Collection[str]) -> Election:
    """Read an election from its files; `rules` are the counting rules that there are.

    Raises:
        FolderProblems: with everything that is wrong, each with file and line.
    """
    reader = _Reader(files, rules)
    election = reader.read()
    if reader.problems:
        raise FolderProblems(reader.problems)
    assert election is not None
    return election


class _Reader(Rows):
    def __init__(self, files: Mapping[str, bytes], rules: Collection[str]) -> None:
        super().__init__(files)
        self.rules: Final = rules

    def read(self) -> Election | None:
        text = self.text(ELECTION_FILE)
        if text is None:
            self.complain(ELECTION_FILE, 1, "no such file", "the file that describes the election")
            return None
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.complain(ELECTION_FILE, int(line[1]) if line else text.count("\n") + 1, str(error), "TOML")
            self.look_through_tables()
            return None
        try:
            file = FileTable.model_validate(table)
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_context=False):
                line_number = line_of(text, problem["loc"])
                where = ".".join(str(step) for step in problem["loc"])
                self.complain(
                    ELECTION_FILE, line_number, *plainly(where, problem["type"], problem["input"], problem["msg"])
                )
            self.look_through_tables()
            return None
        return self.assemble(file, text)

    def look_through_tables(self) -> None:
        """Complain of rows that cannot be read, where what they are about is not known: all the same in one go."""
        candidates = self.rows("candidates.csv", CandidateRow)
        baselines = self.rows("baseline.csv", BaselineRow)
        areas, bodies = self.rows("areas.csv", AreaTable), self.rows("bodies.csv", BodyTable)
        for _ in chain(candidates, baselines, areas, bodies):
            pass

    def assemble(self, file: FileTable, text: str) -> Election:
        try:
            zone = ZoneInfo(file.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            line = line_of(text, ("time_zone",))
            self.complain(ELECTION_FILE, line, quote(file.time_zone), "a time zone such as Europe/London")
            zone = ZoneInfo("UTC")  # to go on and find what else is wrong
        parties = {
            PartyId(row.id): Party(PartyId(row.id), row.name, row.short, row.colour, row.individual, row.aggregate)
            for _, row in self.unique(self.in_toml("parties", file.parties, text))
        }
        area_rows = [*self.in_toml("areas", file.areas, text), *self.rows("areas.csv", AreaTable)]
        areas = self.areas(area_rows)
        contests = self.contests(self.in_toml("contests", file.contests, text), areas, parties)
        bodies = self.bodies(
            [*self.in_toml("bodies", file.bodies, text), *self.rows("bodies.csv", BodyTable)], contests, parties
        )
        for place, row in area_rows:
            if row.body is not None and row.body not in bodies:
                self.complain(*place, f"area {row.id} of body {quote(row.body)}", "a body of this election")
        election = Election(
            id=ElectionId(file.id),
            name=file.name,
            day=file.date,
            time_zone=zone,
            parties=parties,
            areas=areas,
            contests=contests,
            bodies=bodies,
            candidates=self.candidates(contests, parties),
            baselines=self.baselines(contests, areas, parties),
            ranks={SourceId(source): rank for source, rank in file.ranks.items()},
            content=content_of(self.files),
        )
        return replace(
            election,
            priors=tuple(self.priors(self.in_toml("priors", file.priors, text), election)),
            national=self.national(file.national_share, election, text),
        )

    def national(self, table: NationalTable | None, election: Election, text: str) -> NationalBase | None:
        own = (ELECTION_FILE, line_of(text, ("national_share",)))
        if table is None:
            if NATIONAL_FILE in self.files:
                self.complain(NATIONAL_FILE, 1, "votes of authorities", f"[national_share] in {ELECTION_FILE} too")
            return None
        rows = self.rows(NATIONAL_FILE, NationalRow)
        return read_national(table, rows, election, lambda place, *what: self.complain(*(place or own), *what))

    def priors(self, rows: Iterable[tuple[Place, PriorTable]], election: Election) -> Iterator[PriorShares]:
        for place, row in rows:
            yield read_prior(row, election, partial(self.complain, *place))

    def areas(self, rows: list[tuple[Place, AreaTable]]) -> dict[AreaId, Area]:
        unique = list(self.unique(rows))
        parts = frozenset(AreaId(row.id) for _, row in unique if not row.covers)
        areas = {}
        for place, row in unique:
            covers = parts if row.covers == ("*",) else frozenset(AreaId(name) for name in row.covers)
            for stranger in sorted(covers - parts):
                self.complain(*place, f"{row.id} covers {quote(stranger)}", "areas that cover nothing themselves")
            areas[AreaId(row.id)] = Area(
                id=AreaId(row.id),
                name=row.name,
                covers=covers,
                body=BodyId(row.body) if row.body else None,
                seats=row.seats,
                electorate=row.electorate,
                region=row.region,
                country=row.country,
            )
        return areas

    def contests(
        self,
        rows: Iterable[tuple[Place, ContestTable]],
        areas: Mapping[AreaId, Area],
        parties: Mapping[PartyId, Party],
    ) -> dict[ContestId, Contest]:
        contests: dict[ContestId, Contest] = {}
        parts = [area.id for area in areas.values() if not area.covers]
        for place, row in self.unique(rows):
            names = [name for entry in row.areas for name in (parts if entry == "*" else [AreaId(entry)])]
            self.check_contest(place, row, areas, parties, contests)
            contests[ContestId(row.id)] = Contest(
                id=ContestId(row.id),
                name=row.name,
                rule=row.rule,
                seats=row.seats,
                scope=row.scope,
                choices=row.choices,
                areas=tuple(dict.fromkeys(name for name in names if name in areas)),
                parties=tuple(PartyId(party) for party in row.parties if party in parties),
                minorities=tuple(PartyId(party) for party in row.minorities),
                follows=ContestId(row.follows) if row.follows else None,
                unlisted_is_zero=row.unlisted == "zero",
                parameters=row.parameters,
            )
        return contests

    def check_contest(
        self,
        place: Place,
        row: ContestTable,
        areas: Collection[AreaId],
        parties: Collection[PartyId],
        contests: Collection[ContestId],
    ) -> None:
        """Complain of what a contest names without there being such an area, party, contest or rule."""
        for name in row.areas:
            if name != "*" and name not in areas:
                self.complain(*place, f"contest {row.id}: area {quote(name)}", "an area of this election")
        for party in row.parties:
            if party not in parties:
                self.complain(*place, f"contest {row.id}: party {quote(party)}", "a party of this election")
        if row.choices == "parties" and not row.parties:
            self.complain(*place, f"contest {row.id}: no parties", "the parties that stand on lists")
        for party in row.minorities:
            if party not in row.parties:
                self.complain(*place, f"contest {row.id}: minority {quote(party)}", "one of its parties")
        if row.rule not in self.rules and row.rule != REPORTED:
            self.complain(*place, f"rule {quote(row.rule)}", "one of " + ", ".join(sorted({*self.rules, REPORTED})))
        if row.follows is not None and row.follows not in contests:
            self.complain(*place, f"contest {row.id} follows {quote(row.follows)}", "a contest named before it")

    def bodies(
        self,
        rows: Iterable[tuple[Place, BodyTable]],
        contests: Mapping[ContestId, Contest],
        parties: Mapping[PartyId, Party],
    ) -> dict[BodyId, Body]:
        bodies = {}
        for place, row in self.unique(rows):
            for contest in row.contests:
                if contest not in contests:
                    self.complain(*place, f"body {row.id}: contest {quote(contest)}", "a contest of this election")
            for party in row.seats_not_up:
                if party not in parties:
                    self.complain(*place, f"body {row.id}: party {quote(party)}", "a party of this election")
            if row.seats is None and (row.lines or row.office):
                self.complain(*place, f"body {row.id}: no seats", "their number, where there are lines or an office")
            for line in row.lines:
                if row.seats is not None and line.seats > row.seats:
                    found = f"body {row.id}: line {quote(line.name)} at {line.seats} of {row.seats} seats"
                    self.complain(*place, found, "a line within the seats that there are")
            bodies[BodyId(row.id)] = Body(
                id=BodyId(row.id),
                name=row.name,
                contests=tuple(ContestId(contest) for contest in row.contests if contest in contests),
                seats=row.seats,
                lines=tuple(Line(line.name, line.seats) for line in row.lines),
                office=row.office,
                seats_not_up={PartyId(party): seats for party, seats in row.seats_not_up.items()},
            )
        return bodies

    def candidates(
        self, contests: Mapping[ContestId, Contest], parties: Mapping[PartyId, Party]
    ) -> dict[tuple[ContestId, AreaId | None], dict[CandidateId, Candidate]]:
        standing: dict[tuple[ContestId, AreaId | None], dict[CandidateId, Candidate]] = {}
        for contest in contests.values():
            if contest.choices == "parties":
                standing[contest.id, None] = {
                    CandidateId(party): Candidate(CandidateId(party), parties[party].name, party)
                    for party in contest.parties
                }
        for place, row in self.rows("candidates.csv", CandidateRow):
            known = contests.get(ContestId(row.contest))
            if known is None:
                self.complain(*place, f"contest {quote(row.contest)}", "a contest of this election")
                continue
            if row.party not in parties:
                self.complain(*place, f"party {quote(row.party)}", "a party of this election")
            if known.scope == "area" and row.area not in known.areas:
                self.complain(*place, f"area {quote(row.area)}", f"an area of the contest {known.id}")
            if known.scope == "whole" and row.area:
                self.complain(*place, f"area {quote(row.area)}", f"no area: the areas of {known.id} add up")
            there = standing.setdefault((known.id, AreaId(row.area) if row.area else None), {})
            if row.candidate in there:
                self.complain(*place, f"candidate {quote(row.candidate)} twice", "each candidate once in an area")
            there[CandidateId(row.candidate)] = Candidate(
                CandidateId(row.candidate), row.name, PartyId(row.party), row.incumbent == "yes"
            )
        return standing

    def baselines(
        self, contests: Mapping[ContestId, Contest], areas: Mapping[AreaId, Area], parties: Mapping[PartyId, Party]
    ) -> dict[str, dict[tuple[ContestId, AreaId], Last]]:
        rows: dict[tuple[str, ContestId, AreaId], dict[str, BaselineRow]] = {}
        for place, row in self.rows("baseline.csv", BaselineRow):
            if row.contest not in contests:
                self.complain(*place, f"contest {quote(row.contest)}", "a contest of this election")
            if row.area not in areas:
                self.complain(*place, f"area {quote(row.area)}", "an area of this election")
            # Parties of the election before last may be gone.
            if row.party and row.party not in parties and row.baseline != BEFORE:
                self.complain(*place, f"party {quote(row.party)}", "a party of this election, or nothing")
            there = rows.setdefault((row.baseline, ContestId(row.contest), AreaId(row.area)), {})
            if row.party in there:
                self.complain(*place, f"{row.area} {row.party} twice", "each party once in an area")
            there[row.party] = row
        baselines: dict[str, dict[tuple[ContestId, AreaId], Last]] = {
            kind: {} for kind in (LAST, EVE, BEFORE, NOTIONAL)
        }
        for (baseline, contest, area), there in rows.items():
            own = there.pop("", None)
            baselines[baseline][contest, area] = Last(
                votes={PartyId(party): row.votes for party, row in there.items()},
                seats={PartyId(party): row.seats for party, row in there.items()},
                electorate=own.electorate if own else None,
                ballots=own.ballots if own else None,
                transfers={PartyId(party): row.transfers for party, row in there.items() if row.transfers is not None},
            )
        return baselines
