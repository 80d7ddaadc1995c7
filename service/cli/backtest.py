"""`backtest`: how well would past nights have been projected?"""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from service.adapters.library import read_parameters
from service.app import as_records, election_of, find_night, forecaster_of, messages_of, recount
from service.backtest import PlayedNight, Row, orders_of, played_night, run
from service.backtest.recorded import CHOSEN_HERE, moments_of, told
from service.backtest.scorecard import picture_of, table_of
from service.backtest.summary import summary_of
from service.cli.nights import open_night
from service.cli.options import Config, config_folder, plain_errors, say
from service.errors import NightError
from service.ids import BodyId
from service.projection import parameters_for

NIGHTS: Final = ("commons-2015", "commons-2017", "commons-2019")
BODY: Final = BodyId("commons")
COUNTRIES: Final = ("England", "Scotland", "Wales")
RANDOM_ORDERS: Final = 10
ADVERSARIES: Final = 3
ABOUT: Final = """\
The House of Commons in Great Britain, projected again with 10,000 draws: nights in the order of declaration, in
random ones, and with the safest seats of a party first. Each night with the parameters that were fitted without it.
"""


def backtest(
    night: Annotated[
        str | None,
        typer.Option("--night", help="A recorded night: how wrong was its projection while it came in? No scorecard."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write the scorecard to: commons.txt, commons.md, commons.svg."),
    ] = None,
    config: Config = None,
) -> None:
    """Project recorded nights again, as if they were still open, and score what was said. All of them take minutes."""
    with plain_errors():
        sys.stdout.write(_of_night(night, config) if night is not None else _scorecard(out, config_folder(config)))


def _of_night(name: str, config: Path | None) -> str:
    """Say how wrong the projection of one night was while it came in."""
    opened = open_night(name, election=None, config=config)
    election = opened.election
    forecaster = forecaster_of(election)
    if not forecaster.bodies:
        raise NightError(
            where=f"night {name!r}",
            found="no body that a model covers",
            expected="a night of which something is projected, such as one of " + ", ".join(NIGHTS),
            way_out="Name another night.",
        )
    moments = moments_of(election, as_records(election, opened.messages, test=opened.test), forecaster)
    chosen = CHOSEN_HERE if BODY not in election.bodies else ""
    return told(election, moments) + chosen


def _scorecard(out: Path | None, config: Path) -> str:
    """Score the nights on record of the House of Commons in several orders; write it to a folder, if one is named."""
    tables = read_parameters()
    rows: list[Row] = []
    for name in NIGHTS:
        say(f"projecting {name} again ...")
        played = _played(name, config)
        orders = orders_of(played, random=RANDOM_ORDERS, adversaries=ADVERSARIES)
        rows += run(name, played, orders, parameters_for(name, tables))
    table = f"{ABOUT}\n{table_of(rows)}"
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "commons.txt").write_text(table, encoding="utf-8")
        (out / "commons.md").write_text(summary_of(rows), encoding="utf-8")
        (out / "commons.svg").write_text(picture_of(rows), encoding="utf-8")
    return table


def _played(name: str, config: Path) -> PlayedNight:
    recorded = find_night(name, config)
    messages = list(messages_of(recorded))
    night = recount(election_of(recorded, messages, config), messages)
    played = None
    if BODY in night.election.bodies:
        played = played_night(night, BODY, [message.topic for message in messages])
    if played is None:
        raise NightError(
            where=f"night {name!r}",
            found="no body that the model covers",
            expected="one of " + ", ".join(NIGHTS),
            way_out="Name a night of the House of Commons.",
        )
    return played.within(COUNTRIES)
