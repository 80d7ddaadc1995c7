"""Project the recorded nights of the House of Commons again, and write the scorecard that ships with the project.

Great Britain, in the real, a random and adverse orders, each night with the parameters that were fitted without it.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tomllib
from importlib.resources import files
from typing import Final

from service.adapters.library import default_config, find_night
from service.app import election_of, messages_of, recount
from service.backtest import PlayedNight, Row, orders_of, played_night, run
from service.backtest.scorecard import picture_of, table_of
from service.ids import BodyId
from service.projection import parameters_for

NIGHTS: Final = ("commons-2015", "commons-2017", "commons-2019")
COUNTRIES: Final = ("England", "Scotland", "Wales")
RANDOM_ORDERS: Final = 1
ADVERSARIES: Final = 3
ABOUT: Final = """\
The House of Commons in Great Britain, projected again with 10,000 draws: three nights in the order of declaration, in a
random one, and with the safest seats of a party first. Each night with the parameters that were fitted without it.
"""


def main() -> None:
    """Write the table and the picture."""
    tables = tomllib.loads(files("service.projection").joinpath("parameters.toml").read_text("utf-8"))
    rows: list[Row] = []
    for name in NIGHTS:
        night = recorded(name)
        orders = orders_of(night, random=RANDOM_ORDERS, adversaries=ADVERSARIES)
        rows += run(name, night, orders, parameters_for(name, tables))
    table = f"{ABOUT}\n{table_of(rows)}"
    sys.stdout.write(table)
    folder = default_config() / "scorecard"
    folder.mkdir(exist_ok=True)
    (folder / "commons.txt").write_text(table, "utf-8")
    (folder / "commons.svg").write_text(picture_of(rows), "utf-8")


def recorded(name: str) -> PlayedNight:
    """Read a night of the House of Commons from the project's own record."""
    found = find_night(name, default_config())
    messages = list(messages_of(found))
    night = recount(election_of(found, messages, default_config()), messages)
    played = played_night(night, BodyId("commons"), [message.topic for message in messages])
    assert played is not None
    return played.within(COUNTRIES)


if __name__ == "__main__":
    main()
