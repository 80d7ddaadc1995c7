"""`replay` and `record`: a night into a broker, and a night out of one."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.adapters.broker import Address
from service.adapters.clock import SystemClock
from service.adapters.player import play, write_night
from service.app import find_election, find_night, load_election, messages_of
from service.app import record as keep_record
from service.cli.nights import open_night
from service.cli.options import (
    ROOT_DEFAULT,
    Broker,
    Config,
    ElectionOption,
    Night,
    Root,
    config_folder,
    plain_errors,
    say,
)
from service.cli.watching import Watcher
from service.election import Election
from service.errors import BrokerError, NightError
from service.logs import configure_logs
from service.records import Message, moment
from service.topics import Topics, root_of


def replay(
    night: Night,
    broker: Broker,
    speed: Annotated[
        str, typer.Option("--speed", help="How many times as fast as it was (60: an hour in a minute), or max.")
    ] = "60",
    wait: Annotated[
        float, typer.Option("--wait", help="Seconds to wait for the service to say online; 0: do not wait.")
    ] = 60.0,
    election: ElectionOption = None,
    config: Config = None,
) -> None:
    """Publish a recorded night into a broker again, as the count centres did. Waits for a service that is online."""
    configure_logs(quiet=True)
    with plain_errors():
        opened = open_night(night, election=election, config=config)
        if not opened.messages:
            where = str(opened.recorded.file)
            raise NightError(where=where, found="no message", expected="at least one", way_out="Choose another.")
        asyncio.run(_replay(opened.election, opened.messages, Address.parse(broker), read_speed(speed), wait))


def read_speed(text: str) -> float | None:
    """Read a speed: a number above 0, or max (None).

    Raises:
        typer.BadParameter: it is neither.
    """
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise typer.BadParameter(f"{text!r}: expected a number above 0, or max")
    return speed


async def _replay(
    election: Election, messages: list[Message], address: Address, speed: float | None, wait_s: float
) -> None:
    topics = Topics(root_of(messages[0].topic, election.id) or ROOT_DEFAULT, election.id)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("as of {task.fields[at]}"),
        TimeRemainingColumn(),
    )
    async with Watcher(address, topics) as watcher:
        if wait_s:
            say(f"waiting for the service to be online at {address} ...")
            if not await watcher.until(lambda seen: seen.status.get("status") == "online", seconds=wait_s):
                raise BrokerError(
                    where=f"{topics.status} at {address}",
                    found=f"no service online within {wait_s:g} s",
                    expected='the retained status "online"',
                    way_out="Start it with `election-night run`; or publish without one with --wait 0.",
                )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(election.id, total=len(messages), at="-")
            async for played in play(messages, watcher.publish, speed=speed, clock=SystemClock()):
                at = moment(played.message.at_us).astimezone(election.time_zone).isoformat(sep=" ", timespec="seconds")
                progress.update(task, completed=played.number, at=at)
        say(f"published {len(messages)} messages")


def record(
    out: Annotated[
        Path, typer.Argument(help="The recording: a journal (.sqlite), or a night (.jsonl[.gz|.zst]) at the end.")
    ],
    election: Annotated[str, typer.Option("--election", help="The election's name or folder.")],
    broker: Broker,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Record what is published on a broker, until Ctrl-C. A recording is a journal; a .jsonl is written from it."""
    configure_logs(quiet=True)
    with plain_errors():
        found = load_election(find_election(election, config_folder(config)))
        journal = out if out.suffix == ".sqlite" else out.with_name(out.name.split(".jsonl")[0] + ".sqlite")
        asyncio.run(_until_stopped(keep_record(found, journal, Address.parse(broker), root=root, on_batch=_count)))
        if journal != out:
            recorded = find_night(str(journal), config_folder(config))
            written = write_night(out, messages_of(recorded), time_zone=found.time_zone)
            say(f"\n{written} messages in {out}, and in the journal {journal}")


async def _until_stopped(recording: Coroutine[None, None, None]) -> None:
    task = asyncio.ensure_future(recording)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    say("recording; Ctrl-C ends it")
    try:
        await task
    except asyncio.CancelledError:
        return


def _count(messages: int) -> None:
    say(f"{messages} messages on record")
