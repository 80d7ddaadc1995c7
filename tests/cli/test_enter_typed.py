"""`enter` at a terminal: asked for what the contest's rule needs, again where it cannot be, sent after a yes."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.app import Started
from service.ids import AreaId, ContestId
from tests.brokers import eventually
from tests.cli.commands import Ended
from tests.cli.terminals import typed_at
from tests.service.nights import Recorded, recorded
from tests.service.services import online, serving
from tests.service.subscribers import Subscriber

LONDON, GLASGOW = recorded("london-2012"), recorded("glasgow-2012")
MAYOR = (ContestId("mayor"), AreaId("london"))
VOTES = {who: 1000 * number for number, who in enumerate(LONDON.election.standing(*MAYOR), start=1)}
LEFT = [*VOTES][-2:]
WARD = next((contest.id, contest.areas[0]) for contest in GLASGOW.election.contests.values())
STANDING = [*GLASGOW.election.standing(*WARD)]
FIRST, SECOND, THIRD = STANDING[:3]
NO_TOTALS = ["", "", "", ""]


class Desk:
    """Somebody who types counts of a night at a terminal, and a reader of what goes out."""

    def __init__(self, night: Recorded, running: Started, reader: Subscriber) -> None:
        self._night = night
        self._address = f"mqtt://{running.broker.host}:{running.broker.port}"
        self._reader = reader

    async def types(self, answers: Sequence[object], *options: str) -> Ended:
        """Answer what is asked."""
        election = ("--election", self._night.election.id, "--broker", self._address)
        return await typed_at(["enter", *election, *options], answers)

    async def sent(self, place: tuple[ContestId, AreaId]) -> dict[str, Any]:
        """Give the count that went out about a place, once it has come."""
        topic = self._night.topics.count(*place)
        await eventually(lambda: bool(self._reader.all_on(topic)))
        said: list[dict[str, Any]] = self._reader.all_on(topic)
        assert len(said) == 1
        return said[0]

    @property
    def silent(self) -> bool:
        """Whether no count has gone out."""
        return not any("/counts/" in topic for topic, _ in self._reader.seen)


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    night: Recorded = request.param
    async with serving(night, tmp_path / "night.sqlite", None) as running:
        with Subscriber(f"mqtt://{running.broker.host}:{running.broker.port}", "elections/#") as reader:
            await online(reader, night)
            yield Desk(night, running, reader)


@pytest.mark.parametrize("desk", [LONDON], indirect=True, ids=["london"])
class TestAnOfficeBySupplementaryVote:
    async def test_is_chosen_among_the_contests_of_its_area_and_asked_for_second_preferences(self, desk: Desk) -> None:
        second = {LEFT[0]: 150, LEFT[1]: 250}
        answers = [
            "london",
            "senate",
            "mayor",
            *VOTES.values(),
            *NO_TOTALS,
            "livingston",
            " ".join(LEFT),
            150,
            250,
            "y",
        ]
        entered = await desk.types(answers)
        assert entered.status == 0, entered.printed
        assert "no contest of this name" in entered.printed
        assert "no candidate of this name" in entered.printed
        sent = await desk.sent(MAYOR)
        assert (sent["contest"], sent["votes"], sent["transfers"]) == ("mayor", VOTES, second)
        assert "accepted" in entered.printed

    async def test_is_sent_without_second_preferences_while_they_are_not_counted(self, desk: Desk) -> None:
        answers = ["london", "mayor", *VOTES.values(), *NO_TOTALS, "", "y"]
        assert (await desk.types(answers)).status == 0
        sent = await desk.sent(MAYOR)
        assert sent["votes"] == VOTES
        assert sent.keys().isdisjoint({"transfers", "second_preferences", "papers", "elected"})

    async def test_is_asked_for_again_with_what_was_typed_where_second_preferences_cannot_be(self, desk: Desk) -> None:
        too_many = sum(VOTES.values())
        first = [*VOTES.values(), *NO_TOTALS, " ".join(LEFT), too_many, 250]
        again = [*("" for _ in VOTES), *NO_TOTALS, "", 150, "", "n"]
        entered = await desk.types([*first, *again], "--area", "london", "--contest", "mayor")
        assert entered.status == 1
        assert "E306" in entered.printed
        assert "nothing was sent" in entered.printed
        assert f"[{too_many}]" in entered.printed
        assert desk.silent


@pytest.mark.parametrize("desk", [GLASGOW], indirect=True, ids=["glasgow"])
class TestAWardByTransferableVote:
    async def test_is_asked_for_ballot_papers_line_by_line(self, desk: Desk) -> None:
        lines = [
            f"1,200 {FIRST} {SECOND}",
            f"nobody {FIRST}",
            f"900 {SECOND}",
            f"700 {THIRD} nobody",
            f"700 {THIRD}",
            "",
        ]
        entered = await desk.types([*lines, *NO_TOTALS, "y"], "--area", WARD[1])
        assert entered.status == 0, entered.printed
        sent = await desk.sent(WARD)
        assert sent["papers"] == [[1200, [FIRST, SECOND]], [900, [SECOND]], [700, [THIRD]]]
        assert "votes" not in sent

    async def test_offers_ballot_papers_again_and_leaves_out_a_line_of_none(self, desk: Desk) -> None:
        first = [f"1200 {FIRST} {FIRST}", f"900 {SECOND}", "", *NO_TOTALS]
        again = [f"0 {FIRST}", "", f"10 {THIRD}", "", *NO_TOTALS, "y"]
        entered = await desk.types([*first, *again], "--area", WARD[1])
        assert entered.status == 0, entered.printed
        assert "E308" in entered.printed
        assert (await desk.sent(WARD))["papers"] == [[900, [SECOND]], [10, [THIRD]]]

    async def test_is_asked_who_is_elected_where_ballot_papers_are_not_known(self, desk: Desk) -> None:
        answers = ["", *("" for _ in STANDING), f"{FIRST} {THIRD}", *NO_TOTALS, "y"]
        entered = await desk.types(answers, "--area", WARD[1])
        assert entered.status == 0, entered.printed
        assert (await desk.sent(WARD))["elected"] == [FIRST, THIRD]
