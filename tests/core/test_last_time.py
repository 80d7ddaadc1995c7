"""What stands held against last time: moves of seats, mean shares, and parties that "others" may hide."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app import as_records
from service.counting import RULES
from service.election import Election
from service.folder import read_election
from service.ids import BodyId, PartyId
from service.night import Night
from service.records import Message
from service.standings.contest import Moves
from service.standings.shares import Swing, butler_swing, mean_share
from service.standings.wire import PartyOut

PARTIES = [PartyId(name) for name in ("con", "lab", "ld")]

ELECTION = b"""
id = "two-seats"
name = "Two seats"
date = 2024-05-02
time_zone = "Europe/London"
parties = [
  { id = "con", name = "Conservative", short = "Con", colour = "#0087DC" },
  { id = "lab", name = "Labour", short = "Lab", colour = "#E4003B" },
  { id = "ukip", name = "UK Independence Party", short = "UKIP", colour = "#70147A" },
  { id = "others", name = "Others", short = "Oth", colour = "#B0B0B0", aggregate = true },
]
areas = [{ id = "north", name = "North" }, { id = "south", name = "South" }]
contests = [{ id = "seat", name = "Members", rule = "plurality", scope = "area" }]
bodies = [{ id = "house", name = "The house", contests = ["seat"], seats = 2 }]
"""

CANDIDATES = b"""contest,area,candidate,name,party,incumbent
seat,north,ash-con,Ann Ash,con,
seat,north,birch-lab,Bob Birch,lab,
seat,north,cedar-ukip,Cy Cedar,ukip,
seat,south,dogwood-con,Di Dogwood,con,
seat,south,elm-lab,Ed Elm,lab,
"""

NOW = [("con", 50), ("lab", 30), ("ld", 20)]
BEFORE = [("con", 40), ("lab", 50), ("ld", 0), ("others", 10)]

HEAD = "baseline,contest,area,party,votes,seats,electorate,ballots"
NORTH = ("north,con,500", "north,lab,300", "north,ukip,100", "north,others,100")

COUNTS = {
    "north": b'{"contest":"seat","area":"north","revision":1,"kind":"declaration","source":"north-count",'
    b'"issued_at":"2024-05-02T23:00:00Z","votes":{"ash-con":450,"birch-lab":350,"cedar-ukip":200}}',
    "south": b'{"contest":"seat","area":"south","revision":1,"kind":"declaration","source":"south-count",'
    b'"issued_at":"2024-05-02T23:00:00Z","votes":{"dogwood-con":300,"elm-lab":700}}',
    "south, nobody": b'{"contest":"seat","area":"south","revision":1,"kind":"declaration","source":"south-count",'
    b'"issued_at":"2024-05-02T23:00:00Z","votes":{"dogwood-con":0,"elm-lab":0}}',
}


def two_seats(*baseline: str) -> Election:
    lines = "\n".join([HEAD, *(f"last,seat,{row},,," for row in baseline), ""])
    files = {"election.toml": ELECTION, "candidates.csv": CANDIDATES, "baseline.csv": lines.encode()}
    return read_election(files, rules=RULES.keys())


def parties(election: Election, *names: str) -> dict[str, PartyOut]:
    night = Night(election)
    messages = [Message(1, f"elections/two-seats/counts/seat/{name.split(',')[0]}", COUNTS[name]) for name in names]
    for record in as_records(election, messages, test=False):
        night.apply(record)
    assert night.quarantine() == []
    return {row["party"]: row for row in night.standings(BodyId("house"))["parties"]}


def change(election: Election, party: str) -> float | None:
    return parties(election, "north", "south")[party]["votes"]["seat"]["change_points"]


class TestAPartyAmongTheOthersOfLastTime:
    def test_is_compared_where_it_has_a_line_in_every_area_that_is_in(self) -> None:
        election = two_seats(*NORTH, "south,con,400", "south,lab,500", "south,ukip,50", "south,others,50")
        assert change(election, "ukip") == 2.5  # 200 of 2,000 votes after 150 of 2,000

    def test_is_not_compared_where_it_may_be_among_them(self) -> None:
        election = two_seats(*NORTH, "south,con,400", "south,lab,500", "south,others,100")
        assert change(election, "ukip") is None

    def test_had_no_votes_where_there_were_no_others(self) -> None:
        election = two_seats(*NORTH, "south,con,400", "south,lab,600")
        assert change(election, "ukip") == 5.0  # 200 of 2,000 after 100 of 2,000

    @pytest.mark.parametrize("party, points", [("con", -7.5), ("lab", 12.5)])
    def test_leaves_the_others_votes_in_the_sum(self, party: str, points: float) -> None:
        election = two_seats(*NORTH, "south,con,400", "south,lab,500", "south,others,100")
        assert change(election, party) == points  # of 2,000 votes both times


class TestSwing:
    def test_is_between_parties_that_stood_both_times(self) -> None:
        now, before = ({PartyId(name): Fraction(share, 100) for name, share in shares} for shares in (NOW, BEFORE))
        assert butler_swing(now, before, PARTIES[0], PARTIES[1]) == Swing(PARTIES[1], PARTIES[0], Fraction(15))

    def test_is_none_against_a_party_that_had_no_votes(self) -> None:
        now, before = ({PartyId(name): Fraction(share, 100) for name, share in shares} for shares in (NOW, BEFORE))
        assert butler_swing(now, before, PARTIES[0], PARTIES[2]) is None


class TestMeanShares:
    @given(
        st.lists(
            st.integers(1, 60_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))), min_size=1
        )
    )
    def test_are_the_sum_of_the_shares_by_their_number(self, parts: list[tuple[int, int]]) -> None:
        assert mean_share(parts) == sum(Fraction(votes, total) for votes, total in parts) / len(parts)

    def test_leave_out_an_area_in_which_nobody_voted(self) -> None:
        rows = parties(two_seats(), "north", "south, nobody")
        assert rows["con"]["votes"]["seat"]["average_share"] == 0.45


class TestMoves:
    @given(
        st.lists(
            st.tuples(
                st.dictionaries(st.sampled_from(PARTIES), st.integers(0, 3)),
                st.dictionaries(st.sampled_from(PARTIES), st.integers(0, 3)),
            )
        )
    )
    def test_add_up_what_each_area_gained_and_lost(
        self, pairs: list[tuple[dict[PartyId, int], dict[PartyId, int]]]
    ) -> None:
        moves = Moves.between(pairs)
        gains: Counter[PartyId] = Counter()
        losses: Counter[PartyId] = Counter()
        for before, now in pairs:
            gains += Counter(now) - Counter(before)
            losses += Counter(before) - Counter(now)
        assert (moves.gains, moves.losses) == (gains, losses)
