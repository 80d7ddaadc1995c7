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
from tests.service.nights import Recorded
from tests.service.subscribers import Subscriber

STOP_S_MAX = 30.0


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


async def eventually_ready(running: Started, *, within_s: float = 20.0) -> None:
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
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
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
    running: Started, sequence: int, *, bodies: Iterable[str] = ("assembly", "mayor"), within_s: float = 30.0
) -> None:
    """Wait until the standings on the page take a record into account."""
    async with asyncio.timeout(within_s):
        while True:
            said = [await get(running, f"/api/standings/{body}.json") for body in bodies]
            if all(each.status == HTTPStatus.OK and each.json["sequence"] >= sequence for each in said):
                return
            await asyncio.sleep(0.1)
