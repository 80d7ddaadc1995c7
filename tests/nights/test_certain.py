"""Certain is arithmetic: whatever was called certain at any moment of a real night, the night ended within it."""

import pytest

from service.adapters.library import default_config
from service.app import as_records, election_of, find_night, messages_of
from service.night import Night

NIGHTS = ["london-2004", "london-2012", "london-2021", "glasgow-2012", "mayoral-referendums-2012"]


@pytest.mark.parametrize("name", NIGHTS)
def test_the_night_ends_within_what_was_certain_at_every_moment(name: str) -> None:
    config = default_config()
    recorded = find_night(name, config)
    messages = list(messages_of(recorded))
    election = election_of(recorded, messages, config)
    night = Night(election)
    said = []
    for record in as_records(election, messages, test=False):
        night.apply(record)
        said.append({body: night.standings(body)["certain"] for body in election.bodies})
    for body in election.bodies:
        final = night.standings(body)
        ended = {row["party"]: row["seats"] or 0 for row in final["parties"]}
        for sequence, certain in enumerate((moment[body] for moment in said), start=1):
            for party, seats in certain["seats"].items():
                assert seats["at_least"] <= ended.get(party, 0) <= seats["at_most"], (body, sequence, party)
            assert certain["control"] in (None, final["control"]), (body, sequence)
            assert certain["elected"] in (None, final["elected"]), (body, sequence)


def test_the_last_list_seats_of_2021_become_certain_only_with_the_last_papers() -> None:
    config = default_config()
    recorded = find_night("london-2021", config)
    messages = list(messages_of(recorded))
    election = election_of(recorded, messages, config)
    night = Night(election)
    ranges = []
    for record in as_records(election, messages, test=False):
        night.apply(record)
        ranges.append(night.standings(next(iter(election.bodies)))["certain"]["seats"]["green"])
    # City & East's 637,319 electors are the last to be counted; 13 areas in, the Greens have 2 to 8 seats for certain.
    assert ranges[40] == {"at_least": 2, "at_most": 8}
    assert ranges[41] == {"at_least": 3, "at_most": 3}
