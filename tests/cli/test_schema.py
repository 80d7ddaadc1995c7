"""The printed schemas are schemas, and what is received and published keeps to them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from service.app import as_records, election_of, find_night, messages_of
from service.night import Night
from service.schemas import asyncapi, json_schema

CONFIG = Path(__file__).parents[2] / "config"
NIGHTS = ("london-2004", "london-2012", "london-2021", "mayoral-referendums-2012", "glasgow-2012")


PAPERS_BYTES_MAX = 10_000
"""Ballot papers by the thousand are all alike, and this validator is slow."""

SCHEMA = json_schema()


def check(name: str, value: Any) -> None:
    reference = {"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{name}"}
    for error in jsonschema.Draft202012Validator(reference).iter_errors(value):
        pytest.fail(f"{name}: {error.json_path}: {error.message}")


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    references = [part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]]
    assert references
    for reference in references:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("name", NIGHTS)
def test_a_recorded_night_keeps_to_it(name: str) -> None:
    recorded = find_night(name, CONFIG)
    messages = list(messages_of(recorded))
    election = election_of(recorded, messages, CONFIG)
    night = Night(election)
    for record in as_records(election, messages, test=False):
        changes = night.apply(record)
        for event in changes.events:
            check("EventOut", event)
        for receipt in changes.receipts:
            check("ReceiptOut", receipt)
    for message in messages:
        if len(message.payload) > PAPERS_BYTES_MAX:
            continue
        check("Count", json.loads(message.payload))
    for place in night.results_in():
        check("ResultOut", night.result(place))
    for body in election.bodies:
        check("StandingsOut", night.standings(body))
