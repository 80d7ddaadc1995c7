"""What can be wrong between us and the broker, in the words of the exception tree."""

from service.errors import BrokerError, BrokerRefusesError, MessageRefusedError, TheirMessage


class Disconnected(BrokerError):  # noqa: N818 - the state, as the pipeline asks for it
    """There is no connection to the broker, or it broke before the broker answered."""


class Refused(BrokerRefusesError):  # noqa: N818 - as above
    """The broker does not let us in, or not to this topic: asking again helps once somebody has changed something."""


def disconnected(where: str, found: str) -> Disconnected:
    """Say why there is no connection."""
    return Disconnected(
        where=where,
        found=found,
        expected="a connection",
        way_out="It is tried again and again; look whether the broker runs and can be reached from here.",
    )


def refused(where: str, found: str) -> Refused:
    """Say what the broker answered."""
    return Refused(
        where=where,
        found=found,
        expected="to be let in",
        way_out="Check user, password and version in the broker's address, and what the broker allows this user.",
    )


def unwanted(where: str, found: str) -> MessageRefusedError:
    """Say that the broker will never take this message."""
    return MessageRefusedError(
        where=where,
        found=found,
        expected="a message that the broker takes",
        way_out="Raise the broker's limit on the size of packets; until then this is not published there.",
    )


def unanswered(where: str, wait_s: float) -> BrokerError:
    """Say that a publication may have arrived or not."""
    return BrokerError(
        where=where,
        found=f"no answer within {wait_s:g} s",
        expected="PUBACK",
        way_out="The broker may have it or not: publish it again, and look at the broker's disk and log.",
    )


def unfit(topic: str, found: str) -> TheirMessage:
    """Say that nothing can be published on this topic."""
    return TheirMessage(
        where=f"topic {topic[:100]!r}",
        found=found,
        expected="a topic to publish on: not empty, UTF-8, no +, # or zero, at most 65,535 bytes",
        way_out="Correct the topic.",
    )
