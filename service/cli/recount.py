"""`recount`: count a recorded night anew, with no broker and no clock."""

import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console

from service.app import election_of, find_election, find_night, forecaster_of, load_election, messages_of, was_test
from service.app import recount as count_anew
from service.cli.options import Config, ElectionOption, Night, Test, at_time, config_folder, plain_errors
from service.ids import BodyId
from service.night import Night as CountedNight
from service.records import microseconds
from service.standings import Outlook
from service.standings.published import differences
from service.views.terminal import body_panel


def recount(
    night: Night,
    until: Annotated[
        str | None, typer.Option("--until", help="Count only what came up to this time, RFC 3339 with offset.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
    election: ElectionOption = None,
    test: Test = False,
    config: Config = None,
) -> None:
    """Count a recorded night anew and show how it stands: the same messages give the same bytes, always."""
    with plain_errors():
        folder = config_folder(config)
        recorded = find_night(night, folder)
        messages = list(messages_of(recorded))
        found = load_election(find_election(election, folder)) if election else election_of(recorded, messages, folder)
        if until is not None:
            limit_us = microseconds(at_time(until))
            messages = [message for message in messages if message.at_us <= limit_us]
        counted = count_anew(found, messages, test=test or was_test(recorded))
        if as_json:
            outlooks = forecaster_of(found).outlooks(counted)
            sys.stdout.write(json.dumps(as_one(counted, outlooks), ensure_ascii=False, indent=2) + "\n")
            return
        console = Console()
        for body in found.bodies:
            console.print(body_panel(dict(counted.standings(body))))
        for kept in counted.quarantine():
            console.print(f"quarantined {kept['topic']}: {kept['findings'][0]['reason']}", style="bold", markup=False)
        if recorded.outcome and until is None:
            _compare(console, recorded.outcome, counted)


def as_one(night: CountedNight, outlooks: Mapping[BodyId, Outlook] = MappingProxyType({})) -> dict[str, Any]:
    """Put a whole night into one object: where the record ends, each body's standings, what is in quarantine."""
    stamp = night.stamp
    return {
        "election": night.election.id,
        "sequence": stamp.sequence,
        "digest": stamp.digest,
        "bodies": {body: night.standings(body, outlooks.get(body)) for body in night.election.bodies},
        "quarantine": night.quarantine(),
    }


def _compare(console: Console, outcome: Any, night: CountedNight) -> None:
    wrong = differences(outcome, {body: night.standings(body) for body in night.election.bodies})
    for difference in wrong:
        console.print(f"differs from the published outcome: {difference}", style="bold", markup=False)
    if not wrong:
        console.print("As published: seats, changes and votes equal the outcome recorded with the night.")
