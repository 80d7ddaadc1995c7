"""The composition root: settings in, a running service out. The only place where the parts are put together."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from service.adapters.broker import Address, BrokerLink, LinkState
from service.adapters.clock import SystemClock
from service.adapters.embedded import EmbeddedBroker
from service.adapters.journal import Journal, open_reader
from service.adapters.library import RecordedNight, find_election, find_night, read_folder, read_parameters
from service.adapters.player import read_night
from service.counting import RULES
from service.election import Election
from service.errors import ElectionFolderError, NightError
from service.folder import FolderProblems, Problem, place_of_body, place_of_contest, read_election
from service.ids import ElectionId
from service.night import Forecaster, Night, WithoutModels, opening_of
from service.pipeline import (
    BATCH_BYTES_MAX,
    BATCH_MESSAGES_MAX,
    Listen,
    Lookout,
    Pipeline,
    Progress,
    see_nobody_else,
    status_payload,
)
from service.projection import parameters_for
from service.readers import Readers
from service.records import Message, Record, follow, time_of_arrival
from service.settings import ServeSettings
from service.standings import Miscount, miscounts, misfits
from service.topics import Topics, read_topic

LOOKOUT_NAME_BYTES: Final = 8
"""Random bytes in the client id of a connection that only listens: two of one id would cut each other off."""


@dataclass(frozen=True, slots=True)
class Started:
    """What is known once the service has started: its broker's and its page's address (None: no page), its topics."""

    broker: Address
    topics: Topics
    time_zone: ZoneInfo
    stop: Callable[[], None]
    page: str | None = None


def load_election(folder: Path) -> Election:
    """Read an election folder.

    Raises:
        ElectionFolderError: with every problem, each with its file and line.
    """
    problems = check_election(folder)
    if isinstance(problems, Election):
        return problems
    raise ElectionFolderError(
        where=str(folder),
        found=f"{len(problems)} problems:\n  " + "\n  ".join(str(problem) for problem in problems) + "\n",
        expected="an election folder without problems",
        way_out=f"Mend them, and see with `election-night check {folder}`.",
    )


def check_election(folder: Path) -> Election | tuple[Problem, ...]:
    """Read an election folder, or say everything that is wrong with it."""
    files = read_folder(folder)
    try:
        election = read_election(files, rules=RULES.keys())
    except FolderProblems as wrong:
        return wrong.problems
    unfit = [
        Problem(*place_of_contest(files, misfit.contest, misfit.key), misfit.found, misfit.expected)
        for misfit in misfits(election)
    ]
    unfit += [
        Problem(*place_of_body(files, each.body), f"body {each.body} of {each.said} seats", _seats_expected(each))
        for each in miscounts(election)
    ]
    return tuple(unfit) or election


def _seats_expected(miscount: Miscount) -> str:
    return f"{miscount.given}, as its contests give with the seats that are not up"


def forecaster_of(election: Election) -> Forecaster:
    """Make the projectors of an election, with the parameters that were fitted without its own night."""
    return Forecaster(election, parameters_for(election.id, read_parameters()))


def forecaster_at_start(election: Election, make: Callable[[Election], Forecaster] = forecaster_of) -> Forecaster:
    """Make the projectors of an election; where that fails the night goes on without, and says so with every body."""
    try:
        return make(election)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with a model, the counts go on
        structlog.get_logger().error("forecaster_failed", election=election.id, reason=repr(fault))
        return WithoutModels(election, f"no model could be made: {fault!r}")


async def serve(
    settings: ServeSettings,
    *,
    on_begun: Callable[[Callable[[], None]], None] = lambda _: None,
    on_started: Callable[[Started], None] = lambda _: None,
    on_batch: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Run the service until it is asked to stop; `on_begun` is told at once how to ask.

    Raises:
        ElectionNightError: what ended it.
    """
    log = structlog.get_logger()
    stopping = asyncio.Event()
    on_begun(stopping.set)
    election = load_election(settings.election)
    topics = Topics(settings.root, election.id)
    night = Night(election)
    readers = Readers(night, topics, settings)

    def noted(state: LinkState) -> None:
        readers.note_link(state)
        _tell_of_losses(state)

    def applied(progress: Progress) -> None:
        readers.note_batch(progress)
        on_batch(progress)

    async with AsyncExitStack() as stack:
        opening = opening_of(election, test=settings.test)
        journal = stack.enter_context(closing(Journal.open(settings.journal, opening)))
        url, embedded = settings.broker, None
        if url is None:
            store = settings.store or settings.journal.with_suffix(".broker")
            embedded = await stack.enter_async_context(EmbeddedBroker(store, port=settings.port))
            url = embedded.url
            log.info("broker_started", url=url)
        will = status_payload(night, "offline", instance=journal.instance, stamp=None, lag_us=None, refused=None)
        address = Address.parse(url)
        link = BrokerLink(
            address,
            client_id=journal.client_id,
            subscriptions=topics.intake,
            will=(topics.status, will),
            on_change=noted,
        )
        pipeline = Pipeline(
            night,
            journal=journal,
            link=link,
            topics=topics,
            clock=SystemClock(),
            forecaster=forecaster_at_start(election),
            on_batch=applied,
            on_said=readers.tell,
            on_refused=readers.note_refused,
            stopping=stopping,
        )
        lookout = Lookout(
            night,
            journal=journal,
            topics=topics,
            clock=SystemClock(),
            listen=_listener(address),
            say_online=pipeline.say_online,
            on_others=readers.note_others,
        )
        await asyncio.to_thread(pipeline.recover)
        if not stopping.is_set():
            page = await readers.start(stack)
            log.info(
                "service_started",
                election=election.id,
                journal=str(settings.journal),
                broker=str(address),
                test=settings.test,
            )
            on_started(Started(address, topics, election.time_zone, pipeline.stop, page))
            if embedded is not None:
                await stack.enter_async_context(_beside(embedded.keep_running(), otherwise=stopping.set))
            if not settings.take_over:
                told = _listener(address, on_change=_tell_of_losses)
                await _unless(stopping, see_nobody_else(topics, journal.instance, listen=told))
            if not stopping.is_set():
                async with link, _beside(lookout.run(link), otherwise=stopping.set):
                    await pipeline.run()
    log.info("service_stopped", election=election.id)


def _listener(address: Address, *, on_change: Callable[[LinkState], None] = lambda _: None) -> Listen:
    """Give the way to listen to a broker over a connection that the service's own session has no part in."""

    def listen(topics: Sequence[str]) -> BrokerLink:
        name = f"lookout-{secrets.token_hex(LOOKOUT_NAME_BYTES)}"
        return BrokerLink(address, client_id=name, subscriptions=topics, session=False, on_change=on_change)

    return listen


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None], *, otherwise: Callable[[], None]) -> AsyncIterator[None]:
    """Work beside the block for as long as that lasts; if the work fails the block is told to end, and then why."""
    working = asyncio.create_task(work, name="beside")
    working.add_done_callback(lambda task: None if task.cancelled() or task.exception() is None else otherwise())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.wait([working])
    if not working.cancelled():
        working.result()


async def _unless(stopping: asyncio.Event, waiting: Coroutine[None, None, None]) -> None:
    """Wait for something, but no longer than until we are asked to stop."""
    looking = asyncio.create_task(waiting, name="looking")
    stopped = asyncio.create_task(stopping.wait(), name="stopping")
    either: set[asyncio.Task[Any]] = {looking, stopped}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in either:
            task.cancel()
        await asyncio.wait(either)
    if not looking.cancelled():
        looking.result()


def _tell_of_losses(state: LinkState) -> None:
    if not state.connected and state.problem is not None:
        structlog.get_logger().warning("broker_lost", reason=str(state.problem), connections=state.connections)


async def record(
    election: Election, journal: Path, broker: Address, *, root: str, on_batch: Callable[[int], None]
) -> None:
    """Keep everything that count centres and the desk publish, in a journal, until cancelled; nothing is counted.

    Raises:
        OurJournal, BrokerError: what ended it.
    """
    topics = Topics(root, election.id)
    clock = SystemClock()
    with closing(Journal.open(journal, opening_of(election, test=False))) as kept:
        link = BrokerLink(broker, client_id=kept.client_id, subscriptions=topics.intake, on_change=_tell_of_losses)
        async with link:
            while True:
                deliveries = await link.take(messages_max=BATCH_MESSAGES_MAX, bytes_max=BATCH_BYTES_MAX)
                now_us = time_of_arrival(clock.now_us(), kept.last)
                kept.append([Message(now_us, delivery.topic, delivery.payload) for delivery in deliveries])
                await link.acknowledge(deliveries)
                on_batch(kept.last.sequence - 1)


def messages_of(recorded: RecordedNight) -> Iterator[Message]:
    """Give a recorded night's messages, from JSON lines or from a journal (without the record that opened it)."""
    if not recorded.is_journal:
        yield from read_night(recorded.file)
        return
    with open_reader(recorded.file) as reader:
        for record in reader.records(after=1):
            yield record.message


def election_of(recorded: RecordedNight, messages: Iterable[Message], config: Path) -> Election:
    """Find the election that a night belongs to: as its description or its journal says, else as its topics do.

    Raises:
        NightError: no message says.
        ElectionFolderError: the election is not in the configuration folder, or its folder is wrong.
    """
    if recorded.election is not None:
        return load_election(find_election(recorded.election, config))
    if recorded.is_journal:
        return load_election(find_election(str(_opened(recorded)["election"]), config))
    for message in messages:
        levels = message.topic.split("/")
        for name in levels[:-2]:
            folder = config / "elections" / name
            if name and folder.is_dir() and read_topic(message.topic, load_election(folder).id) is not None:
                return load_election(folder)
    raise NightError(
        where=str(recorded.file),
        found="no message on a topic of an election in the configuration folder",
        expected="topics such as elections/london-2012/counts/mayor/london",
        way_out="Name the election's folder with --election.",
    )


def named_by(journal: RecordedNight) -> ElectionId:
    """Name the election that a journal was opened for; its folder need not be at hand."""
    return ElectionId(str(_opened(journal)["election"]))


def was_test(recorded: RecordedNight) -> bool:
    """Say whether a journal was opened for a test night; JSON lines do not say."""
    return recorded.is_journal and bool(_opened(recorded)["test"])


def _opened(recorded: RecordedNight) -> dict[str, Any]:
    with open_reader(recorded.file) as reader:
        said: dict[str, Any] = json.loads(reader.opening.payload)
        return said


def recount(election: Election, messages: Iterable[Message], *, test: bool = False) -> Night:
    """Count a night anew from its messages, with no broker and no clock."""
    night = Night(election)
    for record in as_records(election, messages, test=test):
        night.apply(record)
    return night


def as_records(election: Election, messages: Iterable[Message], *, test: bool) -> Iterator[Record]:
    """Put messages on record after the record that opens the night, as a journal would."""
    record = follow(None, opening_of(election, test=test))
    yield record
    for message in messages:
        record = follow(record, message)
        yield record


__all__ = [
    "Started",
    "as_records",
    "check_election",
    "election_of",
    "find_election",
    "find_night",
    "forecaster_at_start",
    "forecaster_of",
    "load_election",
    "messages_of",
    "named_by",
    "record",
    "recount",
    "serve",
    "was_test",
]
