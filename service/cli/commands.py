"""The command's tree: which commands there are, in the order in which a newcomer meets them."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated, Any, Final

import typer

from service.cli.backtest import backtest
from service.cli.bench import bench
from service.cli.check import check
from service.cli.demo import demo
from service.cli.desk import desk
from service.cli.enter import enter
from service.cli.explain import explain
from service.cli.export import export
from service.cli.journal import journal
from service.cli.recount import recount
from service.cli.rehearse import rehearse
from service.cli.replay import record, replay
from service.cli.run import run
from service.cli.schema import schema
from service.cli.watch import history, watch

DISTRIBUTION: Final = "election-night"

app = typer.Typer(
    name=DISTRIBUTION,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_COMMANDS: tuple[Callable[..., Any], ...] = (
    demo,
    run,
    watch,
    replay,
    rehearse,
    record,
    enter,
    recount,
    explain,
    history,
    export,
    backtest,
    check,
    schema,
    bench,
)
for _command in _COMMANDS:
    app.command()(_command)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def _(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print which version this is.")
    ] = False,
) -> None:
    """Election-night results: counts in from a broker, seats re-allocated as each one lands, standings out."""


app.add_typer(desk)
app.add_typer(journal)


def main() -> None:
    """Run the command. A character that the terminal does not know is replaced: a name may have one anywhere."""
    for printed in (sys.stdout, sys.stderr):
        if isinstance(printed, TextIOWrapper) and printed.errors == "strict":
            printed.reconfigure(errors="replace")
    app()
