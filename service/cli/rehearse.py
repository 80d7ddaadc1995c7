"""`rehearse`: a night made up, played through a real broker, before there is any real figure."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from service.adapters.broker import Address
from service.adapters.clock import SystemClock
from service.adapters.player import play
from service.app import Started, find_election, load_election, serve
from service.cli.demo import pace
from service.cli.ending import End, end_of, has_come
from service.cli.options import ROOT_DEFAULT, Config, Root, config_folder, plain_errors, say
from service.cli.watching import Watcher
from service.election import Election
from service.errors import BrokerError, TheirMessage
from service.logs import configure_logs
from service.records import Message
from service.rehearsal import Fault, made_up
from service.settings import Http, ServeSettings
from service.topics import Topics
from service.views.terminal import final_words

ONLINE_S_MAX: Final = 30.0
"""How long to wait for the service."""

SETTLED_S_MAX: Final = 120.0
"""How long the service may take to publish what all messages come to; a slow machine needs a part of it."""

OTHERS_S_MAX: Final = 5.0
"""How long that is waited for once a service that others use has taken them all: what they said may stand instead."""


def rehearse(
    election: Annotated[str, typer.Argument(help="An election's name, or the path of its folder.")],
    seed: Annotated[int, typer.Option("--seed", help="Which night to make up: another seed, another night.")] = 1,
    seconds: Annotated[float, typer.Option("--seconds", help="About how long the night takes.", min=0.0)] = 120.0,
    fault: Annotated[
        list[Fault] | None, typer.Option("--fault", help="What goes wrong now and then; several may be named.")
    ] = None,
    end: Annotated[bool, typer.Option("--exit", help="End once all is played, instead of waiting for Ctrl-C.")] = False,
    broker: Annotated[
        str | None,
        typer.Option("--broker", help="Play it to the service on this broker, which must run with --test."),
    ] = None,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Make a night up from last time's votes and play it, as a test, for the desk to rehearse on."""
    configure_logs(quiet=True)
    with plain_errors():
        folder = find_election(election, config_folder(config))
        found = load_election(folder)
        messages = made_up(found, Topics(root, found.id), seed=seed, faults=fault or ())
        asyncio.run(_rehearse(found, folder, messages, broker, root=root, seconds=seconds, end=end))


async def _rehearse(
    election: Election,
    folder: Path,
    messages: Sequence[Message],
    broker: str | None,
    *,
    root: str,
    seconds: float,
    end: bool,
) -> None:
    interrupted = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    if broker is not None:
        topics = Topics(root, election.id)
        await _until(interrupted, _play(Address.parse(broker), topics, election, messages, seconds, own=False))
        return
    with tempfile.TemporaryDirectory(prefix="election-night-") as scratch:
        journal = Path(scratch) / "rehearsal.sqlite"
        async with _service(ServeSettings(folder, journal, root=root, test=True, http=Http(or_free=True))) as running:
            say(f"page       {running.page}")
            say(f"desk       election-night desk list --election {folder.name} --broker {running.broker}")
            playing = _play(running.broker, running.topics, election, messages, seconds, own=True)
            await _until(interrupted, playing)
            if not end and not interrupted.is_set():
                say("The service keeps running: Ctrl-C ends it.")
                await interrupted.wait()


async def _until(interrupted: asyncio.Event, playing: Coroutine[None, None, None]) -> None:
    """Play to the end, or until somebody interrupts it."""
    tasks = [asyncio.create_task(playing, name="playing"), asyncio.create_task(_wait(interrupted), name="interrupted")]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _wait(interrupted: asyncio.Event) -> None:
    await interrupted.wait()


async def _play(
    broker: Address, topics: Topics, election: Election, messages: Sequence[Message], seconds: float, *, own: bool
) -> None:
    async with Watcher(broker, topics) as watcher:
        if not await watcher.until(lambda seen: seen.status.get("status") == "online", seconds=ONLINE_S_MAX):
            raise BrokerError(
                where=f"{topics.status} at {broker}",
                found=f"no service online within {ONLINE_S_MAX:g} s",
                expected='the retained status "online"',
                way_out="Start it with `election-night run --test`, or leave --broker out.",
            )
        if not watcher.status["test"]:
            raise TheirMessage(
                where=f"the service on {broker}",
                found="a live night",
                expected="a test night: a rehearsal never meets a live one",
                way_out="Start the service with --test, or leave --broker out.",
            )
        say(f"{len(messages)} messages in about {seconds:g} s, all of them tests")
        before = watcher.status["sequence"]
        async for _ in play(messages, watcher.publish, speed=pace(messages, seconds), clock=SystemClock()):
            pass
        if not await _ends(watcher, await end_of(election, messages, test=True), before + len(messages), own=own):
            say("what stands in the end is not what was played alone: see `election-night desk list`")
        for body in sorted(watcher.standings):
            sys.stdout.write(final_words(watcher.standings[body]) + "\n")
        sys.stdout.flush()


async def _ends(watcher: Watcher, end: End, records: int, *, own: bool) -> bool:
    """Wait for the last standings: those of the messages, unless others use the service too; says whether they are."""
    over = partial(has_come, end=end)
    if own:
        return await watcher.until(lambda seen: over(seen.standings), seconds=SETTLED_S_MAX)
    await watcher.until(lambda seen: over(seen.standings) or seen.status["sequence"] >= records, seconds=SETTLED_S_MAX)
    return await watcher.until(lambda seen: over(seen.standings), seconds=OTHERS_S_MAX)


@asynccontextmanager
async def _service(settings: ServeSettings) -> AsyncIterator[Started]:
    """Run the service, and stop it in good order."""
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(serve(settings, on_started=started.set_result), name="service")
    either: set[asyncio.Future[Any]] = {service, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        service.result()
    try:
        yield started.result()
    finally:
        started.result().stop()
        await service
