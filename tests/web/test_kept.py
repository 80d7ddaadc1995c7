"""What may be kept, and for how long: every answer that can be has an entity tag, and is not sent to who has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.adapters.web.openapi import ANSWERS
from service.adapters.web.site import FOR_GOOD
from service.views.pages import static_files
from tests.service.nights import recorded
from tests.web.boards import Site, board_of, served, tell
from tests.web.sites import get

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
FOR_THIS_MOMENT = ("/stream", "/healthz", "/readyz", "/metrics")
PLACES = {"{body}": "assembly", "{contest}": "constituency", "{area}": "city-and-east"}
PAGES = (
    "/",
    "/bodies/assembly",
    "/bodies/mayor",
    "/bodies/assembly/seats/3",
    "/areas/constituency/city-and-east",
    "/bodies/assembly?a=lab&b=con",
)


def filled_in(path: str) -> str:
    for name, place in PLACES.items():
        path = path.replace(name, place)
    return path


DATA = tuple(filled_in(path) for path, *_ in ANSWERS if path not in FOR_THIS_MOMENT)
STATIC = tuple(f"/static/{name}" for name in static_files())


@asynccontextmanager
async def half_a_night() -> AsyncIterator[Site]:
    async with served(board_of(NIGHT, messages=HALF), NIGHT) as of:
        yield of


@pytest.mark.parametrize("path", [*PAGES, *DATA, *STATIC, "/openapi.json"])
async def test_who_has_it_is_told_so_and_sent_nothing(path: str) -> None:
    async with half_a_night() as of:
        first = await get(of, path)
        tag = first.headers["etag"]
        assert (first.status, bool(first.body)) == (200, True)
        for told in (tag, f'"another", {tag}', f"W/{tag}", "*"):
            again = await get(of, path, If_None_Match=told)
            assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag), told
            assert again.headers["cache-control"] == first.headers["cache-control"]
        assert (await get(of, path, If_None_Match='"another"')).body == first.body


@pytest.mark.parametrize(
    "path",
    ["/", "/bodies/assembly", "/api/standings/assembly.json", "/api/standings/assembly.csv", "/cards/assembly.svg"],
)
async def test_who_has_what_was_before_is_sent_what_is_now(path: str) -> None:
    async with half_a_night() as of:
        before = await get(of, path)
        tell(of.board, NIGHT)
        now = await get(of, path, If_None_Match=before.headers["etag"])
        assert now.status == 200
        assert now.body != before.body
        assert now.headers["etag"] != before.headers["etag"]


async def test_how_long_it_may_be_kept_is_as_documented() -> None:
    async with half_a_night() as of:
        for path in (*PAGES, *DATA, "/openapi.json"):
            assert (await get(of, path)).headers["cache-control"] == "no-cache", path
        for path in STATIC:
            assert (await get(of, path)).headers["cache-control"] == FOR_GOOD["Cache-Control"], path
        for path in (*FOR_THIS_MOMENT[1:], "/bodies/nobody", "/api/standings/nobody.json", "/static/another.css"):
            assert (await get(of, path)).headers["cache-control"] == "no-store", path


async def test_a_compressed_page_is_kept_apart_from_a_plain_one() -> None:
    async with half_a_night() as of:
        plain, packed = await get(of, "/"), await get(of, "/", Accept_Encoding="gzip")
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
        assert packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < len(plain.body)


@pytest.mark.parametrize("path", [path for path, *_ in ANSWERS if path != "/stream"])
async def test_every_address_answers_as_is_documented(path: str) -> None:
    async with half_a_night() as of:
        documented = set((await get(of, "/openapi.json")).json["paths"][path]["get"]["responses"]) - {"503"}
        asked = [
            await get(of, filled_in(path)),
            await get(of, filled_in(path), If_None_Match="*"),
            await get(of, f"{filled_in(path)}?at=yesterday"),
            await get(of, path.replace("{body}", "nobody").replace("{contest}/{area}", "list/nowhere")),
        ]
        assert {str(answer.status) for answer in asked} == documented
