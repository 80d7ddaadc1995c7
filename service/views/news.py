"""News: the events that are told to everybody, in words that are for everybody."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from service.findings import FINDINGS
from service.standings.wire import JSON

FOR_THE_DESK: Final = frozenset({"call_suggested", "call_suggestion_dropped", "without_effect"})
"""Events that are no news: what a model suggests is nobody's call, and what the desk did in vain is its own affair."""

AS_THINGS_STAND: Final = frozenset({"control"})
"""Who would control a body if no more came is no news: that it is certain, and that all is declared, is told."""


def aired(events: Iterable[JSON]) -> Sequence[JSON]:
    """Give the events that are news, in their order; what is certain anyway of a body that is complete is none."""
    every = list(events)
    complete = {(event["sequence"], event["body"]) for event in every if event["event"] == "complete"}
    return list(_aired(every, complete))


def _aired(events: Iterable[JSON], complete: set[tuple[int, str]]) -> Iterator[JSON]:
    for event in events:
        if event["event"] in FOR_THE_DESK | AS_THINGS_STAND:
            continue
        if event["event"] == "certain" and (event["sequence"], event["body"]) in complete:
            continue
        yield {**event, "text": kept_out_words(event)} if event["event"] == "quarantined" else event


def kept_out_words(event: JSON) -> str:
    """Say of a message that is kept out where and by what check; its figures are for the desk alone."""
    return f"{event['contest']}/{event['area']}: a message is kept out: {titles(event['codes'])}"


def titles(codes: Iterable[str]) -> str:
    """Name what was found, by its codes, each once."""
    once = dict.fromkeys(codes)
    return ", ".join(f"{FINDINGS[code].title} ({code})" if code in FINDINGS else code for code in once)
