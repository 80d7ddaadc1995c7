"""`export`: a night's outcome as files for others, JSON as published and tidy tables."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from service.adapters.snapshots import write_folder
from service.app import recount
from service.cli.nights import open_night
from service.cli.options import Config, ElectionOption, Night, Test, plain_errors, say
from service.errors import TheirMessage
from service.night import Night as CountedNight
from service.standings.wire import JSON, encode
from service.views.tidy import COLUMNS, tidy_tables

Table = StrEnum("Table", {name: name for name in COLUMNS})  # type: ignore[misc]  # the tables that there are

ABOUT_FILE: Final = "export.json"


def export(
    night: Night,
    out: Annotated[
        Path | None, typer.Argument(help="The folder to make; it must not be there yet. Without one: to the output.")
    ] = None,
    table: Annotated[
        Table | None, typer.Option("--table", help="Print this table alone, as CSV, instead of everything as JSON.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Count only what came up to this time, RFC 3339 with offset.")
    ] = None,
    election: ElectionOption = None,
    test: Test = False,
    config: Config = None,
) -> None:
    """Write how a night stands as JSON and CSV: standings, areas, candidates' votes, seats. Same record, same bytes."""
    if out is not None and table is not None:
        raise typer.BadParameter("--table is for the output; a folder has every table")
    with plain_errors():
        if out is not None and out.exists():
            raise TheirMessage(
                where=str(out),
                found="something of this name",
                expected="nothing: an export replaces nothing",
                way_out="Choose another name, or move it away.",
            )
        opened = open_night(night, election=election, config=config, until=until, test=test)
        exported = Exported(recount(opened.election, opened.messages, test=opened.test))
        if out is not None:
            say(f"{_written(out, exported)} files in {out}, as of record {exported.about['sequence']}")
        elif table is not None:
            sys.stdout.buffer.write(exported.tables[table])
        else:
            sys.stdout.buffer.write(encode(exported.whole()) + b"\n")


def _written(out: Path, exported: "Exported") -> int:
    try:
        return write_folder(out, exported.files())
    except OSError as error:
        raise TheirMessage(
            where=str(out),
            found=str(error),
            expected="a folder that can be made",
            way_out="Choose another place, or make room; nothing was left behind.",
        ) from error


class Exported:
    """A night as others get it: what would be published of it, the projection left out, and the tables of that."""

    def __init__(self, night: CountedNight) -> None:
        election, stamp = night.election, night.stamp
        self.about: Final[JSON] = {
            "election": election.id,
            "name": election.name,
            "as_of": stamp.as_of,
            "sequence": stamp.sequence,
            "digest": stamp.digest,
        }
        self._standings: Final = {body: dict(night.standings(body)) for body in election.bodies}
        self._results: Final = {place: dict(night.result(place)) for place in sorted(night.results_in())}
        self.tables: Final = tidy_tables(election, self._standings, self._results)

    def whole(self) -> JSON:
        """Give everything as one object."""
        return {**self.about, "standings": self._standings, "areas": list(self._results.values())}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give everything as files, by their path in the folder."""
        yield ABOUT_FILE, encode(self.about)
        for body, standings in self._standings.items():
            yield f"standings/{body}.json", encode(standings)
        for (contest, area), result in self._results.items():
            yield f"areas/{contest}/{area}.json", encode(result)
        for name, content in self.tables.items():
            yield f"{name}.csv", content
