"""`demo`: a recorded night through a real broker, live in the terminal, as any subscriber would see it."""

import asyncio
import contextlib
import itertools
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from service.adapters.clock import SystemClock
from service.adapters.library import RecordedNight, find_election
from service.adapters.player import Played, play
from service.app import Started, find_night, load_election, messages_of, serve
from service.cli.ending import End, end_of, has_come
from service.cli.options import Config, config_folder, plain_errors, say
from service.cli.watching import Watcher
from service.election import Election
from service.errors import NightError
from service.logs import configure_logs
from service.records import Message, moment
from service.settings import Http, ServeSettings
from service.standings.published import differences
from service.views.terminal import final_words, news, screen

GAP_S_MAX: Final = 4.0
"""No gap in the night makes the onlooker wait longer."""

ONLINE_S_MAX: Final = 30.0
"""How long to wait for the service."""

SETTLED_S_MAX: Final = 120.0
"""How long the last standings may take to come back through the broker; a slow machine needs a part of it."""

REDRAWS_A_SECOND: Final = 8


def demo(
    night: Annotated[str, typer.Option("--night", help="Which recorded night to play.")] = "london-2012",
    seconds: Annotated[float, typer.Option("--seconds", help="About how long the night takes.", min=0.0)] = 60.0,
    end: Annotated[
        bool, typer.Option("--exit", help="End by itself; exit status 0 only if the outcome is right.")
    ] = False,
    port: Annotated[int | None, typer.Option("--port", help="The broker's port; any free one otherwise.")] = None,
    http_port: Annotated[int, typer.Option("--http-port", help="The page's port; 0: any free one.")] = 0,
    config: Config = None,
) -> None:
    """Play a recorded night through a real broker and show the standings as they change."""
    configure_logs(quiet=True)
    with plain_errors():
        folder = config_folder(config)
        recorded = find_night(night, folder)
        if recorded.election is None:
            raise NightError(
                where=str(recorded.file),
                found="no night.toml beside it",
                expected="a night with its election and published outcome",
                way_out="Choose one below config/nights.",
            )
        election = find_election(recorded.election, folder)
        with tempfile.TemporaryDirectory(prefix="election-night-") as scratch:
            settings = ServeSettings(
                election=election, journal=Path(scratch) / "demo.sqlite", port=port, http=Http(port=http_port)
            )
            status = asyncio.run(_demo(recorded, settings, seconds=seconds, end=end))
    raise typer.Exit(status)


async def _demo(recorded: RecordedNight, settings: ServeSettings, *, seconds: float, end: bool) -> int:
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    service = asyncio.create_task(serve(settings, on_started=started.set_result), name="service")
    either: set[asyncio.Future[Any]] = {service, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        service.result()
    running = started.result()
    interrupted = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    looking = _look_on(recorded, load_election(settings.election), running, seconds=seconds, end=end)
    onlooking = asyncio.create_task(looking, name="onlooker")
    waiting = asyncio.create_task(interrupted.wait(), name="interrupted")
    tasks: set[asyncio.Future[Any]] = {service, onlooking, waiting}
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in (onlooking, waiting):
        task.cancel()
    await asyncio.gather(onlooking, waiting, return_exceptions=True)
    running.stop()
    await service
    return onlooking.result() if onlooking in done else 0


async def _look_on(recorded: RecordedNight, election: Election, running: Started, *, seconds: float, end: bool) -> int:
    messages = list(messages_of(recorded))
    console = Console()
    say(f"watch it: {running.page}")
    say(f"{recorded.name}, {len(messages)} messages in about {seconds:g} s, through the broker at {running.broker}")
    say(f"subscribe beside: mosquitto_sub -p {running.broker.port} -t '{running.topics.standings_of_all}'")
    async with Watcher(running.broker, running.topics) as watcher:
        await watcher.until(lambda seen: seen.status.get("status") == "online", seconds=ONLINE_S_MAX)
        drawing = _drawn(console, watcher, recorded, running.time_zone) if console.is_terminal else _told(watcher)
        with drawing as show:
            speed = pace(messages, seconds)
            async for played in play(messages, watcher.publish, speed=speed, clock=SystemClock(), gap_s_max=GAP_S_MAX):
                show(played)
            last = await end_of(election, messages, test=False)
            await watcher.until(lambda seen: _is_over(seen, last), seconds=SETTLED_S_MAX)
            show(None)
        wrong = _differences(recorded, watcher)
        for standings in watcher.standings.values():
            console.print(final_words(standings), style="bold", markup=False, highlight=False)
        for difference in wrong:
            console.print(f"differs from the published outcome: {difference}", markup=False)
        if not wrong:
            console.print("As published: seats, changes and votes equal the outcome recorded with the night.")
        if not end:
            say("The service keeps running, and the standings stay on their topics: Ctrl-C ends it.")
            await asyncio.Event().wait()
        return 1 if wrong else 0


def _is_over(watcher: Watcher, end: End) -> bool:
    """Say whether the last standings have come, and the last event: of what is complete, that it is."""
    told = {event["body"] for event in watcher.events if event["event"] == "complete"}
    complete = {body for body, standings in watcher.standings.items() if standings["complete"]}
    return has_come(watcher.standings, end) and complete <= told


def _differences(recorded: RecordedNight, watcher: Watcher) -> list[str]:
    return differences(recorded.outcome, watcher.standings)  # type: ignore[arg-type]  # as they came from the broker


def pace(messages: Sequence[Message], seconds: float) -> float | None:
    """Find the speed at which a night takes about so many seconds, no gap being waited for longer than GAP_S_MAX."""
    gaps = [(after.at_us - before.at_us) / 1e6 for before, after in itertools.pairwise(messages)]
    gaps = [gap for gap in gaps if gap > 0]
    if not gaps or not seconds:
        return None
    slow, fast = 1e-3, 1e9
    for _ in range(100):
        middle = (slow * fast) ** 0.5
        if sum(min(gap / middle, GAP_S_MAX) for gap in gaps) > seconds:
            slow = middle
        else:
            fast = middle
    return fast


@contextlib.contextmanager
def _drawn(console: Console, watcher: Watcher, recorded: RecordedNight, zone: ZoneInfo) -> Any:
    """Redraw the screen a few times a second."""
    foot = Text("")

    def draw() -> Any:
        standings = [watcher.standings[body] for body in sorted(watcher.standings)]
        return screen(standings, news(watcher.events), foot)

    with Live(get_renderable=draw, console=console, refresh_per_second=REDRAWS_A_SECOND, vertical_overflow="crop"):

        def show(played: Played | None) -> None:
            if played is not None:
                at = moment(played.message.at_us).astimezone(zone).isoformat(sep=" ", timespec="minutes")
                foot.plain = f"{recorded.name} · message {played.number} of {played.of} · {at}"

        yield show


@contextlib.contextmanager
def _told(watcher: Watcher) -> Any:
    """Where nothing can be redrawn, print each event once as a line."""
    printed = 0

    def show(_: Played | None) -> None:
        nonlocal printed
        for event in watcher.events[printed:]:
            sys.stdout.write(f"{event['event']:<20} {event['text']}\n")
            printed += 1
        sys.stdout.flush()

    yield show


Show = Callable[[Played | None], None]
