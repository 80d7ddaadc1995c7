"""A bad message over the wire stops nothing: it is kept, acknowledged, shown with its code, and the rest counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import RealBroker, eventually
from tests.service.nights import count, ending, exactly, kept, pairs, recorded, written
from tests.service.services import ends_in, heard, online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
EVERYTHING = f"{NIGHT.topics.base}/#"
HERE = NIGHT.topics.count("constituency", "merton-and-wandsworth")
GOOD = count("london-2012", 3)
ELSEWHERE = NIGHT.topics.count(GOOD["contest"], GOOD["area"])

STRANGE = {**GOOD, "source": "stranger"}

DECISION = {"decision": 1, "who": "Desk", "why": "checked", "issued_at": "2012-05-04T20:00:00+01:00"}
RELEASE = {**DECISION, "content": "0123456789abcdef"}

BAD: Mapping[str, tuple[str, bytes, str]] = {
    "not JSON": (HERE, b"12 votes for Tracey", "E103"),
    "cut off": (HERE, written(STRANGE)[:-20], "E103"),
    "empty": (HERE, b"", "E103"),
    "not UTF-8": (HERE, b'{"note": "\xe9"}', "E102"),
    "a key twice": (HERE, b'{"area": "a", "area": "b"}', "E104"),
    "too large for us": (HERE, b'{"note": "' + b"x" * 600_000 + b'"}', "E101"),
    "deeply nested": (HERE, b"[" * 100_000, "E103"),
    "an unknown field": (ELSEWHERE, written({**STRANGE, "colour": "red"}), "E105"),
    "an unknown contest": (
        NIGHT.topics.count("senate", GOOD["area"]),
        written({**STRANGE, "contest": "senate"}),
        "E202",
    ),
    "an unknown area": (
        NIGHT.topics.count(GOOD["contest"], "atlantis"),
        written({**STRANGE, "area": "atlantis"}),
        "E203",
    ),
    "an unknown candidate": (ELSEWHERE, written({**STRANGE, "votes": {**STRANGE["votes"], "nobody": 1}}), "E204"),
    "on another area's topic": (HERE, written(STRANGE), "E201"),
    "a test on a live night": (ELSEWHERE, written({**STRANGE, "test": True}), "E206"),
    "levels that are no area's": (f"{NIGHT.topics.base}/counts/a/b/c", written(STRANGE), "E208"),
    "no levels": (f"{NIGHT.topics.base}/counts", written(STRANGE), "E208"),
    "an unknown desk action": (NIGHT.topics.desk("explode"), written(RELEASE), "E401"),
    "no desk action": (f"{NIGHT.topics.base}/desk", written(RELEASE), "E208"),
    "a desk's word among the counts": (
        NIGHT.topics.count(NIGHT.election.id, "desk") + "/release",
        written(RELEASE),
        "E208",
    ),
}


async def test_every_kind_of_bad_message_is_kept_acknowledged_and_shown_with_its_code_and_the_rest_counts(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, broker.url):
            await online(reader, NIGHT)
            for topic, payload, _ in BAD.values():
                reader.publish(topic, payload)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            reader.flush()
            await eventually(
                lambda: (reader.said(NIGHT.topics.status) or {})["sequence"] > len(BAD) + len(NIGHT.messages)
            )
        messages = kept(journal)
        await ends_in(reader, NIGHT, ending(NIGHT, messages))
        shown = reader.below(f"{NIGHT.topics.base}/quarantine/")
        events = await heard(reader, NIGHT, ending(NIGHT, messages).events.keys())
        quarantined = {event["content"] for event in events.values() if event["event"] == "quarantined"}
    sent = {(topic, payload) for topic, payload, _ in BAD.values()}
    assert pairs(messages) == sent | pairs(NIGHT.messages)
    waiting = [one for said in shown.values() for one in said["messages"]]
    assert {(one["topic"], one["findings"][0]["code"]) for one in waiting} == {
        (topic, code) for topic, _, code in BAD.values()
    }
    assert quarantined == {one["content"] for one in waiting}
    alone, beside = ending(NIGHT).retained, ending(NIGHT, messages).retained
    for body in NIGHT.election.bodies:
        topic = NIGHT.topics.standings(body)
        for name in ("seats", "parties", "control", "elected", "candidates"):
            assert exactly(beside[topic])[name] == exactly(alone[topic])[name]


@pytest.mark.parametrize("qos, retain", [(0, False), (0, True), (1, True), (2, False)])
async def test_a_count_is_a_count_with_any_quality_of_service_and_retained_or_not(
    broker: RealBroker, tmp_path: Path, qos: int, *, retain: bool
) -> None:
    journal = tmp_path / "night.sqlite"
    with Subscriber(broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, journal, broker.url):
            await online(reader, NIGHT)
            reader.publish(ELSEWHERE, written(GOOD), qos=qos, retain=retain)
            await ends_in(reader, NIGHT, ending(NIGHT, NIGHT.messages[2:3]))
        reader.publish(ELSEWHERE, b"", retain=True)
        reader.flush()
        # Started again, it meets the retained count again, or its having been cleared: nothing counts twice.
        async with serving(NIGHT, journal, broker.url):
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            topics = [NIGHT.topics.standings(body) for body in NIGHT.election.bodies]
            expected = {topic: exactly(ending(NIGHT).retained[topic])["parties"] for topic in topics}
            await eventually(lambda: {topic: exactly(reader.said(topic))["parties"] for topic in topics} == expected)
        await ends_in(reader, NIGHT, ending(NIGHT, kept(journal)))


async def test_a_good_count_after_a_bad_one_of_its_source_empties_the_quarantine(
    broker: RealBroker, tmp_path: Path
) -> None:
    bad = {**GOOD, "valid": sum(GOOD["votes"].values()) + 1}
    quarantine = NIGHT.topics.quarantine(GOOD["contest"], GOOD["area"])
    receipt = NIGHT.topics.receipt(GOOD["source"], GOOD["contest"], GOOD["area"])

    def standing(reader: Subscriber) -> Any:
        return (reader.said(receipt) or {}).get("status")

    with Subscriber(broker.url, EVERYTHING) as reader:
        async with serving(NIGHT, tmp_path / "night.sqlite", broker.url):
            await online(reader, NIGHT)
            reader.publish(ELSEWHERE, written(bad))
            await eventually(lambda: reader.said(quarantine) is not None and standing(reader) == "quarantined")
            assert [finding["code"] for finding in reader.said(receipt)["reasons"]] == ["E301"]
            reader.publish(ELSEWHERE, written({**GOOD, "revision": 2}))
            await eventually(lambda: reader.said(quarantine) is None and standing(reader) == "accepted")
        with Subscriber(broker.url, EVERYTHING) as late:
            await ends_in(late, NIGHT, ending(NIGHT, kept(tmp_path / "night.sqlite")))
            assert late.said(quarantine) is None
