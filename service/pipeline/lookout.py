"""What others have said where we say something: another service on the same topics, and what an earlier night left.

A broker keeps what is retained for good. After a rehearsal, or a journal made anew, it would go on showing results of
areas of which this night says nothing yet, as if they were declared: they are emptied.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final

import structlog

from service.errors import AnotherServiceError, BrokerError, BrokerRefusesError
from service.night import Night
from service.pipeline.ports import Clock, Heard, Journal, Listening, Outlet
from service.topics import Topics

TAKEN_MAX: Final = 256
TAKEN_BYTES_MAX: Final = 8 * 1024 * 1024

LOOK_INTERVAL_S: Final = 1.0
"""How often it is looked whether the broker was met anew."""

Listen = Callable[[Sequence[str]], AbstractAsyncContextManager[Listening]]
"""Subscribes to topics over a connection of its own, one after the other, for as long as the context lasts."""


async def see_nobody_else(topics: Topics, instance: str, *, listen: Listen) -> None:
    """Wait for the broker, and see that no other service is online there, before anything is said.

    Raises:
        AnotherServiceError: the retained status says that one is, which has another journal than `instance`.
    """
    # What is retained on the first topic has come once the second, on which nothing is, has been granted.
    with suppress(BrokerRefusesError):  # whoever connects for good is told why, and says so
        async with listen([topics.status, topics.events]) as link:
            await link.wait_connected()
            with suppress(TimeoutError):
                async with asyncio.timeout(0):
                    while True:
                        for heard in await link.take(messages_max=TAKEN_MAX, bytes_max=TAKEN_BYTES_MAX):
                            _see_that_it_is_ours(heard, topics, instance)


def _see_that_it_is_ours(heard: Heard, topics: Topics, instance: str) -> None:
    said = _read(heard.payload) if heard.topic == topics.status else {}
    if said.get("status") == "online" and said.get("instance") != instance:
        kind = "a test night" if said.get("test") else "a live night"
        raise AnotherServiceError(
            where=topics.status,
            found=f"a service online with another journal: {kind}, instance {said.get('instance')}",
            expected="none but this journal's own: two would overwrite each other's standings",
            way_out="Stop that one first. If it is gone for good, or this one is to take its place, add --take-over.",
        )


class Lookout:
    """Listens for others while the service runs."""

    def __init__(  # noqa: PLR0913 - what it compares, how it listens, and whom it tells
        self,
        night: Night,
        *,
        journal: Journal,
        topics: Topics,
        clock: Clock,
        listen: Listen,
        say_online: Callable[[], Awaitable[object]],
        on_others: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._night: Final = night
        self._journal: Final = journal
        self._topics: Final = topics
        self._clock: Final = clock
        self._listen: Final = listen
        self._say_online: Final = say_online
        self._on_others: Final = on_others
        self._others: Final[set[str]] = set()
        self._log: Final = structlog.get_logger().bind(election=night.election.id)

    async def run(self, outlet: Outlet) -> None:
        """Empty what an earlier night left whenever the broker is met, and tell of other services; until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(), name="lookout")
                tasks.create_task(self._keep_clean(outlet), name="leftovers")
        except* BrokerError as problems:
            self._log.warning("lookout_failed", reason=str(problems.exceptions[0]))

    async def _watch(self) -> None:
        async with self._listen([self._topics.status]) as link:
            while True:
                for heard in await link.take(messages_max=TAKEN_MAX, bytes_max=TAKEN_BYTES_MAX):
                    if not heard.retain:  # what is retained may be of somebody who is long gone
                        await self._note(_read(heard.payload))

    async def _note(self, said: dict[str, Any]) -> None:
        instance = str(said.get("instance"))
        if not said or instance == self._journal.instance:
            return
        before = len(self._others)
        if said.get("status") == "online":
            self._others.add(instance)
        else:
            self._others.discard(instance)
            await self._say_online()  # it has just said offline where we are online
        if len(self._others) > before:
            self._log.error("another_service_heard", instance=instance, test=said.get("test"))
        if len(self._others) != before:
            self._on_others(len(self._others))

    async def _keep_clean(self, outlet: Outlet) -> None:
        cleaned = 0
        while True:
            number = await outlet.wait_connected()
            if number != cleaned and await self._clean(outlet):
                cleaned = number
            await self._clock.sleep(LOOK_INTERVAL_S)

    async def _clean(self, outlet: Outlet) -> bool:
        """Empty every topic on which something is retained that this night would not say; False if we were cut off."""
        emptied = 0
        for topic in await self._retained():
            if self._is_ours(topic):  # looked at last, so that what has been counted meanwhile stays
                continue
            try:
                await outlet.publish(topic, b"", retain=True)
            except BrokerRefusesError:
                continue
            except BrokerError:
                return False
            emptied += 1
        if emptied:
            self._log.warning("leftovers_emptied", topics=emptied)
        else:
            self._log.info("leftovers_emptied", topics=0)
        return True

    async def _retained(self) -> Sequence[str]:
        """List the topics on which something is retained: all that comes before what we then say ourselves."""
        topics: dict[str, None] = {}
        async with self._listen(self._topics.retained) as link:
            await link.wait_connected()
            await self._say_online()
            while True:
                for heard in await link.take(messages_max=TAKEN_MAX, bytes_max=TAKEN_BYTES_MAX):
                    if heard.topic != self._topics.status:
                        topics |= {heard.topic: None} if heard.payload else {}
                    elif not heard.retain and _read(heard.payload).get("instance") == self._journal.instance:
                        return list(topics)

    def _is_ours(self, topic: str) -> bool:
        """Say whether this night says something on a topic: as far as is on record, or as it stands."""
        if self._journal.last_publication_sequence(topic):
            return True
        night, topics = self._night, self._topics
        kind = topic.removeprefix(topics.base + "/").partition("/")[0]
        match kind:
            case "standings":
                return topic in map(topics.standings, night.election.bodies)
            case "results":
                return topic in (topics.result(*place) for place in night.results_in())
            case "quarantine":
                return topic in (topics.quarantine(*levels) for levels in night.quarantined_levels())
            case _:
                receipts = night.receipts()
                return topic in (topics.receipt(each["source"], each["contest"], each["area"]) for each in receipts)


def _read(payload: bytes) -> dict[str, Any]:
    """Read a status; empty where it is none."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
