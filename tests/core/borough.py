"""A made-up borough that votes on everything at once, and the words in which its count centres and its desk speak.

Wards elect their own (one of them two), a list follows the wards, a mayor is elected by supplementary vote, a board by
the single transferable vote, and a question is answered. `borough` covers all three areas, `riverside` two of them.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from service.counting import RULES
from service.election import Election
from service.folder import read_election
from service.ids import AreaId, ContestId
from service.messages import Count, raw_hash, read_count
from service.night import Changes, Night, Place, opening_of
from service.records import Message, follow

ELECTION_TOML = b"""
id = "borough-2024"
name = "The borough"
date = 2024-05-02
time_zone = "Europe/London"

[ranks]
returning-officer = 2
north-count = 1
south-count = 1
east-count = 1
second-count = 1

[[parties]]
id = "con"
name = "Conservative"
short = "Con"
colour = "#0087DC"

[[parties]]
id = "lab"
name = "Labour"
short = "Lab"
colour = "#E4003B"

[[parties]]
id = "ld"
name = "Liberal Democrats"
short = "LD"
colour = "#FAA61A"

[[parties]]
id = "alone"
name = "Somebody Alone"
short = "Alone"
colour = "#7F7F7F"
individual = true

[[parties]]
id = "others"
name = "Others"
short = "Oth"
colour = "#B0B0B0"
aggregate = true

[[areas]]
id = "north"
name = "North"
electorate = 1000

[[areas]]
id = "south"
name = "South"
electorate = 1000

[[areas]]
id = "east"
name = "East"
seats = 2

[[areas]]
id = "borough"
name = "The borough"
covers = ["*"]

[[areas]]
id = "riverside"
name = "Riverside"
covers = ["south", "east"]

[[contests]]
id = "ward"
name = "Wards"
rule = "plurality"
scope = "area"
areas = ["*"]

[[contests]]
id = "list"
name = "Borough-wide members"
rule = "additional-members-london"
seats = 3
scope = "whole"
choices = "parties"
parties = ["con", "lab", "ld", "alone", "others"]
follows = "ward"
areas = ["*", "borough", "riverside"]

[[contests]]
id = "mayor"
name = "The mayor"
rule = "supplementary-vote"
scope = "whole"
areas = ["*", "borough", "riverside"]

[[contests]]
id = "board"
name = "The board"
rule = "stv-scotland"
seats = 2
scope = "area"
areas = ["north"]

[[contests]]
id = "question"
name = "The question"
rule = "referendum"
scope = "whole"
areas = ["*"]
unlisted = "zero"

[[bodies]]
id = "council"
name = "Council"
contests = ["ward", "list"]
seats = 7
lines = [{ name = "majority", seats = 4 }]

[[bodies]]
id = "mayor"
name = "Mayor"
contests = ["mayor"]
seats = 1
office = true

[[bodies]]
id = "board"
name = "Board"
contests = ["board"]
seats = 2

[[bodies]]
id = "question"
name = "Question"
contests = ["question"]
seats = 1
office = true
"""

CANDIDATES_CSV = b"""contest,area,candidate,name,party,incumbent
ward,north,ash-con,Ada Ash,con,yes
ward,north,birch-lab,Ben Birch,lab,
ward,north,cedar-ld,Cy Cedar,ld,
ward,south,dell-con,Di Dell,con,
ward,south,elm-lab,Ed Elm,lab,yes
ward,east,fern-con,Flo Fern,con,yes
ward,east,gorse-con,Gus Gorse,con,
ward,east,hazel-lab,Hal Hazel,lab,yes
ward,east,ivy-lab,Ida Ivy,lab,
mayor,,king-con,Kit King,con,yes
mayor,,lane-lab,Lou Lane,lab,
mayor,,mead-ld,Max Mead,ld,
mayor,,nash-alone,Ned Nash,alone,
board,north,oak-con,Ola Oak,con,
board,north,pine-lab,Pat Pine,lab,
board,north,rowan-ld,Rae Rowan,ld,
question,,yes,Yes,con,
question,,no,No,lab,
"""

BASELINE_CSV = b"""baseline,contest,area,party,votes,seats,electorate,ballots
last,ward,north,con,300,1,,
last,ward,north,lab,200,0,,
last,ward,north,ld,100,0,,
last,ward,north,,,,1000,610
last,ward,south,con,200,0,,
last,ward,south,lab,400,1,,
last,ward,south,,,,1000,600
last,ward,east,con,900,2,,
last,ward,east,lab,600,0,,
last,list,borough,con,800,1,,
last,list,borough,lab,700,1,,
last,list,borough,ld,300,1,,
last,list,borough,alone,100,0,,
last,list,borough,others,100,0,,
last,mayor,borough,con,900,1,,
last,mayor,borough,lab,800,0,,
last,mayor,borough,ld,200,0,,
last,mayor,borough,alone,100,0,,
"""

FILES = {"election.toml": ELECTION_TOML, "candidates.csv": CANDIDATES_CSV, "baseline.csv": BASELINE_CSV}

FIRST_AT_US = 1_714_690_800_000_000
"""2 May 2024, 23:00 UTC: an hour after the polls closed."""


def election_of(
    *, toml: bytes = ELECTION_TOML, candidates: bytes = CANDIDATES_CSV, baseline: bytes = BASELINE_CSV
) -> Election:
    files = {"election.toml": toml, "candidates.csv": candidates, "baseline.csv": baseline}
    return read_election(files, rules=RULES)


BOROUGH = election_of()


def place(contest: str = "ward", area: str = "north") -> Place:
    return ContestId(contest), AreaId(area)


def said(contest: str = "ward", area: str = "north", **fields: Any) -> dict[str, Any]:
    """What a count centre says of an area; None leaves a field out."""
    count = {
        "contest": contest,
        "area": area,
        "revision": 1,
        "kind": "declaration",
        "issued_at": "2024-05-03T01:00:00+01:00",
        "source": "north-count",
        **fields,
    }
    return {name: value for name, value in count.items() if value is not None}


def sent(payload: Mapping[str, Any] | bytes, topic: str | None = None, *, at_us: int = FIRST_AT_US) -> Message:
    """The message with which something was said, on the topic of its area unless another is named."""
    if isinstance(payload, bytes):
        return Message(at_us, topic or "elections/borough-2024/counts/ward/north", payload)
    own = f"elections/borough-2024/counts/{payload.get('contest')}/{payload.get('area')}"
    return Message(at_us, topic or own, json.dumps(payload).encode())


def count(contest: str = "ward", area: str = "north", **fields: Any) -> Message:
    return sent(said(contest, area, **fields))


def desk(action: str, **fields: Any) -> Message:
    """A desk message."""
    decision = {"decision": 1, "who": "Desk", "why": "checked", "issued_at": "2024-05-03T02:00:00+01:00", **fields}
    payload = {name: value for name, value in decision.items() if value is not None}
    return sent(payload, f"elections/borough-2024/desk/{action}")


def apply(night: Night, message: Message) -> Changes:
    """Put a message on record after those before it, and apply it."""
    return night.apply(follow(night.last, message))


def night_of(*messages: Message, election: Election = BOROUGH, test: bool = False) -> Night:
    night = Night(election)
    apply(night, opening_of(election, test=test))
    for message in messages:
        apply(night, message)
    return night


def without_stamp(value: Any) -> Any:
    """Leave out what tells when and after which record something was published, at any depth."""
    if isinstance(value, Mapping):
        return {
            name: without_stamp(part) for name, part in value.items() if name not in ("sequence", "digest", "as_of")
        }
    return [without_stamp(part) for part in value] if isinstance(value, list | tuple) else value


def everything(night: Night) -> dict[str, Any]:
    """All that a night says of itself at this moment, without its stamp: equal nights say equal things."""
    places = [(contest.id, area) for contest in night.election.contests.values() for area in contest.areas]
    return {
        "standings": {body: without_stamp(night.standings(body)) for body in night.election.bodies},
        "results": {"/".join(at): without_stamp(night.result(at)) for at in places},
        "quarantine": without_stamp(night.quarantine()),
        "results in": sorted(night.results_in()),
    }


def codes(night: Night) -> list[str]:
    """The codes of everything that waits in quarantine."""
    return [finding["code"] for kept in night.quarantine() for finding in kept["findings"]]


def findings_at(night: Night, contest: str = "ward", area: str = "north") -> list[str]:
    """The codes shown with an area."""
    return [finding["code"] for finding in night.result(place(contest, area))["findings"]]


def content_of(message: Message) -> str:
    """The name of a message's content, as the desk finds it in quarantine and in receipts."""
    count = read_count(message.payload)
    return count.content() if isinstance(count, Count) else raw_hash(message.topic, message.payload)


def events(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Every event of a night."""
    night = night_of()
    return [event for message in messages for event in apply(night, message).events]
