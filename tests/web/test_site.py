"""What is served for programs: as published, with entity tags, and nothing that is held."""

import gzip
from pathlib import Path

from service.adapters.web.openapi import ANSWERS
from service.messages import Count
from service.records import Message
from tests.service.nights import count, recorded, written
from tests.web.sites import get, publish, site, until_sequence, until_settled

NIGHT = recorded("london-2012")
BROUGHT = 20
PAGE_BYTES_MAX = 150_000
AT = "2012-05-04T15:00:00+01:00"
DOCUMENTED = (
    "/api/standings/assembly.json",
    "/api/standings/assembly.csv",
    "/api/areas/constituency/lambeth-and-southwark.json",
    "/api/events",
    "/cards/assembly.svg",
    "/cards/latest.svg",
)


class TestAnswers:
    async def test_standings_come_as_published_and_are_not_sent_twice(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:BROUGHT])
            await until_settled(running, NIGHT, BROUGHT)
            first = await get(running, "/api/standings/assembly.json")
            again = await get(running, "/api/standings/assembly.json", If_None_Match=first.headers["etag"])
            assert (first.status, again.status, again.body) == (200, 304, b"")
            assert first.json["sequence"] == BROUGHT + 1
            said = (await get(running, "/api/history/assembly")).json["published"]
            then = await get(running, "/api/standings/assembly.json?at=" + said[-1]["at"].replace("+", "%2B"))
            assert then.body == first.body
            table = (await get(running, "/api/standings/assembly.csv")).body.decode().splitlines()
            seats = {row["party"]: row["seats"] for row in first.json["parties"]}
            assert {line.split(",")[3]: int(line.split(",")[5]) for line in table[1:]} == seats
            events = (await get(running, "/api/events")).json["events"]
            assert {event["event"] for event in events} >= {"declared"}

    async def test_every_address_that_is_documented_answers(self, tmp_path: Path) -> None:
        places = {"{body}": "assembly", "{contest}": "constituency", "{area}": "city-and-east"}
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:BROUGHT])
            await until_sequence(running, BROUGHT + 1)
            for path, _, media_type, _ in ANSWERS:
                if media_type == "text/event-stream":
                    continue
                for name, place in places.items():
                    path = path.replace(name, place)  # noqa: PLW2901 - filled in step by step
                answer = await get(running, path)
                assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type), path
            document = (await get(running, "/openapi.json")).json
            assert set(document["paths"]) == {path for path, *_ in ANSWERS}

    async def test_what_is_not_there_is_told_as_such(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            for path in (
                "/bodies/nobody",
                "/areas/list/nowhere",
                "/api/standings/nobody.json",
                "/bodies/assembly/seats/26",
            ):
                assert (await get(running, path)).status == 404, path
            assert (await get(running, "/?at=yesterday")).status == 400

    async def test_the_first_view_is_small_and_lets_nothing_in(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages)
            await until_sequence(running, len(NIGHT.messages) + 1)
            page = await get(running, "/", Accept_Encoding="gzip")
            assert len(page.body) < PAGE_BYTES_MAX
            text = gzip.decompress(page.body).decode()
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert "unsafe" not in page.headers["content-security-policy"]
            assert " style=" not in text
            assert "<script>" not in text
            assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")


class TestSecrets:
    async def test_a_count_that_the_desk_holds_is_on_no_page_and_in_no_answer(self, tmp_path: Path) -> None:
        declared = count("london-2012", 3)
        decision = {"decision": 1, "who": "desk editor", "why": "held until it is declared", "issued_at": AT}
        hold = {**decision, "content": Count.model_validate(declared).content()}
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, [Message(0, NIGHT.topics.desk("hold"), written(hold)), NIGHT.messages[2]])
            await until_sequence(running, 3, bodies=["assembly"])
            assert (await get(running, "/api/standings/assembly.json")).json["held"] == 1
            for path in ("/", "/bodies/assembly", "/areas/constituency/lambeth-and-southwark", *DOCUMENTED):
                said = (await get(running, path)).body
                for votes in declared["votes"].values():
                    assert str(votes).encode() not in said, path
                    assert f"{votes:,}".encode() not in said, path


class TestHealth:
    async def test_it_is_ready_and_counts_what_it_does(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:BROUGHT])
            await until_sequence(running, BROUGHT + 1)
            assert (await get(running, "/healthz")).body == b"ok\n"
            assert (await get(running, "/readyz")).json["sequence"] == BROUGHT + 1
            metrics = (await get(running, "/metrics")).body.decode()
            assert f"election_night_messages_total {BROUGHT}.0" in metrics
            assert "election_night_broker_connected 1.0" in metrics
