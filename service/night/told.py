"""What follows from standings as they are published, not from one record: that something is certain, or suggested.

Whoever publishes keeps a `Told`, hears after a restart what was told before it, and so tells each thing once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from service.ids import BodyId
from service.messages import NOBODY, content_hash
from service.night.events import Event
from service.projection.calls import KEPT_FROM, Call
from service.standings import StandingsOut

Certain = tuple[str | None, str | None]
"""Control and office of a body, where they can no longer change."""

Suggestion = dict[str, Any]
"""What is suggested, as it stands in an event."""


UNSURE: Final = "the model is no longer sure"
"""Why a suggestion is dropped for good. For any other reason it is suspended: it comes back if the model kept to it."""

NAMED_MAX: Final = 3
"""Suggestions named in an event's sentence; the others are counted there, and all are listed beside it."""


class Told:
    """Which of these things the events have told so far."""

    def __init__(self) -> None:
        self._certain: Final[dict[str, Certain]] = {}
        self._suggested: Final[dict[str, dict[Call, Suggestion]]] = {}
        self._suspended: Final[dict[str, dict[Call, Suggestion]]] = {}
        self._times: Final[Counter[str]] = Counter()

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take note of an event that was published before a restart."""
        body = str(event.get("body"))
        match event["event"]:
            case "certain":
                self._certain[body] = event["control"], event["elected"]
            case "call_suggested":
                for each in event["calls"]:
                    self._suggested.setdefault(body, {})[_call(each)] = each
                    self._suspended.get(body, {}).pop(_call(each), None)
            case "call_suggestion_dropped":
                for each in event["calls"]:
                    self._suggested.get(body, {}).pop(_call(each), None)
                    if each["because"] != UNSURE:
                        self._suspended.setdefault(body, {})[_call(each)] = _suggestion(each)
            case _:
                return
        self._times[_thing(event)] += 1

    def suggested(self, body: BodyId) -> frozenset[Call]:
        """Give what was suggested last of a body: a model keeps to that unless it has changed its mind."""
        return frozenset(self._suggested.get(body, {}))

    def suspended(self, body: BodyId) -> frozenset[Call]:
        """Give what was suggested of a body until something spoke against it, doubt say, and may be again."""
        return frozenset(self._suspended.get(body, {}))

    def tell(self, standings: StandingsOut) -> Iterator[Event]:
        """Tell what is new in a body's standings. What is declared or called meanwhile needs no word here."""
        for event in (*self._what_is_certain(standings), *self._what_is_suggested(standings)):
            self._times[_thing(event)] += 1
            name = f"{_thing(event)}-{self._times[_thing(event)]}"
            stamp = {"sequence": standings["sequence"], "as_of": standings["as_of"]}
            yield {"election": standings["election"], "id": name, **stamp, **event}

    def _what_is_certain(self, standings: StandingsOut) -> Iterator[Event]:
        if standings["status"] == "waiting":
            return  # what is certain with nothing in is no news
        if standings["complete"] or standings["elected"] is not None:
            return  # declared: that is the returning officer's word, and it has been told
        body, certain = standings["body"], standings["certain"]
        now = certain["control"], certain["elected"]
        before, self._certain[body] = self._certain.get(body, (None, None)), now
        if now not in (before, (None, None)):
            yield _certain_event(standings)

    def _what_is_suggested(self, standings: StandingsOut) -> Iterator[Event]:
        """Tell of many suggestions at once: a projection may have hundreds, and declarations wait behind events."""
        body, name = standings["body"], standings["name"]
        entries = {_call(entry): entry for entry in standings["calls"] if entry["status"] == "suggested"}
        before = self._suggested.get(body, {})
        now = {call: before.get(call) or _suggestion(entry) for call, entry in entries.items()}
        self._suggested[body] = now
        waiting = self._suspended.get(body, {}) | before
        self._suspended[body] = {
            call: said for call, said in waiting.items() if call not in now and _may_return(standings, call, said)
        }
        fresh = [said for call, said in now.items() if call not in before]
        gone = [(call, said) for call, said in before.items() if call not in now and _is_open(standings, call, said)]
        if fresh:
            text = f"{name}: suggested to the desk, not called: {_named(standings, fresh)}"
            yield {"event": "call_suggested", "body": body, "calls": fresh, "text": text}
        if gone:
            dropped = [_dropped(standings, call, said) for call, said in gone]
            reasons = ", ".join(sorted({str(each["because"]) for each in dropped}))
            text = f"{name}: no longer suggested to the desk: {_named(standings, dropped)}: {reasons}"
            yield {"event": "call_suggestion_dropped", "body": body, "calls": dropped, "text": text}


def _call(entry: Mapping[str, Any]) -> Call:
    """Read an event or an entry of standings as the projected call that it was made from."""
    match entry["of"]:
        case "area":
            return Call("area", entry["area"], entry["party"])
        case "largest":
            return Call("largest", None, entry["party"])
        case _:
            return Call("majority", None, entry["party"])


def _thing(event: Mapping[str, Any]) -> str:
    """Name what an event tells, the same whenever it tells just that."""
    if "calls" in event:
        told = sorted((each["of"], each["area"] or "", each["party"]) for each in event["calls"])
        return f"{event['event']}-{event['body']}-{content_hash(told)}"
    return f"{event['event']}-{event['body']}-{event.get('elected') or event.get('control')}"


def _certain_event(standings: StandingsOut) -> Event:
    """Say that the control of a body or the winner of an office can no longer change."""
    certain = standings["certain"]
    names = {row["party"]: row["name"] for row in standings["parties"]}
    names |= {row["candidate"]: row["name"] for row in standings["candidates"]}
    who = certain["elected"] or certain["control"]
    return {
        "event": "certain",
        "body": standings["body"],
        "control": certain["control"],
        "elected": certain["elected"],
        "text": f"{standings['name']}: {names.get(who or '', 'no overall control')} certain, whatever is still to come",
    }


def _suggestion(entry: Mapping[str, Any]) -> Suggestion:
    return {name: entry[name] for name in ("of", "contest", "area", "name", "candidate", "party", "chance")}


def _named(standings: StandingsOut, suggestions: Sequence[Suggestion]) -> str:
    """Name the first of them in words, and count the others."""
    what = {"largest": ", largest party", "control": ", control"}
    short = {row["party"]: row["short"] for row in standings["parties"]} | {NOBODY: "nobody"}
    named = [f"{each['name']}{what.get(each['of'], '')} ({short[each['party']]})" for each in suggestions[:NAMED_MAX]]
    more = len(suggestions) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _dropped(standings: StandingsOut, call: Call, suggestion: Suggestion) -> Suggestion:
    chance = _chance(standings, call)
    if standings["projection"] is None:
        because = standings["withheld"] or "nothing is projected"
    elif chance is not None and chance >= KEPT_FROM:
        because = "something there is in doubt"
    else:
        because = UNSURE
    return {**suggestion, "chance": chance, "because": because}


def _may_return(standings: StandingsOut, call: Call, suggestion: Suggestion) -> bool:
    return _is_open(standings, call, suggestion) and _dropped(standings, call, suggestion)["because"] != UNSURE


def _chance(standings: StandingsOut, call: Call) -> float | None:
    if call.area is not None:
        # Left out are areas of which a model is quite sure.
        areas = standings["projection"]["areas"] if standings["projection"] is not None else {}
        return areas[call.area].get(call.party, 0.0) if call.area in areas else 1.0
    if call.party == NOBODY:
        return standings["projection"]["no_majority"] if standings["projection"] is not None else None
    own = next((row["projection"] for row in standings["parties"] if row["party"] == call.party), None)
    return None if own is None else own["largest"] if call.of == "largest" else own["majority"]


def _is_open(standings: StandingsOut, call: Call, suggestion: Suggestion) -> bool:
    """Say whether nobody has answered meanwhile what had been suggested."""
    answered = {_call(entry) for entry in standings["calls"] if entry["status"] != "suggested"}
    if any((one.of, one.area) == (call.of, call.area) for one in answered):
        return False
    if call.area is not None:
        return any((row["contest"], row["area"]) == (suggestion["contest"], call.area) for row in standings["pending"])
    return not standings["complete"] and standings["elected"] is None
