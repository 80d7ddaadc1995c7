"""Promises 3 and 4: all that is published follows from the record, byte for byte, and is itself on record."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jsonschema

from service.adapters.journal import open_reader
from service.ids import AreaId, BodyId, ContestId
from service.night import Night
from service.records import Publication
from service.schemas import json_schema
from service.standings.wire import encode
from tests.brokers import RealBroker, eventually
from tests.service.nights import FROM_STANDINGS, count, ending, exactly, kept, recorded, written
from tests.service.services import ends_in, heard, offline, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
BASE = NIGHT.topics.base
DECISION = {"decision": 1, "who": "Desk", "why": "checked", "issued_at": "2012-05-04T20:00:00+01:00"}

ALL: Final = json_schema()
SCHEMAS: Final = {
    "standings": "StandingsOut",
    "results": "ResultOut",
    "receipts": "ReceiptOut",
    "quarantine": "QuarantineOut",
    "events": "EventOut",
    "status": "StatusOut",
}


async def test_everything_published_follows_from_the_record_is_on_record_and_keeps_to_its_schema(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    strange = {**count("london-2012", 3), "source": "stranger", "valid": 1}
    with Subscriber(broker.url, f"{BASE}/#") as reader:
        async with serving(NIGHT, journal, broker.url):
            await online(reader, NIGHT)
            reader.publish(NIGHT.messages[2].topic, written(strange))
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
                reader.flush()
            reader.publish(NIGHT.topics.desk("note"), written(DECISION))
            reader.publish(NIGHT.topics.desk("explode"), written(DECISION))
            await eventually(lambda: reader.said(NIGHT.topics.quarantine("desk", "explode")) is not None)
        await offline(reader, NIGHT)
        messages = kept(journal)
        await ends_in(reader, NIGHT, ending(NIGHT, messages))
        with open_reader(journal) as record:
            events_said = [
                json.loads(each.payload) for each in record.publications() if each.topic == NIGHT.topics.events
            ]
        await heard(reader, NIGHT, {event["id"] for event in events_said})
    with open_reader(journal) as record:
        said = list(record.publications())
        counted = Night(NIGHT.election)
        for each in record.records():
            counted.apply(each)
            for publication in said:
                if publication.sequence == each.sequence:
                    assert_follows(counted, publication)
    on_record = {(publication.topic, publication.payload) for publication in said}
    for topic, payload in reader.seen:
        if kind(topic) in {"standings", "results", "quarantine", "events"}:
            assert (topic, payload) in on_record
        if kind(topic) in SCHEMAS and payload:
            assert_keeps_to(SCHEMAS[kind(topic)], json.loads(payload))
    assert {kind(topic) for topic, _ in reader.seen} == {*SCHEMAS, "counts", "desk"}
    events = reader.all_on(NIGHT.topics.events)
    assert events_said == each_once(events)
    named = {event["id"] for event in events if event["event"] not in FROM_STANDINGS}
    assert named == ending(NIGHT, messages).events.keys()


def each_once(events: Sequence[Any]) -> list[Any]:
    """Leave out an event that came twice, as that may which is on its way at a stop."""
    return [event for number, event in enumerate(events) if event not in events[:number]]


def kind(topic: str) -> str:
    return topic.removeprefix(f"{BASE}/").split("/")[0]


def assert_follows(counted: Night, said: Publication) -> None:
    """Hold a publication to what the night is at that record."""
    match said.topic.removeprefix(f"{BASE}/").split("/"):
        case ["standings", body]:
            published, now = json.loads(said.payload), counted.standings(BodyId(body))
            assert exactly(published) == exactly(json.loads(encode(now)))
            assert list(published) == list(now)
        case ["results", contest, area]:
            assert said.payload == encode(counted.result((ContestId(contest), AreaId(area))))
        case ["quarantine", contest, area]:
            waiting = counted.quarantine_at((contest, area))
            assert (json.loads(said.payload)["messages"] if said.payload else []) == waiting
        case ["events"]:
            assert json.loads(said.payload)["sequence"] == said.sequence
        case _:
            raise AssertionError(said.topic)


def assert_keeps_to(schema: str, said: Any) -> None:
    reference = {"$defs": ALL["$defs"], "$ref": f"#/$defs/{schema}"}
    jsonschema.Draft202012Validator(reference).validate(said)
