"""The pages as a site: each address a page, now or as of an earlier moment, under a policy that lets nothing in."""

from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.adapters.web.api import REVALIDATE, Api, has_it, read_at, refused, tagged
from service.adapters.web.drawn import Pages, Written
from service.adapters.web.ports import History
from service.adapters.web.stream import Stream
from service.records import moment
from service.views.board import Board, shown_of
from service.views.pages import static_files
from service.views.shown import Address, Shown, read_address

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""Nothing is fetched from elsewhere, and no script or style runs that is not a file of ours."""

HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class Guarded:
    """Adds to every answer what keeps strangers' scripts out of the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


class Site:
    """The routes for people."""

    def __init__(self, board: Board, pages: Pages, history: History, stream: Stream) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._history: Final = history
        self._stream: Final = stream

    def application(self, api: Api) -> Starlette:
        """Put every route together."""
        paths = ("/", "/bodies/{body}", "/bodies/{body}/seats/{seat}", "/areas/{contest}/{area}")
        routes = [
            *api.routes,
            Route("/stream", self._stream),
            Route("/static/{name}", self.static),
            *(Route(path, self.page) for path in paths),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Guarded)])

    async def static(self, request: Request) -> Response:
        """Answer the style sheet or the script."""
        name = request.path_params["name"]
        content = static_files().get(name)
        if content is None:
            return refused(404, "no such file")
        return tagged(request, content, TYPES[name.rpartition(".")[2]], FOR_GOOD)

    async def page(self, request: Request) -> Response:
        """Answer a page."""
        pair = request.query_params.get("a"), request.query_params.get("b")
        address = read_address(self._board.election, request.url.path, pair)
        if address is None:
            return refused(404, "no such page")
        at = request.query_params.get("at")
        if at:
            return await self._as_of(request, address, at)
        stream = self._stream.address_of(address, self._board.version)
        return page_answer(request, await self._pages.written(address, stream))

    async def _as_of(self, request: Request, address: Address, at: str) -> Response:
        until_us = read_at(at, self._board, await self._pages.ask(self._history.moments))
        if until_us is None:
            return refused(400, "at: expected a time, such as 03:12 or 2012-05-04T19:30:00+01:00")

        trails = self._board.shown().trails

        def shown() -> Shown:
            past = moment(until_us).astimezone(self._board.election.time_zone).isoformat(timespec="microseconds")
            said, events = self._history.said_by(until_us), self._history.events_by(until_us)
            return shown_of(self._board, said, events, past=past, trails=trails)

        return page_answer(request, await self._pages.written_as_of(address, until_us, shown))


def page_answer(request: Request, written: Written) -> Response:
    """Answer a page, compressed where the reader can take it."""
    headers = {"ETag": written.tag, "Vary": "Accept-Encoding", **REVALIDATE}
    if has_it(request, written.tag):
        return Response(status_code=304, headers=headers)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    content = written.packed if packed else written.plain
    return Response(
        content,
        headers={**headers, **({"Content-Encoding": "gzip"} if packed else {})},
        media_type="text/html; charset=utf-8",
    )
