"""`bench`: how fast, and in how much memory, as the repository's own measurements print it."""

import subprocess
import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from service.cli.options import Config, config_folder, plain_errors
from service.errors import TheirMessage

FOLDER: Final = "benchmarks"
"""Beside the configuration folder: they read what only the repository has, and are no part of what is installed."""


class Measured(StrEnum):
    """What is measured, in this order, each by the script of its name."""

    counting = "counting"
    stv = "stv"
    journal = "journal"
    night = "night"
    projection = "projection"
    readers = "readers"


def bench(
    what: Annotated[list[Measured] | None, typer.Argument(help="What to measure; everything, where not given.")] = None,
    config: Config = None,
) -> None:
    """Measure speed and memory on this machine and print the tables; it takes minutes, and the repository."""
    with plain_errors():
        root = config_folder(config).resolve().parent
        scripts = [root / FOLDER / f"{each}.py" for each in what or Measured]
        missing = [script for script in scripts if not script.is_file()]
        if missing:
            raise TheirMessage(
                where=str(missing[0].parent),
                found=f"no {missing[0].name}",
                expected="the measurements of the project's repository",
                way_out="Run it in a copy of the repository, or name its config folder with --config.",
            )
        for script in scripts:
            status = subprocess.run([sys.executable, str(script)], cwd=root, check=False).returncode  # noqa: S603 - ours
            if status:
                raise typer.Exit(status)
