"""The service with its page, in this process, and what a reader without a browser does."""

import asyncio
import contextlib
import http.client
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from service.app import Started, serve
from service.records import Message
from service.settings import Http, ServeSettings
from service.views.board import EVENTS_KEPT
from tests.service.nights import Recorded, ending
from tests.service.subscribers import Subscriber

STOP_S_MAX = 120.0
WAIT_S_MAX = 120.0
"""Nothing takes so long, however slow and busy the machine: what is waited for is said, never how long it takes."""


@contextlib.asynccontextmanager
async def site(
    night: Recorded, journal: Path, *, broker: str | None = None, port: int = 0, snapshots: Path | None = None
) -> AsyncIterator[Started]:
    """Run the service with its page on a loopback port, and stop it in good order."""
    started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
    settings = ServeSettings(
        election=night.folder, journal=journal, broker=broker, http=Http(port=port), snapshots=snapshots
    )
    service = asyncio.create_task(serve(settings, on_started=started.set_result))
    either: set[asyncio.Future[Any]] = {service, started}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if service.done():
        service.result()
    try:
        await eventually_ready(started.result())
        yield started.result()
    finally:
        started.result().stop()
        async with asyncio.timeout(STOP_S_MAX):
            await service


async def eventually_ready(running: Started, *, within_s: float = WAIT_S_MAX) -> None:
    """Wait until counts can come in."""
    async with asyncio.timeout(within_s):
        while True:
            if (await get(running, "/readyz")).status == HTTPStatus.OK:
                return
            await asyncio.sleep(0.05)


async def publish(running: Started, messages: Iterable[Message]) -> None:
    """Publish messages, and wait until the broker has them."""

    def go() -> None:
        with Subscriber(f"mqtt://{running.broker.host}:{running.broker.port}") as centre:
            for message in messages:
                centre.publish(message.topic, message.payload)
            centre.flush()

    await asyncio.to_thread(go)


class Paged(Protocol):
    """Whatever serves a page: the service, or a board alone."""

    @property
    def page(self) -> str | None: ...


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def get(running: Paged, path: str, **headers: str) -> Answer:
    """Ask for a path; a header's underscore is a hyphen."""

    def go() -> Answer:
        assert running.page is not None
        parts = urlsplit(running.page)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=WAIT_S_MAX)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    return await asyncio.to_thread(go)


async def until_sequence(
    running: Started, sequence: int, *, bodies: Iterable[str] = ("assembly", "mayor"), within_s: float = WAIT_S_MAX
) -> None:
    """Wait until the standings on the page take a record into account."""
    async with asyncio.timeout(within_s):
        while True:
            said = [await get(running, f"/api/standings/{body}.json") for body in bodies]
            if all(each.status == HTTPStatus.OK and each.json["sequence"] >= sequence for each in said):
                return
            await asyncio.sleep(0.1)


async def until_settled(running: Started, night: Recorded, number: int) -> None:
    """Wait until all is told that follows from a night's first messages: no event or projection is still on its way."""
    expected = ending(night, night.messages[:number])
    newest = set(list(expected.events)[-EVENTS_KEPT // 2 :])
    async with asyncio.timeout(WAIT_S_MAX):
        while True:
            told = {event["id"] for event in (await get(running, "/api/events")).json["events"]}
            said = [
                (await get(running, f"/api/standings/{body}.json"), expected.retained[night.topics.standings(body)])
                for body in night.election.bodies
            ]
            if newest <= told and all(
                each.status == HTTPStatus.OK and _is_settled(each.json, end, number + 1) for each, end in said
            ):
                return
            await asyncio.sleep(0.1)


def _is_settled(said: Any, end: Any, sequence: int) -> bool:
    """Say whether standings are those of a record, and what a model says of them is of that record, too."""
    outlook = said["projection"]
    if said["sequence"] < sequence or (outlook and outlook["sequence"] < sequence):
        return False
    return (said["withheld"], bool(outlook)) == (end["withheld"], bool(end["projection"]))
