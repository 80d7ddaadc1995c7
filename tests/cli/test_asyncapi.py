"""`schema`: what it prints is what is in use, and the AsyncAPI document holds together."""

import json
import re
from typing import Any

from service.ids import AreaId, BodyId, ContestId, ElectionId, SourceId
from service.messages import DESK_ACTIONS
from service.schemas import asyncapi, json_schema
from service.topics import Topics
from tests.cli.commands import election_night
from tests.readme.parts import README

DOCUMENT = asyncapi()
TOPICS = Topics("elections", ElectionId("e"))
RECEIVED = {TOPICS.count("c", "a"), *map(TOPICS.desk, DESK_ACTIONS)}
SENT = {
    TOPICS.standings(BodyId("b")),
    TOPICS.result(ContestId("c"), AreaId("a")),
    TOPICS.receipt(SourceId("s"), ContestId("c"), AreaId("a")),
    TOPICS.quarantine("c", "a"),
    TOPICS.events,
    TOPICS.status,
}


def addresses(action: str) -> set[str]:
    """The addresses of the channels of all operations of one kind, with a letter in each place."""
    channels = [
        DOCUMENT["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == action
    ]
    return {re.sub(r"\{(.)[a-z]*\}", r"\1", channel["address"]) for channel in channels}


def test_the_command_prints_what_is_in_use() -> None:
    assert json.loads(election_night("schema").printed) == json_schema()
    assert json.loads(election_night("schema", "--asyncapi").printed) == DOCUMENT


def test_every_topic_that_we_read_or_write_has_its_channel_and_no_other_has() -> None:
    assert addresses("receive") == RECEIVED
    assert addresses("send") == SENT
    assert len(DOCUMENT["operations"]) == len(DOCUMENT["channels"]) == len(RECEIVED) + len(SENT)


def test_every_place_in_an_address_is_a_parameter_and_every_parameter_a_place() -> None:
    for channel in DOCUMENT["channels"].values():
        assert set(re.findall(r"\{([a-z]+)\}", channel["address"])) == channel["parameters"].keys()


def test_every_operation_is_about_the_message_of_its_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        name = operation["channel"]["$ref"].removeprefix("#/channels/")
        assert operation["messages"] == [{"$ref": f"#/channels/{name}/messages/{name}"}]
        message: Any = DOCUMENT["channels"][name]["messages"][name]["$ref"].removeprefix("#/components/messages/")
        payload = DOCUMENT["components"]["messages"][message]["payload"]["$ref"]
        assert payload.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


def test_every_operation_says_how_it_is_delivered_and_whether_it_is_retained_as_the_readme_does() -> None:
    rows = re.findall(r"\| `(elections/[^`]+)` \| [^|]+ \| (yes|no) \|", README.read_text(encoding="utf-8"))
    retained = {re.sub(r"\{(.)[a-z]*\}", r"\1", topic): kept == "yes" for topic, kept in rows}
    assert retained.keys() >= SENT
    for operation in DOCUMENT["operations"].values():
        channel = DOCUMENT["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
        topic = re.sub(r"\{(.)[a-z]*\}", r"\1", channel["address"])
        kept = retained["elections/e/desk/a" if topic.startswith("elections/e/desk/") else topic]
        assert operation["bindings"] == {"mqtt": {"qos": 1, "retain": kept, "bindingVersion": "0.2.0"}}


def test_the_document_says_which_standard_it_keeps_to_and_what_it_is() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"].keys() >= {"title", "version"}
    assert DOCUMENT["defaultContentType"] == "application/json"
