"""A count in doubt of one seat, of 650: what it can change about the whole, and what not."""

import json
from typing import Any

import pytest

from service.election import Election
from service.ids import BodyId
from service.night import Night, opening_of
from service.projection import PartyProjection, Projection
from service.records import Message, follow
from service.standings import Outlook, StandingsOut
from tests.core.borough import FIRST_AT_US
from tests.nights.nights_on_record import on_record

COMMONS = BodyId("commons")
MAJORITY, OF_ALL = 326, {"largest", "control"}


@pytest.fixture(scope="module")
def commons() -> Election:
    return on_record("commons-2019").election


def misprinted(election: Election, area: str) -> Message:
    """A declaration whose votes do not add up to its printed total: its seat would be filled if it were let in."""
    said: dict[str, Any] = {
        "contest": "constituency",
        "area": area,
        "source": "a-count",
        "revision": 1,
        "kind": "declaration",
        "issued_at": "2019-12-12T23:30:00+00:00",
        "votes": {who: 100 + number for number, who in enumerate(election.standing("constituency", area))},  # type: ignore[arg-type]
        "valid": 1,
    }
    topic = f"elections/{election.id}/counts/constituency/{area}"
    return Message(FIRST_AT_US, topic, json.dumps(said).encode())


def elsewhere(election: Election, topic: str) -> Message:
    return Message(FIRST_AT_US, f"elections/{election.id}/{topic}", b"{")


def standings(election: Election, con: tuple[int, int], lab: tuple[int, int], *messages: Message) -> StandingsOut:
    """Standings after these messages, with a projection in whose draws the two have so many seats."""
    night = Night(election)
    last = follow(None, opening_of(election, test=False))
    night.apply(last)
    for message in messages:
        last = follow(last, message)
        night.apply(last)
    lines = {"con": of_draws("con", con, largest=1.0), "lab": of_draws("lab", lab, largest=0.0)}
    said = Projection(lines, {}, turnout=None, unheard=(), draws=1000, seed=1)
    return night.standings(COMMONS, Outlook(last.sequence, 1, said))


def of_draws(party: str, seats: tuple[int, int], *, largest: float) -> PartyProjection:
    majority = 1.0 if seats[0] >= MAJORITY else 0.0
    return PartyProjection(party, *(seats[0], *seats), seats[0], largest, majority, None, dict.fromkeys(seats, 0.5))


def suggested(of: StandingsOut) -> set[str]:
    return {call["of"] for call in of["calls"] if call["status"] == "suggested"}


@pytest.mark.parametrize(
    "bad, con, lab, left",
    [
        pytest.param(1, (327, 340), (200, 320), OF_ALL, id="a majority without that seat too"),
        pytest.param(1, (326, 340), (200, 320), {"largest"}, id="a majority with that seat alone"),
        pytest.param(2, (327, 340), (200, 320), {"largest"}, id="a majority with one of two seats"),
        pytest.param(
            1, (310, 320), (200, 307), OF_ALL, id="the largest without that seat too, and nobody with a majority"
        ),
        pytest.param(1, (310, 320), (200, 308), {"control"}, id="level if that seat went to the other"),
        pytest.param(1, (310, 325), (200, 307), {"largest"}, id="a majority if that seat came to it"),
    ],
)
def test_a_seat_in_doubt_leaves_what_is_so_whoever_wins_it(
    commons: Election, bad: int, con: tuple[int, int], lab: tuple[int, int], left: set[str]
) -> None:
    areas = list(commons.contests["constituency"].areas)[:bad]  # type: ignore[index]
    assert suggested(standings(commons, con, lab)) == OF_ALL
    of = standings(commons, con, lab, *(misprinted(commons, area) for area in areas))
    assert of["in_doubt"]["could_change"] == "yes"
    assert suggested(of) == left


def test_what_cannot_be_placed_may_be_any_seat(commons: Election) -> None:
    sure = ((500, 510), (10, 20))
    at_large = [
        elsewhere(commons, topic) for topic in ("counts/constituency/nosuchplace", "counts/nosuchcontest/north")
    ]
    for message in at_large:
        assert suggested(standings(commons, *sure, message)) == set()
    for topic in ("desk/call", "desk/reject"):
        assert suggested(standings(commons, *sure, elsewhere(commons, topic))) == OF_ALL
    one = elsewhere(commons, "counts/constituency/aberavon")
    assert suggested(standings(commons, *sure, one)) == OF_ALL
