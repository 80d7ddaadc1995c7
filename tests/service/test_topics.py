"""What a topic is about, whatever its root, and that nobody gets to the desk by way of the counts."""

import pytest

from service.ids import ElectionId
from service.topics import CountTopic, DeskTopic, Topics, read_topic, root_of

LONDON = ElectionId("london-2012")
MAYOR = CountTopic(contest="mayor", area="london")


@pytest.mark.parametrize("root", ["elections", "elections/rehearsal", "london-2012", "a/london-2012", "counts", "desk"])
def test_a_topic_is_read_below_any_root(root: str) -> None:
    topics = Topics(root, LONDON)
    assert read_topic(topics.count("mayor", "london"), LONDON) == MAYOR
    assert read_topic(topics.desk("release"), LONDON) == DeskTopic(action="release")


@pytest.mark.parametrize(
    "below", ["counts", "counts/a", "counts/a/b/c", "desk", "desk/a/b", "standings/mayor", "status"]
)
def test_a_topic_with_too_few_levels_or_too_many_is_none_of_ours(below: str) -> None:
    assert read_topic(f"elections/london-2012/{below}", LONDON) is None


def test_a_topic_of_another_election_is_none_of_ours() -> None:
    assert read_topic("elections/london-2004/counts/mayor/london", LONDON) is None


def test_nothing_that_was_published_below_the_counts_is_taken_for_a_word_of_the_desk() -> None:
    assert read_topic("elections/london-2012/counts/london-2012/desk/release", LONDON) is None
    assert read_topic("elections/london-2012/desk/london-2012/counts/mayor/london", LONDON) is None


def test_the_root_is_what_stands_before_the_election() -> None:
    assert root_of("elections/rehearsal/london-2012/counts/mayor/london", LONDON) == "elections/rehearsal"
    assert root_of("elections/london-2004/counts/mayor/london", LONDON) is None
