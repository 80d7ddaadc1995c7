"""The pages as a site: each address a page, now or as of an earlier moment, under a policy that lets nothing in."""

from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.adapters.web.api import NOT_KEPT, REVALIDATE, Api, has_it, refused, tagged
from service.adapters.web.drawn import Pages, Written
from service.adapters.web.past import Past
from service.adapters.web.stream import Stream
from service.records import moment
from service.views.board import Board
from service.views.pages import static_files
from service.views.refusals import failed_page, no_such_page, nothing_by_then, unreadable_time
from service.views.shown import Address, read_address

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
    """Adds to every answer what keeps strangers' scripts out of the page; a policy of its own stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = list(message.get("headers", ()))
                named = {name for name, _ in told}
                message["headers"] = [*told, *(header for header in HEADERS if header[0] not in named)]
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


class Site:
    """The routes for people."""

    def __init__(self, board: Board, pages: Pages, past: Past, stream: Stream) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._past: Final = past
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
        return Starlette(
            routes=routes,
            middleware=[Middleware(Guarded)],
            exception_handlers={404: self._nowhere, 500: self._failed},
        )

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
            return self._nowhere(request, None)
        at = request.query_params.get("at")
        if at:
            return await self._as_of(request, address, at)
        stream = self._stream.address_of(address, self._board.version)
        return page_answer(request, await self._pages.written(address, stream))

    def _nowhere(self, request: Request, _: Exception | None) -> Response:
        """Answer an address at which there is nothing: a reader with a page, a program with data."""
        if not _is_for_people(request):
            return refused(404, "no such page")
        return _refusal(404, no_such_page(self._board.shown(), request.url.path))

    def _failed(self, request: Request, _: Exception) -> Response:
        """Answer where drawing a page or asking the record has failed; the server logs why."""
        if not _is_for_people(request):
            return refused(500, "the service has failed to answer this: see its log")
        return _refusal(500, failed_page(self._board.shown()))

    async def _as_of(self, request: Request, address: Address, asked: str) -> Response:
        until_us = await self._past.read(asked)
        if until_us is None:
            return _refusal(400, unreadable_time(self._board.shown(), address, asked))
        moments = await self._past.moments()
        if not moments or until_us < moments[0]:
            zone = self._board.election.time_zone
            by, *first = (moment(at_us).astimezone(zone) for at_us in (until_us, *moments[:1]))
            why = nothing_by_then(self._board.shown(), address, asked, by=by, first=first[0] if first else None)
            return _refusal(404, why)
        return page_answer(request, await self._past.page(address, until_us))


def _is_for_people(request: Request) -> bool:
    """Say whether a browser asks for a page; data has addresses of its own."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def _refusal(status: int, page: str) -> Response:
    return Response(page, status, NOT_KEPT, "text/html; charset=utf-8")


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
