"""`recount`: count a recorded night anew, with no broker and no clock."""

import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console

from service.app import forecaster_of
from service.app import recount as count_anew
from service.cli.nights import open_night
from service.cli.options import Config, ElectionOption, Night, Test, plain_errors
from service.ids import BodyId
from service.night import Night as CountedNight
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
        opened = open_night(night, election=election, config=config, until=until, test=test)
        found = opened.election
        counted = count_anew(found, opened.messages, test=opened.test)
        outlooks = forecaster_of(found).outlooks(counted)
        if as_json:
            # Where a character cannot be printed it is escaped: replaced, it would be another name.
            escape = sys.stdout.encoding.lower() not in {"utf-8", "utf8"}
            sys.stdout.write(json.dumps(as_one(counted, outlooks), ensure_ascii=escape, indent=2) + "\n")
            return
        console = Console()
        for body in found.bodies:
            console.print(body_panel(dict(counted.standings(body, outlooks.get(body)))))
        for kept in counted.quarantine():
            console.print(f"quarantined {kept['topic']}: {kept['findings'][0]['reason']}", style="bold", markup=False)
        if opened.recorded.outcome and until is None:
            _compare(console, opened.recorded.outcome, counted)


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
