"""What is wrong with an election folder, and on which line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.findings import quote


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an election folder: the file and its line (from 1), what was found, what was expected."""

    file: str
    line: int
    found: str
    expected: str

    def __str__(self) -> str:
        """Say it as `file:line: found ...; expected ...`."""
        return f"{self.file}:{self.line}: found {self.found}; expected {self.expected}"


class FolderProblems(Exception):  # noqa: N818 - carries the problems to the door of this module, where they are a result
    """Everything that is wrong with a folder, at least one problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Final = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def plainly(where: str, kind: str, value: object, message: str) -> tuple[str, str]:
    """Say what pydantic found at a place, and what was expected, as people say it; `kind` is pydantic's name."""
    match kind:
        case "extra_forbidden":
            return f"{where} = {quote(value)}", "no key of this name: the README has those that there are"
        case "missing":
            return f"no {where}", "a value for it"
        case _:
            return f"{where} = {quote(value)}", message


def line_of(text: str, steps: tuple[int | str, ...]) -> int:
    """Find the line (from 1) of a value in TOML text, as near as tables and keys tell; the last table's line otherwise.

    Python's TOML reader keeps no places; tables of an election file are written as `[[name]]`, one key a line.
    """
    table = steps[0] if len(steps) > 1 and isinstance(steps[1], int) else None
    number = steps[1] if table is not None else None
    keys = {str(step) for step in steps if isinstance(step, str) and step != table}
    found, seen, inside = 1, -1, table is None
    for line_number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            if stripped.startswith(f"[[{table}]]"):
                seen += 1
            inside = table is None or (stripped.startswith(f"[[{table}]]") and seen == number)
            if inside and (table is not None or stripped.strip("[]") in keys):
                found = line_number
        if inside and stripped.split("=")[0].strip() in keys:
            return line_number
    return found
