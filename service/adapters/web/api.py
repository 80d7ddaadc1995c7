"""What is served for programs: standings, areas, events, history; as published, to the byte, with entity tags."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.adapters.web.drawn import Pages, tag_of
from service.adapters.web.metrics import Metrics
from service.adapters.web.openapi import openapi
from service.adapters.web.ports import SILENT_S_MAX, Health, HealthNow, History
from service.ids import BodyId
from service.records import Publication, microseconds, moment
from service.standings.wire import encode
from service.topics import Topics
from service.views.board import Board
from service.views.cards import body_card, declaration_card
from service.views.tables import body_csv

JSON_TYPE: Final = "application/json"
CSV_TYPE: Final = "text/csv; charset=utf-8"
SVG_TYPE: Final = "image/svg+xml"
REVALIDATE: Final = {"Cache-Control": "no-cache"}
"""Keep it, and ask each time whether it is still so: the answer is 304 and a few bytes if it is."""

NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""What is true for this moment alone."""

MOMENTS_MAX: Final = 2000
"""Steps of the slider: more than a screen has points."""

HISTORY_MAX: Final = 5000


class Api:
    """The routes for programs."""

    def __init__(
        self, board: Board, pages: Pages, history: History, topics: Topics, health: HealthNow, metrics: Metrics
    ) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._history: Final = history
        self._topics: Final = topics
        self._health: Final = health
        self._metrics: Final = metrics

    @property
    def routes(self) -> list[Route]:
        """Every route."""
        return [
            Route("/api/standings/{body}.json", self.standings),
            Route("/api/standings/{body}.csv", self.standings_csv),
            Route("/api/areas/{contest}/{area}.json", self.area),
            Route("/api/events", self.events),
            Route("/api/history/{body}", self.history),
            Route("/api/moments", self.moments),
            Route("/cards/latest.svg", self.latest_card),
            Route("/cards/{body}.svg", self.card),
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
            Route("/openapi.json", self.openapi),
        ]

    async def standings(self, request: Request) -> Response:
        """Answer a body's standings, now or at an earlier moment, as they were published."""
        levels = f"standings/{request.path_params['body']}"
        at = request.query_params.get("at")
        if at is None:
            return self._published(request, levels)
        until_us = read_at(at, self._board, await self._pages.ask(self._history.moments))
        if until_us is None:
            return refused(400, "at: expected a time, such as 2012-05-04T19:30:00+01:00")
        said = await self._pages.ask(lambda: self._history.said_by(until_us))
        payload = said.get(f"{self._topics.base}/{levels}")
        return refused(404, "nothing had been published then") if payload is None else tagged(request, payload)

    async def standings_csv(self, request: Request) -> Response:
        """Answer a body's standings as a table."""
        standings = self._board.shown().standings.get(BodyId(request.path_params["body"]))
        if standings is None:
            return refused(404, "no such body, or nothing published about it yet")
        return tagged(request, body_csv(standings).encode(), CSV_TYPE)

    async def area(self, request: Request) -> Response:
        """Answer an area as it stands, as it was published."""
        return self._published(request, "results/{contest}/{area}".format(**request.path_params))

    async def events(self, request: Request) -> Response:
        """Answer the last events, the oldest first."""
        return tagged(request, encode({"events": list(self._board.shown().events)}))

    async def history(self, request: Request) -> Response:
        """Answer when what was published about a body: time, record, and the digest of the bytes."""
        body = request.path_params["body"]
        if body not in self._board.election.bodies:
            return refused(404, "no such body")
        said = await self._pages.ask(lambda: self._history.said_on(self._topics.standings(BodyId(body))))
        rows = [self._row(each) for each in said[-HISTORY_MAX:]]
        return tagged(request, encode({"election": self._board.election.id, "body": body, "published": rows}))

    async def moments(self, request: Request) -> Response:
        """Answer the times at which standings were published: the steps of the slider."""
        moments = await self._pages.ask(self._history.moments)
        step = -(-len(moments) // MOMENTS_MAX) or 1
        return tagged(request, encode({"moments": [self._time(at_us) for at_us in moments[::step]]}))

    async def card(self, request: Request) -> Response:
        """Answer a body's card."""
        body = BodyId(request.path_params["body"])
        shown = self._board.shown()
        if body not in shown.standings:
            return refused(404, "no such body, or nothing published about it yet")
        return await self._drawing(request, lambda: body_card(shown, body))

    async def latest_card(self, request: Request) -> Response:
        """Answer the last declaration's card."""
        shown = self._board.shown()
        return await self._drawing(request, lambda: declaration_card(shown))

    async def healthz(self, _: Request) -> Response:
        """Answer that the service lives: 200, or 503 where it has not been heard of for too long."""
        lives = self._health().silent_s <= SILENT_S_MAX
        return Response("ok\n" if lives else "not heard of\n", 200 if lives else 503, NOT_KEPT, "text/plain")

    async def readyz(self, _: Request) -> Response:
        """Answer whether counts can come in: 200, or 503 with the reason."""
        health = self._health()
        reason = _why_not_ready(health)
        said: dict[str, Any] = {"ready": not reason, "sequence": health.sequence, "last_count": health.last_count}
        if reason:
            said["reason"] = reason
        return Response(json.dumps(said), 503 if reason else 200, NOT_KEPT, JSON_TYPE)

    async def metrics(self, _: Request) -> Response:
        """Answer every metric."""
        media_type = "text/plain; version=0.0.4; charset=utf-8"
        return Response(self._metrics.text(), headers=NOT_KEPT, media_type=media_type)

    async def openapi(self, request: Request) -> Response:
        """Answer what can be asked, as OpenAPI 3.1."""
        return tagged(request, json.dumps(openapi(), separators=(",", ":")).encode())

    async def _drawing(self, request: Request, draw: Callable[[], str]) -> Response:
        return tagged(request, (await self._pages.ask(draw)).encode(), SVG_TYPE)

    def _published(self, request: Request, levels: str) -> Response:
        payload = self._board.published.get(levels)
        return refused(404, "nothing has been published about it") if payload is None else tagged(request, payload)

    def _row(self, said: Publication) -> dict[str, Any]:
        return {"at": self._time(said.at_us), "sequence": said.sequence, "digest": said.digest}

    def _time(self, at_us: int) -> str:
        return moment(at_us).astimezone(self._board.election.time_zone).isoformat(timespec="microseconds")


def tagged(
    request: Request, content: bytes, media_type: str = JSON_TYPE, keep: Mapping[str, str] = REVALIDATE
) -> Response:
    """Answer bytes with their entity tag, or that they are what the reader has already."""
    tag = tag_of(content)
    headers = {"ETag": tag, **keep}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def has_it(request: Request, tag: str) -> bool:
    """Say whether a reader has what a tag stands for, whoever has packed it on the way (RFC 9110, 13.1.2)."""
    told = request.headers.get("if-none-match", "")
    return tag in told or told.strip() == "*"


def _why_not_ready(health: Health) -> str:
    """Say why no counts can come in, "" if they can."""
    if health.silent_s > SILENT_S_MAX:
        return "the service has not been heard of"
    return "" if health.connected else "no connection to the broker"


def refused(status: int, why: str) -> Response:
    """Answer why there is no answer."""
    return Response(json.dumps({"error": why}), status, NOT_KEPT, JSON_TYPE)


def read_at(text: str, board: Board, moments: Any) -> int | None:
    """Read a time to go back to, in microseconds since 1970; a time of day alone is the last such before the end."""
    zone = board.election.time_zone
    written = text.strip().replace(" ", "+")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        try:
            of_day = time.fromisoformat(written)
        except ValueError:
            return None
        end = moment(moments[-1] if moments else microseconds(board.election.opens_at)).astimezone(zone)
        at = datetime.combine(end.date(), of_day, tzinfo=zone)
        at = at - timedelta(days=1) if at > end else at
    return microseconds(at if at.tzinfo else at.replace(tzinfo=zone))
