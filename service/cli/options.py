"""Options that several commands share, and how a command ends when something is wrong."""

import errno
import os
import sys
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

import typer

from service.adapters.library import default_config
from service.errors import ElectionNightError, TheirMessage
from service.logs import put_out
from service.settings import ROOT

EXIT_CODES: Final = {
    0: "all is well",
    1: "the outcome is not the expected one, or something we have no better number for",
    2: "what was given cannot be read: an election folder, a night, an option",
    3: "the journal is damaged, another election's, in use, or cannot be written",
    4: "the broker cannot be started, does not let us in, or has another service online",
    70: "our fault: please report it",
    130: "interrupted with Ctrl-C",
}
"""What the command's exit status means."""

NAMES_LISTED_MAX: Final = 50
NAMES_ALIKE_MAX: Final = 5
"""Where there are more names than anybody reads, those are told that are the most like the one that was given."""

OUTPUT_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a disk says that has no room for what is printed; where something else is written, the error names a file."""

INTERRUPTED: Final = 130
OUR_FAULT: Final = 70

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="ELECTION_NIGHT_CONFIG",
        help="Folder with elections/ and nights/. Where none is named: config here, else the one of the program.",
    ),
]
Broker = Annotated[
    str,
    typer.Option(
        "--broker",
        envvar="ELECTION_NIGHT_BROKER",
        help="The broker's address: mqtt://user:password@host:1883, mqtts://.",
    ),
]
Root = Annotated[
    str, typer.Option("--root", envvar="ELECTION_NIGHT_ROOT", help="What every topic starts with.", show_default=True)
]
Night = Annotated[
    str, typer.Argument(help="A recorded night: its name, its folder, a .jsonl[.gz|.zst] file, or a journal (.sqlite).")
]
ElectionOption = Annotated[
    str | None,
    typer.Option("--election", help="The election's name or folder, where the night does not say it by itself."),
]
Test = Annotated[
    bool, typer.Option("--test", help="A test night: only messages marked `test` count. Never mixed with a live one.")
]
ROOT_DEFAULT: Final = ROOT


def config_folder(config: Path | None) -> Path:
    """Give the configuration folder that was chosen, or the default."""
    return config or default_config()


def at_time(text: str) -> datetime:
    """Read a time with its offset from an option.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(f"{text!r}: expected RFC 3339 with an offset, such as 2012-05-04T19:30:00+01:00")
    return at


def known(what: str, name: str, names: Collection[str]) -> str:
    """Give a name that there is.

    Raises:
        TheirMessage: there is none such; it says which there are, or which are the most alike.
    """
    if name in names:
        return name
    listed = sorted(names)
    if len(listed) > NAMES_LISTED_MAX:
        listed = [*get_close_matches(name, listed, n=NAMES_ALIKE_MAX, cutoff=0.0), "..."]
    raise TheirMessage(
        where=f"{what} {name!r}",
        found=f"no {what} of this name",
        expected="one of " + ", ".join(listed),
        way_out=f"Name the {what} as the election folder does.",
    )


@contextmanager
def plain_errors() -> Iterator[None]:
    """End with the error's exit status and its four parts on standard error, instead of a traceback."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_output()
        raise typer.Exit(1) from None  # whoever reads has seen enough
    except ElectionNightError as error:
        parts = (
            ("where", error.where),
            ("found", error.found),
            ("expected", error.expected),
            ("way out", error.way_out),
        )
        say(f"election-night: {error.heading}")
        for name, text in parts:
            say(f"  {name + ':':<10} {text}")
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno in OUTPUT_FULL and fault.filename is None:
            _give_up_output()
            say(f"election-night: what is printed cannot be written ({fault}). Make room, or print it elsewhere.")
            raise typer.Exit(1) from fault
        say(traceback.format_exc())
        say("election-night: our fault; please report it, with the journal. Nothing on record is lost.")
        raise typer.Exit(OUR_FAULT) from fault


def _give_up_output() -> None:
    """Let nothing that was printed be tried again at the program's end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


Printer = Callable[[str], None]


def say(text: str) -> None:
    """Print a line for a person on standard error, if that takes it; standard output is for results."""
    with suppress(OSError):
        put_out(sys.stderr, text + "\n")
