"""What is asked of the service's health by programs: topics that the broker refuses are told, and end nothing."""

from dataclasses import replace

from tests.service.nights import recorded
from tests.web.boards import WELL, board_of, served
from tests.web.sites import get

NIGHT = recorded("london-2012")


async def test_topics_that_the_broker_refuses_are_told_by_a_service_that_is_ready_all_the_same() -> None:
    health = replace(WELL, refused=2)
    async with served(board_of(NIGHT, messages=1), NIGHT, health=lambda: health) as of:
        ready = await get(of, "/readyz")
        assert (ready.status, ready.json["ready"], ready.json["refused"]) == (200, True, 2)
        assert "election_night_refused 2.0" in (await get(of, "/metrics")).body.decode()
        health = WELL
        assert "refused" not in (await get(of, "/readyz")).json
        assert "election_night_refused 0.0" in (await get(of, "/metrics")).body.decode()


async def test_other_services_on_the_same_topics_are_told_by_a_service_that_is_ready_all_the_same() -> None:
    health = replace(WELL, others=1)
    async with served(board_of(NIGHT, messages=1), NIGHT, health=lambda: health) as of:
        ready = await get(of, "/readyz")
        assert (ready.status, ready.json["ready"], ready.json["others"]) == (200, True, 1)
        assert "election_night_others 1.0" in (await get(of, "/metrics")).body.decode()
        health = WELL
        assert "others" not in (await get(of, "/readyz")).json
