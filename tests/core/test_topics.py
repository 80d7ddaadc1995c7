"""Topics: where each message goes, and what a topic that arrives is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ids import AreaId, BodyId, ContestId, ElectionId, SourceId
from service.topics import CountTopic, DeskTopic, Topics, read_topic, root_of
from tests.core.messages_drawn import examples

ELECTION = ElectionId("borough-2024")
TOPICS = Topics("elections", ELECTION)


class TestTopicsThatArrive:
    @pytest.mark.parametrize(
        "topic, about",
        [
            ("elections/borough-2024/counts/ward/north", CountTopic("ward", "north")),
            ("rehearsal/borough-2024/counts/ward/north", CountTopic("ward", "north")),
            ("a/b/c/borough-2024/counts/ward/north", CountTopic("ward", "north")),
            ("elections/borough-2024/counts/Ward/north west", CountTopic("Ward", "north west")),
            ("elections/borough-2024/desk/release", DeskTopic("release")),
            ("elections/borough-2024/desk/dance", DeskTopic("dance")),
        ],
    )
    def test_are_counts_and_desk_messages_below_any_root(self, topic: str, about: CountTopic | DeskTopic) -> None:
        assert read_topic(topic, ELECTION) == about

    @pytest.mark.parametrize(
        "topic",
        [
            "",
            "/",
            "elections/borough-2024",
            "elections/borough-2024/counts",
            "elections/borough-2024/counts/ward",
            "elections/borough-2024/counts/ward/north/more",
            "elections/borough-2024/desk",
            "elections/borough-2024/desk/release/more",
            "elections/borough-2024/standings/council",
            "elections/borough-2024/receipts/north-count/ward/north",
            "elections/another/counts/ward/north",
            "elections/another/desk/release",
            "journal/borough-2024/opened",
        ],
    )
    def test_are_nothing_of_ours_otherwise(self, topic: str) -> None:
        assert read_topic(topic, ELECTION) is None

    @pytest.mark.parametrize(
        "topic",
        [
            "elections/borough-2024/counts/ward/borough-2024/desk/release",
            "elections/borough-2024/counts/x/north/borough-2024/desk/lot",
        ],
    )
    def test_give_nobody_the_desks_voice_who_may_only_send_counts(self, topic: str) -> None:
        """A broker lets a count centre publish below `counts/`, and nowhere else."""
        assert not isinstance(read_topic(topic, ELECTION), DeskTopic)

    @examples(200)
    @given(st.text(max_size=80))
    def test_may_be_any_text(self, topic: str) -> None:
        assert read_topic(topic, ELECTION) is None

    def test_tell_their_root(self) -> None:
        assert root_of("a/b/borough-2024/counts/ward/north", ELECTION) == "a/b"
        assert root_of("elections/another/counts/ward/north", ELECTION) is None


class TestTopicsThatWePublishOn:
    def test_are_those_of_the_contract(self) -> None:
        ward, north = ContestId("ward"), AreaId("north")
        assert TOPICS.count(ward, north) == "elections/borough-2024/counts/ward/north"
        assert TOPICS.desk("release") == "elections/borough-2024/desk/release"
        assert TOPICS.receipt(SourceId("press"), ward, north) == "elections/borough-2024/receipts/press/ward/north"
        assert TOPICS.standings(BodyId("council")) == "elections/borough-2024/standings/council"
        assert TOPICS.result(ward, north) == "elections/borough-2024/results/ward/north"
        assert TOPICS.events == "elections/borough-2024/events"
        assert TOPICS.quarantine("ward", "north") == "elections/borough-2024/quarantine/ward/north"
        assert TOPICS.status == "elections/borough-2024/status"
        assert TOPICS.intake == ("elections/borough-2024/counts/#", "elections/borough-2024/desk/#")

    def test_are_read_as_what_they_were_made_for(self) -> None:
        assert read_topic(TOPICS.count("ward", "north"), ELECTION) == CountTopic("ward", "north")
        assert read_topic(TOPICS.desk("lot"), ELECTION) == DeskTopic("lot")
