"""How the desk's commands reach the service: a decision is checked, published and answered; what waits is read."""

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer

from service.adapters.broker import Address, BrokerLink
from service.app import find_election, load_election
from service.cli.options import config_folder, plain_errors
from service.election import Election
from service.errors import BrokerError, TheirMessage
from service.logs import configure_logs
from service.messages import read_decision
from service.scrutiny import scrutinise_decision
from service.topics import Topics

CONNECTED_S_MAX: Final = 10.0
"""How long to wait for the broker."""

QUIET_S: Final = 0.5
"""Retained messages have come when nothing more does for so long."""

ANSWER_S_MAX: Final = 1.0
"""How long to wait for the event with which the service answers; a service that is away answers when it is back."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who decides and why, on which election's topics of which broker, under which number (None: the time)."""

    election: str
    broker: str
    who: str
    why: str
    decision: int | None
    test: bool
    root: str
    config: Path | None

    def read_election(self) -> Election:
        """Read the election that is decided about; ElectionFolderError."""
        return load_election(find_election(self.election, config_folder(self.config)))

    def decide(self, action: str, said: dict[str, Any]) -> None:
        """Publish a decision, after the same scrutiny that it meets at the other end, and print what it came to."""
        configure_logs(quiet=True)
        with plain_errors():
            self._decide(self.read_election(), action, said)

    def _decide(self, election: Election, action: str, said: dict[str, Any]) -> None:
        number = self.decision if self.decision is not None else time.time_ns() // 1_000_000
        issued_at = datetime.now(UTC).astimezone(election.time_zone).isoformat(timespec="seconds")
        complete = {**said, "decision": number, "who": self.who, "why": self.why, "issued_at": issued_at}
        if self.test:
            complete["test"] = True
        payload = json.dumps(complete, ensure_ascii=False).encode()
        _check(election, action, payload, test=self.test)
        topics = Topics(self.root, election.id)
        answers = asyncio.run(_publish(Address.parse(self.broker), topics, action, payload, number))
        typer.echo(f"{action}, decision {number}: published by {self.who}")
        for answer in answers:
            typer.echo(answer)


def _check(election: Election, action: str, payload: bytes, *, test: bool) -> None:
    decision = read_decision(action, payload)
    findings = decision if isinstance(decision, tuple) else scrutinise_decision(election, decision, test_night=test)
    for finding in findings:
        raise TheirMessage(
            where=f"desk {action}: {finding.where}",
            found=finding.found,
            expected=finding.expected,
            way_out="Mend the option and send it again; nothing was published.",
        )


async def _publish(address: Address, topics: Topics, action: str, payload: bytes, number: int) -> Sequence[str]:
    """Publish a decision; give what the service says to it at once, in sentences: that a call stands, no effect."""
    answers: list[str] = []
    link = BrokerLink(address, client_id=_name(), subscriptions=(topics.events,), session=False)
    async with link:
        await connected(link, address)
        await link.publish(topics.desk(action), payload)
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                while not answers:
                    deliveries = await link.take(messages_max=100, bytes_max=1024 * 1024)
                    said = [json.loads(delivery.payload) for delivery in deliveries]
                    answers += [event["text"] for event in said if event.get("decision") == number]
        except TimeoutError:
            pass  # it shows in what is counted, or later
    return answers


async def retained(address: Address, topics: Sequence[str]) -> list[dict[str, Any]]:
    """Read what is retained on the topics that match; BrokerError where there is no broker."""
    said: list[dict[str, Any]] = []
    async with BrokerLink(address, client_id=_name(), subscriptions=tuple(topics), session=False) as link:
        await connected(link, address)
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    deliveries = await link.take(messages_max=1_000, bytes_max=8 * 1024 * 1024)
            except TimeoutError:
                return said
            said += [json.loads(delivery.payload) for delivery in deliveries if delivery.payload]


def _name() -> str:
    return f"desk-{secrets.token_hex(8)}"


async def connected(link: BrokerLink, address: Address) -> None:
    """Wait for the broker; BrokerError where there is none."""
    try:
        async with asyncio.timeout(CONNECTED_S_MAX):
            await link.wait_connected()
    except TimeoutError:
        raise BrokerError(
            where=str(address),
            found=f"no connection within {CONNECTED_S_MAX:g} s",
            expected="a broker",
            way_out="Look whether it runs, and whether --broker names it.",
        ) from None
