"""The README's tables that the code knows best, written from it."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer

from service.app import find_night, messages_of
from service.cli.commands import app
from service.cli.options import EXIT_CODES
from service.counting import RULES
from service.findings import FINDINGS
from service.logs import LOG_EVENTS
from tests.readme.parts import ROOT


def tables() -> dict[str, str]:
    """Write every table, by the name it has in the README."""
    return {
        "commands": _table(("command", "what it does"), _commands()),
        "options": _table(("option", "environment", "default", "of", "what it says"), _options()),
        "exit-codes": _table(("status", "what it means"), [(str(code), said) for code, said in EXIT_CODES.items()]),
        "findings": _table(
            ("code", "what is wrong", "what must hold", "the way out"),
            [(code, kind.title, kind.check, kind.way_out) for code, kind in FINDINGS.items()],
        ),
        "log-events": _table(("event", "what it tells"), [(f"`{name}`", said) for name, said in LOG_EVENTS.items()]),
        "nights": _table(("night", "messages", "what happened", "what it lacks"), _nights()),
        "rules": _table(
            ("rule", "what it does", "where", "in force", "source"),
            [
                (f"`{name}`", entry.description, entry.office, entry.in_force, entry.source)
                for name, entry in RULES.items()
            ],
        ),
        "scorecard": (ROOT / "config" / "scorecard" / "commons.md").read_text(encoding="utf-8"),
    }


def every_command() -> dict[str, Any]:
    """Give every command by its name, those of a family after the family's."""
    return dict(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield " ".join(names), command
        return
    for name, member in command.commands.items():
        yield from _walk(member, (*names, name))


def _commands() -> Iterator[Sequence[str]]:
    for name, command in every_command().items():
        given = " ".join(each.name.upper() for each in command.params if each.param_type_name == "argument")
        yield f"`{name} {given}`" if given else f"`{name}`", " ".join(command.help.split())


def _options() -> Iterator[Sequence[str]]:
    """Write a row for each option, one more where another command means something else by it."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for name, command in every_command().items():
        for option in command.params:
            if option.param_type_name != "option":
                continue
            environment = f"`{option.envvar}`" if option.envvar else ""
            given = "" if option.default in (None, False) else f"`{option.default}`"
            default = "required" if option.required else given
            rows.setdefault((option.opts[0], environment, default, option.help), []).append(name)
    for (option, environment, default, said), names in sorted(rows.items()):
        yield f"`{option}`", environment, default, ", ".join(_families(names)), said


def _families(names: Sequence[str]) -> Iterator[str]:
    """Write `desk hold`, `desk lot` as `desk hold, lot`, and `desk` alone where it is all of them."""
    for family in dict.fromkeys(name.split()[0] for name in names):
        own = [name.split()[1:] for name in names if name.split()[0] == family]
        every = [name for name in every_command() if name.split()[0] == family]
        members = ", ".join(member for rest in own for member in rest)
        yield family if len(own) == len(every) else f"{family} ({members})"


def _nights() -> Iterator[Sequence[str]]:
    """Write a row for each night on record; how many messages it has is counted."""
    for file in sorted((ROOT / "config" / "nights").glob("*/night.toml")):
        folder, about = file.parent, tomllib.loads(file.read_text(encoding="utf-8"))
        messages = sum(1 for _ in messages_of(find_night(folder.name, ROOT / "config")))
        yield f"`{folder.name}`", str(messages), about["about"], " ".join(about["lacks"]) or "Nothing."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
