"""The command's tree: which commands there are, in the order in which a newcomer meets them."""

from collections.abc import Callable
from typing import Any

import typer

from service.cli.backtest import backtest
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

app = typer.Typer(
    name="election-night",
    help="Election-night results: counts in from a broker, seats re-allocated as each one lands, standings out.",
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
)
for _command in _COMMANDS:
    app.command()(_command)
app.add_typer(desk)
app.add_typer(journal)


def main() -> None:
    """Run the command."""
    app()
