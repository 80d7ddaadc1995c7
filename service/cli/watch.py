"""`watch` and `history`: a night from outside, from its topics in the terminal, and what was published when."""

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from service.adapters.broker import Address
from service.adapters.journal import open_reader
from service.app import find_election, find_night, load_election, named_by
from service.cli.nights import election_at_hand, zone_of
from service.cli.options import ROOT_DEFAULT, Broker, Config, Root, config_folder, known, plain_errors, say
from service.cli.watching import Watcher
from service.errors import NightError
from service.ids import BodyId
from service.logs import configure_logs
from service.records import Publication, moment
from service.topics import Topics
from service.views.terminal import news, screen
from service.views.words import number

REDRAWS_A_SECOND: Final = 4
DIGEST_SHOWN: Final = 16


def watch(
    broker: Broker,
    election: Annotated[
        str, typer.Option("--election", envvar="ELECTION_NIGHT_ELECTION", help="The election's name or folder.")
    ],
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Show a night in the terminal as it is published, until Ctrl-C; a connection that breaks is made again."""
    configure_logs(quiet=True)
    with plain_errors():
        found = load_election(find_election(election, config_folder(config)))
        asyncio.run(_watch(Address.parse(broker), Topics(root, found.id), found.time_zone))


async def _watch(address: Address, topics: Topics, zone: ZoneInfo) -> None:
    console = Console()
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    async with Watcher(address, topics) as watcher:
        showing = asyncio.create_task(
            _draw(console, watcher, zone) if console.is_terminal else _print_events(watcher), name="showing"
        )
        waiting = asyncio.create_task(ended.wait(), name="ended")
        done, _ = await asyncio.wait([showing, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in (showing, waiting):
            task.cancel()
        if showing in done:
            showing.result()


async def _draw(console: Console, watcher: Watcher, zone: ZoneInfo) -> None:
    """Redraw the screen as long as the watcher follows."""
    connected_at: datetime | None = None

    def drawn() -> Any:
        nonlocal connected_at
        if watcher.connected:
            connected_at = datetime.now(zone)
        return screen(
            [watcher.standings[body] for body in sorted(watcher.standings)],
            news(watcher.events),
            foot(watcher, connected_at),
        )

    with Live(get_renderable=drawn, console=console, refresh_per_second=REDRAWS_A_SECOND, vertical_overflow="crop"):
        await watcher.until(lambda _: False, seconds=None)


def foot(watcher: Watcher, connected_at: datetime | None) -> Text:
    """Say at the foot whether what is shown can be trusted to be new."""
    if not watcher.connected:
        since = f" since {connected_at:%H:%M:%S}: what is shown is as of then" if connected_at else ""
        return Text(f"No connection to the broker{since}. Trying again.", style="bold reverse")
    status = watcher.status.get("status")
    if status != "online":
        return Text(f"The service is {status or 'not heard of'}: what is shown is its last word.", style="bold reverse")
    return Text(
        f"online · record {watcher.status['sequence']} · last count {watcher.status['last_count']}", style="dim"
    )


async def _print_events(watcher: Watcher) -> None:
    """Where nothing can be redrawn, print each event once as a line."""
    await watcher.until(lambda seen: bool(seen.status), seconds=None)
    say(f"the service is {watcher.status['status']}; events follow as they come")
    printed = 0
    while True:
        await watcher.until(lambda seen: len(seen.events) > printed, seconds=None)  # noqa: B023 - as it is then
        for event in watcher.events[printed:]:
            sys.stdout.write(f"{event['as_of']} {event['event']:<20} {event['text']}\n")
        printed = len(watcher.events)
        sys.stdout.flush()


def history(
    body: Annotated[str, typer.Argument(help="The body: assembly, mayor, a council.")],
    journal: Annotated[
        Path,
        typer.Option("--journal", envvar="ELECTION_NIGHT_JOURNAL", help="The journal, such as var/ELECTION.sqlite."),
    ],
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """List what was published about a body and when, from the journal, with the digest of the bytes that went out."""
    with plain_errors():
        recorded = find_night(str(journal), config_folder(config))
        if not recorded.is_journal:
            raise NightError(
                where=str(journal),
                found="no journal",
                expected="a .sqlite file: a recorded night does not say what was published",
                way_out="Name the journal that the service kept.",
            )
        found = election_at_hand(recorded, config_folder(config))
        of = BodyId(body if found is None else known("body", body, found.bodies))
        topic = Topics(root, named_by(recorded)).standings(of)
        with open_reader(recorded.file) as reader:
            table = _table(reader.publications(topic=topic), zone_of(recorded, config_folder(config)))
        Console().print(table if table.row_count else Text(f"nothing was published on {topic}"))


def _table(publications: Iterator[Publication], zone: ZoneInfo) -> Table:
    table = Table("published", "record", "digest", "areas", "seats", box=None, header_style="dim", pad_edge=False)
    for said in publications:
        standings = json.loads(said.payload)
        at = moment(said.at_us).astimezone(zone).isoformat(sep=" ", timespec="milliseconds")
        areas = f"{standings['areas']['declared']}/{standings['areas']['total']}"
        seats = ", ".join(f"{row['short']} {number(row['seats'])}" for row in standings["parties"] if row["seats"])
        table.add_row(at, str(said.sequence), said.digest[:DIGEST_SHOWN], areas, seats)
    return table
