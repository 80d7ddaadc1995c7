"""What is served for programs: standings, areas, events, history; as published, to the byte, with entity tags."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.adapters.web.drawn import Pages, tag_of
from service.adapters.web.metrics import Metrics
from service.adapters.web.openapi import openapi
from service.adapters.web.past import EXPECTED, Past
from service.adapters.web.ports import SILENT_S_MAX, Health, HealthNow
from service.ids import BodyId
from service.records import Publication, moment
from service.standings.wire import encode
from service.views.board import Board
from service.views.cards import body_card, declaration_card
from service.views.shown import Shown
from service.views.tables import body_csv

JSON_TYPE: Final = "application/json"
CSV_TYPE: Final = "text/csv; charset=utf-8"
SVG_TYPE: Final = "image/svg+xml"
REVALIDATE: Final = {"Cache-Control": "no-cache"}
"""Keep it, and ask each time whether it is still so: the answer is 304 and a few bytes if it is."""

CARD_POLICY: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""A drawing stands alone and carries its own style; nothing else runs in it or is fetched by it."""

NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""What is true for this moment alone."""

MOMENTS_MAX: Final = 2000
"""Steps of the slider: more than a screen has points."""

HISTORY_MAX: Final = 5000


class Api:
    """The routes for programs."""

    def __init__(self, board: Board, pages: Pages, past: Past, health: HealthNow, metrics: Metrics) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._past: Final = past
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
        return await self._published(request, "standings/{body}".format(**request.path_params))

    async def standings_csv(self, request: Request) -> Response:
        """Answer a body's standings as a table."""
        return await self._published(
            request,
            "standings/{body}".format(**request.path_params),
            lambda payload: body_csv(json.loads(payload)).encode(),
            CSV_TYPE,
        )

    async def area(self, request: Request) -> Response:
        """Answer an area as it stands or stood, as it was published."""
        return await self._published(request, "results/{contest}/{area}".format(**request.path_params))

    async def events(self, request: Request) -> Response:
        """Answer the last events, the oldest first."""
        until_us = await self._until(request)
        if isinstance(until_us, Response):
            return until_us
        if until_us is None:
            return tagged(request, encode({"events": list(self._board.shown().events)}))
        return tagged(request, await self._past.events(until_us))

    async def history(self, request: Request) -> Response:
        """Answer when what was published about a body: time, record, and the digest of the bytes."""
        body = request.path_params["body"]
        if body not in self._board.election.bodies:
            return refused(404, "no such body")
        said = await self._past.said_on(f"standings/{body}")
        rows = [self._row(each) for each in said[-HISTORY_MAX:]]
        return tagged(request, encode({"election": self._board.election.id, "body": body, "published": rows}))

    async def moments(self, request: Request) -> Response:
        """Answer the times at which standings were published: the steps of the slider."""
        moments = await self._past.moments()
        step = -(-len(moments) // MOMENTS_MAX) or 1
        steps = moments[::-1][::step][::-1]  # the newest is always one of them
        return tagged(request, encode({"moments": [self._time(at_us) for at_us in steps]}))

    async def card(self, request: Request) -> Response:
        """Answer a body's card."""
        body = BodyId(request.path_params["body"])
        return await self._drawing(request, lambda shown: body_card(shown, body) if body in shown.standings else None)

    async def latest_card(self, request: Request) -> Response:
        """Answer the last declaration's card."""
        return await self._drawing(request, declaration_card)

    async def healthz(self, _: Request) -> Response:
        """Answer that the service lives: 200, or 503 where it has not been heard of for too long."""
        lives = self._health().silent_s <= SILENT_S_MAX
        return Response("ok\n" if lives else "not heard of\n", 200 if lives else 503, NOT_KEPT, "text/plain")

    async def readyz(self, _: Request) -> Response:
        """Answer whether counts can come in: 200, or 503 with the reason; topics refused, other services there."""
        health = self._health()
        reason = _why_not_ready(health)
        said: dict[str, Any] = {"ready": not reason, "sequence": health.sequence, "last_count": health.last_count}
        if reason:
            said["reason"] = reason
        if health.refused:
            said["refused"] = health.refused
        if health.others:
            said["others"] = health.others
        return Response(json.dumps(said), 503 if reason else 200, NOT_KEPT, JSON_TYPE)

    async def metrics(self, _: Request) -> Response:
        """Answer every metric."""
        media_type = "text/plain; version=0.0.4; charset=utf-8"
        return Response(self._metrics.text(), headers=NOT_KEPT, media_type=media_type)

    async def openapi(self, request: Request) -> Response:
        """Answer what can be asked, as OpenAPI 3.1."""
        return tagged(request, json.dumps(openapi(), separators=(",", ":")).encode())

    async def _drawing(self, request: Request, draw: Callable[[Shown], str | None]) -> Response:
        """Answer a drawing of what is shown, or was; `draw` gives None where there is nothing to draw."""
        until_us = await self._until(request)
        if isinstance(until_us, Response):
            return until_us
        shown = self._board.shown() if until_us is None else await self._past.shown(until_us)
        drawn = await self._pages.ask(lambda: draw(shown))
        if drawn is None:
            return nothing(until_us)
        return tagged(request, drawn.encode(), SVG_TYPE, REVALIDATE | CARD_POLICY)

    async def _published(
        self,
        request: Request,
        levels: str,
        write: Callable[[bytes], bytes] = bytes,
        media_type: str = JSON_TYPE,
    ) -> Response:
        """Answer what is published on a topic, or was at the moment asked for, written as `write` says."""
        until_us = await self._until(request)
        if isinstance(until_us, Response):
            return until_us
        published = self._board.published.get(levels)
        payload = published if until_us is None else await self._past.payload(levels, until_us)
        return nothing(until_us) if payload is None else tagged(request, write(payload), media_type)

    async def _until(self, request: Request) -> int | Response | None:
        """Read the moment asked for, microseconds since 1970; None is now; the answer where it cannot be read."""
        asked = request.query_params.get("at")
        if asked is None:
            return None
        until_us = await self._past.read(asked)
        return refused(400, f"at: {EXPECTED}") if until_us is None else until_us

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


def nothing(until_us: int | None) -> Response:
    """Answer that nothing is published of what was asked, or was not at an earlier moment."""
    now = until_us is None
    return refused(404, "nothing has been published about it" if now else "nothing had been published then")
