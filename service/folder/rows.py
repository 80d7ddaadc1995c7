"""A folder's files as rows and texts, collecting every problem on the way with its file and line."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from service.findings import quote
from service.folder.problems import Problem, line_of, plainly
from service.folder.tables import AreaTable, BaselineRow, BodyTable, CandidateRow, NationalRow

ELECTION_FILE: Final = "election.toml"

Place = tuple[str, int]
"""A file and a line in it, from 1."""

_Row = TypeVar("_Row", AreaTable, BodyTable, CandidateRow, BaselineRow, NationalRow)


@dataclass
class Rows:
    """The files by name, and what has been found wrong in them so far."""

    files: Mapping[str, bytes]
    problems: list[Problem] = field(default_factory=list)

    def rows(self, file: str, model: type[_Row]) -> Iterator[tuple[Place, _Row]]:
        """Read a file of comma-separated values, row by row, each with its place."""
        text = self.text(file)
        if text is None:
            return
        table = csv.DictReader(io.StringIO(text), strict=True)
        expected = list(model.model_fields)
        try:
            strangers = [name for name in table.fieldnames or [] if name not in expected]
            if strangers:
                self.complain(file, 1, f"columns {quote(strangers)}", "columns out of " + ", ".join(expected))
                return
            for row in table:
                if None in row or None in row.values():
                    given = sum(value is not None for name, value in row.items() if name is not None)
                    given += len(row.get(None, ()))
                    self.complain(
                        file,
                        table.line_num,
                        f"{given} columns",
                        f"{len(table.fieldnames or ())}, as the first line names",
                    )
                    continue
                try:
                    yield (file, table.line_num), model.model_validate(row)
                except ValidationError as error:
                    for problem in error.errors(include_url=False, include_context=False):
                        column = ".".join(str(step) for step in problem["loc"]) or "the row"
                        said = plainly(column, problem["type"], problem["input"], problem["msg"])
                        self.complain(file, table.line_num, *said)
        except csv.Error as error:
            self.complain(file, table.line_num + 1, str(error), "comma-separated values")

    def text(self, file: str) -> str | None:
        """Read a file, None where it is not there or is no text."""
        if file not in self.files:
            return None
        try:
            return self.files[file].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.files[file].count(b"\n", 0, error.start) + 1
            self.complain(file, line, quote(self.files[file][error.start : error.end]), "UTF-8")
            return None

    def in_toml(self, name: str, rows: Iterable[Any], text: str) -> list[tuple[Place, Any]]:
        """Give the rows of a table of the election file with their places."""
        return [((ELECTION_FILE, line_of(text, (name, number))), row) for number, row in enumerate(rows)]

    def unique(self, rows: Iterable[tuple[Place, Any]]) -> Iterator[tuple[Place, Any]]:
        """Pass on rows whose id has not been there before."""
        seen: set[str] = set()
        for place, row in rows:
            if row.id in seen:
                self.complain(*place, f"{quote(row.id)} twice", "each id once")
                continue
            seen.add(row.id)
            yield place, row

    def complain(self, file: str, line: int, found: str, expected: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(file, line, found, expected))
