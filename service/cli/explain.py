"""`explain`: why a body stands as it does, down to the messages behind it."""

from collections.abc import Iterator
from typing import Annotated, Final

import typer
from rich.console import Console, RenderableType

from service.app import as_records
from service.cli.nights import open_night
from service.cli.options import Config, ElectionOption, Test, known, plain_errors
from service.election import Body, Election
from service.errors import TheirMessage
from service.findings import Finding
from service.ids import AreaId, BodyId, ContentHash, ContestId
from service.messages import Count, raw_hash, read_count
from service.night import Night
from service.records import Record, moment
from service.standings import WholeOutcome
from service.topics import CountTopic, read_topic
from service.views.explain import MessageBehind, explain_area, explain_body
from service.views.lists import explain_seat

VOTES_SHOWN_MAX: Final = 4

NOBODY: Final = ("-", "-", 0)
"""Source, kind and revision of a message that cannot be read."""


def explain(
    body: Annotated[str, typer.Argument(help="The body: assembly, mayor, a council.")],
    night: Annotated[
        str,
        typer.Option(
            "--night",
            envvar="ELECTION_NIGHT_JOURNAL",
            help="A recorded night, or the journal of one that runs: its name or file.",
        ),
    ],
    seat: Annotated[int | None, typer.Option("--seat", help="Explain one list seat, by its number.", min=1)] = None,
    area: Annotated[str | None, typer.Option("--area", help="Explain one area, down to its messages.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="As of this time, RFC 3339 with offset.")] = None,
    election: ElectionOption = None,
    test: Test = False,
    config: Config = None,
) -> None:
    """Show the working behind a body's standings, for now or any earlier moment."""
    if seat is not None and area is not None:
        raise typer.BadParameter("--seat and --area explain different things: name one")
    with plain_errors():
        opened = open_night(night, election=election, config=config, until=until, test=test)
        found = opened.election
        records = list(as_records(found, opened.messages, test=opened.test))
        counted = Night(found)
        for record in records:
            counted.apply(record)
        of = found.bodies[BodyId(known("body", body, found.bodies))]
        parts = list(_parts(found, of, counted, records, seat, area))
        console = Console()
        console.print(f"as of {counted.stamp.as_of}, record {counted.stamp.sequence}", style="dim", highlight=False)
        for part in parts:
            console.print(part, highlight=False)


def _parts(
    election: Election, body: Body, night: Night, records: list[Record], seat: int | None, area: str | None
) -> Iterator[RenderableType]:
    if area is not None:
        areas = {each for contest in body.contests for each in election.contests[contest].areas}
        place = AreaId(known("area", area, areas))
        for contest in body.contests:
            if place in night.counted.areas[contest]:
                outcome = night.counted.areas[contest][place]
                yield from explain_area(election, outcome, list(_messages(election, night, records, contest, place)))
    elif seat is not None:
        yield from explain_seat(election, _list_of(election, body, night, seat), seat)
    else:
        yield from explain_body(election, body, night.counted)


def _list_of(election: Election, body: Body, night: Night, seat: int) -> WholeOutcome:
    """Find the contest of lists that has a seat of this number, whether or not it is allocated yet."""
    lists = [contest for contest in body.contests if election.contests[contest].choices == "parties"]
    for contest in lists:
        if seat <= election.contests[contest].seats:
            return night.counted.wholes[contest]
    if not lists:
        raise TheirMessage(
            where=f"--seat {seat} of {body.id}",
            found="a body without list seats",
            expected="one that has some",
            way_out="Explain an area with --area, or the whole body without --seat.",
        )
    raise TheirMessage(
        where=f"--seat {seat} of {body.id}",
        found="no list seat of this number",
        expected=f"one from 1 to {max(election.contests[contest].seats for contest in lists)}",
        way_out="Name one of these; a constituency's seat is explained with --area.",
    )


def _messages(
    election: Election, night: Night, records: list[Record], contest: ContestId, area: AreaId
) -> Iterator[MessageBehind]:
    """Find the messages about an area, in the order in which they came."""
    standing = night.counted.areas[contest][area].standing
    for record in records:
        topic = read_topic(record.message.topic, election.id)
        if not isinstance(topic, CountTopic) or (topic.contest, topic.area) != (contest, area):
            continue
        at = moment(record.message.at_us).astimezone(election.time_zone).isoformat(sep=" ", timespec="seconds")
        count = read_count(record.message.payload)
        if night.holds(_content(count, record)):
            source, kind, revision = (count.source, count.kind, count.revision) if isinstance(count, Count) else NOBODY
            yield MessageBehind(record.sequence, at, source, kind, revision, "held by the desk", "held")
        elif isinstance(count, Count):
            stands = "stands" if standing.content == count.content() else ""
            yield MessageBehind(record.sequence, at, count.source, count.kind, count.revision, _said(count), stands)
        else:
            yield MessageBehind(record.sequence, at, *NOBODY, count[0].sentence, "quarantined")


def _content(count: Count | tuple[Finding, ...], record: Record) -> ContentHash:
    return count.content() if isinstance(count, Count) else raw_hash(record.message.topic, record.message.payload)


def _said(count: Count) -> str:
    if count.votes:
        most = sorted(count.votes.items(), key=lambda row: (-row[1], row[0]))[:VOTES_SHOWN_MAX]
        more = f" and {len(count.votes) - len(most)} more" if len(count.votes) > len(most) else ""
        return ", ".join(f"{who} {votes:,}" for who, votes in most) + more
    if count.papers:
        return f"{sum(papers for papers, _ in count.papers):,} ballot papers"
    said = count.winner or count.state or ", ".join(count.elected or ())
    return said or ", ".join(f"{party} {seats}" for party, seats in (count.seats or {}).items())
