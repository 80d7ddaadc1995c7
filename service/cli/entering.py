"""A count as the desk typed it: its place found, read, shown with its sums, scrutinised before it is sent."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.cli.asking import TOTALS, Place, read_figure
from service.cli.options import known
from service.election import Election
from service.errors import TheirMessage
from service.ids import AreaId, ContestId
from service.messages import Count, read_count
from service.scrutiny import scrutinise
from service.topics import CountTopic


def place_named(
    election: Election,
    area: str,
    contest: str | None,
    choose: Callable[[Sequence[ContestId]], ContestId] | None = None,
) -> Place:
    """Find an area by its id or its name, in the contest that is named, the only one that it reports in, or as chosen.

    Raises:
        TheirMessage: there is none of this name, or it reports in several contests.
    """
    if contest is not None:
        known("contest", contest, election.contests)
    contests = [of for of in election.contests.values() if contest in (None, of.id)]
    named = {election.areas[each].name.casefold(): each for of in contests for each in of.areas}
    found = AreaId(known("area", named.get(area.casefold(), area), set(named.values())))
    places = [(of.id, found) for of in contests if found in of.areas]
    if len(places) > 1 and choose is not None:
        return choose([each for each, _ in places]), found
    if len(places) > 1:
        raise TheirMessage(
            where=f"area {found}",
            found="several contests that it reports in",
            expected="one of " + ", ".join(each for each, _ in places),
            way_out="Name it with --contest.",
        )
    return places[0]


def read_votes(text: str) -> dict[str, int | None]:
    """Read votes as an option has them: `smith-lab=12345,jones-con=10200`; TheirMessage."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    return {who.strip(): read_figure(votes) for who, _, votes in pairs}


def as_payload(said: dict[str, Any], place: Place, *, issued_at: datetime, **more: Any) -> bytes:
    """Write a count of a place: what was typed, and what the command adds; what is None is left out."""
    added = {"contest": place[0], "area": place[1], "issued_at": issued_at.isoformat(timespec="seconds"), **more}
    whole = {name: each for name, each in {**added, **said}.items() if each is not None}
    return json.dumps(whole, ensure_ascii=False).encode()


def read_true(election: Election, place: Place, payload: bytes, *, test: bool) -> Count:
    """Read a count that can be true, by the same scrutiny that it meets at the other end.

    Raises:
        TheirMessage: it cannot be read, or cannot be true; with everything that was found.
    """
    count = read_count(payload)
    topic = CountTopic(contest=place[0], area=place[1])
    findings = count if isinstance(count, tuple) else scrutinise(election, topic, count, test_night=test)
    if isinstance(count, tuple) or findings:
        raise TheirMessage(
            where=f"count of {place[0]}/{place[1]}",
            found="; ".join(f"{finding.code} {finding.sentence}" for finding in findings),
            expected="a count that can be true",
            way_out="Type it again; nothing was sent.",
        )
    return count


def shown(election: Election, count: Count) -> Iterator[RenderableType]:
    """Show what is going to be sent, with the sums that somebody can hold against the sheet."""
    area, contest = election.areas[count.area], election.contests[count.contest]
    yield Text(f"{area.name}, {contest.name}: {count.kind}, revision {count.revision} of {count.source}", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, figure in _rows(election, count):
        table.add_row(name, f"{figure:,}")
    yield table


def _rows(election: Election, count: Count) -> Iterable[tuple[str, int]]:
    standing = election.standing(count.contest, count.area)
    for who, votes in (count.votes or {}).items():
        yield f"{standing[who].name} ({election.parties[standing[who].party].short})", votes
    if count.votes:
        yield "together", sum(count.votes.values())
    for papers, preferences in count.papers or ():
        yield ", ".join(standing[who].name for who in preferences), papers
    for who, votes in (count.transfers or {}).items():
        yield f"{standing[who].name}: second preferences", votes
    for who in count.elected or ():
        yield f"{standing[who].name}: elected", 1
    for party, seats in (count.seats or {}).items():
        yield f"{election.parties[party].name}: seats", seats
    for name, words in TOTALS.items():
        figure = getattr(count, name)
        if figure is not None:
            yield words, figure
