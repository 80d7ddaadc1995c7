"""What follows from standings as they are published, not from one record: that something is certain, or suggested.

Whoever publishes keeps a `Told`, hears after a restart what was told before it, and so tells each thing once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.ids import BodyId
from service.night.events import Event
from service.projection.calls import KEPT_FROM, Call
from service.standings import StandingsOut
from service.standings.wire import CallOut

Certain = tuple[str | None, str | None]
"""Control and office of a body, where they can no longer change."""


class Told:
    """Which of these things the events have told so far."""

    def __init__(self) -> None:
        self._certain: Final[dict[str, Certain]] = {}
        self._suggested: Final[dict[str, dict[Call, Event]]] = {}
        self._times: Final[Counter[str]] = Counter()

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take note of an event that was published before a restart."""
        body = str(event.get("body"))
        match event["event"]:
            case "certain":
                self._certain[body] = event["control"], event["elected"]
            case "call_suggested":
                self._suggested.setdefault(body, {})[_call(event)] = dict(event)
            case "call_suggestion_dropped":
                self._suggested.get(body, {}).pop(_call(event), None)
            case _:
                return
        self._times[_thing(event)] += 1

    def suggested(self, body: BodyId) -> frozenset[Call]:
        """Give what was suggested last of a body: a model keeps to that unless it has changed its mind."""
        return frozenset(self._suggested.get(body, {}))

    def tell(self, standings: StandingsOut) -> Iterator[Event]:
        """Tell what is new in a body's standings. What is declared or called meanwhile needs no word here."""
        for event in (*self._what_is_certain(standings), *self._what_is_suggested(standings)):
            self._times[_thing(event)] += 1
            name = f"{_thing(event)}-{self._times[_thing(event)]}"
            yield {"election": standings["election"], "id": name, **_stamp(standings), **event}

    def _what_is_certain(self, standings: StandingsOut) -> Iterator[Event]:
        if standings["status"] == "waiting":
            return  # what is certain with nothing in is no news
        body, certain = standings["body"], standings["certain"]
        now = certain["control"], certain["elected"]
        before, self._certain[body] = self._certain.get(body, (None, None)), now
        if now not in (before, (None, None)):
            yield _certain_event(standings)

    def _what_is_suggested(self, standings: StandingsOut) -> Iterator[Event]:
        body = standings["body"]
        entries = {_call(entry): entry for entry in standings["calls"] if entry["status"] == "suggested"}
        before = self._suggested.get(body, {})
        now = {call: before.get(call) or _suggestion(entry) for call, entry in entries.items()}
        self._suggested[body] = now
        yield from (event for call, event in now.items() if call not in before)
        for call, event in before.items():
            if call not in now and _is_open(standings, call, event):
                yield _dropped(standings, call, event)


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
    who = event.get("party") or event.get("elected") or event.get("control")
    parts = (event["event"], event["body"], event.get("of"), event.get("area"), who)
    return "-".join(str(part) for part in parts if part is not None)


def _stamp(standings: StandingsOut) -> dict[str, Any]:
    return {"sequence": standings["sequence"], "as_of": standings["as_of"]}


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


def _suggestion(entry: CallOut) -> Event:
    about = {name: entry[name] for name in ("of", "contest", "area", "body", "name", "candidate", "party", "chance")}
    who = entry["candidate_name"] or entry["party"]
    what = {"largest": ", largest party", "control": ", control"}.get(entry["of"], "")
    chance = "" if entry["chance"] is None else f" ({100 * entry['chance']:.1f} %)"
    text = f"{entry['name']}{what}: suggested to the desk, not called: {who}{chance}"
    return {"event": "call_suggested", **about, "text": text}


def _dropped(standings: StandingsOut, call: Call, suggestion: Event) -> Event:
    chance = _chance(standings, call)
    if standings["projection"] is None:
        because = standings["withheld"] or "nothing is projected"
    elif chance is not None and chance >= KEPT_FROM:
        because = "something there is in doubt"
    else:
        because = "the model is no longer sure"
    about = {name: suggestion[name] for name in ("of", "contest", "area", "body", "name", "candidate", "party")}
    text = f"{suggestion['name']}: no longer suggested to the desk: {suggestion['party']}, since {because}"
    return {"event": "call_suggestion_dropped", **about, "chance": chance, "because": because, "text": text}


def _chance(standings: StandingsOut, call: Call) -> float | None:
    if call.area is not None:
        areas = standings["projection"]["areas"] if standings["projection"] is not None else {}
        return areas.get(call.area, {}).get(call.party)
    own = next((row["projection"] for row in standings["parties"] if row["party"] == call.party), None)
    return None if own is None else own["largest"] if call.of == "largest" else own["majority"]


def _is_open(standings: StandingsOut, call: Call, suggestion: Event) -> bool:
    """Say whether nobody has answered meanwhile what had been suggested."""
    answered = {_call(entry) for entry in standings["calls"] if entry["status"] != "suggested"}
    if any((one.of, one.area) == (call.of, call.area) for one in answered):
        return False
    if call.area is not None:
        return any((row["contest"], row["area"]) == (suggestion["contest"], call.area) for row in standings["pending"])
    return not standings["complete"] and standings["elected"] is None
