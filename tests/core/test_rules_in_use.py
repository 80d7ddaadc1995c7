"""Rules as an election folder names them, from its files through the night to the standings; made-up elections."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.app import check_election
from service.counting import RULES
from service.election import Election
from service.folder import Problem, read_election
from service.ids import BodyId, CandidateId
from service.night import Changes, Night
from service.records import Message
from service.totals import Figures, add_up
from tests.core.borough import apply, codes, night_of, place

HEAD = """
id = "small"
name = "A small election"
date = 2024-05-02
time_zone = "Europe/London"
"""


def files(
    *contests: str,
    parties: str = "p q r",
    areas: str = "id,name\na,A\nb,B\nc,C\n",
    candidates: str = "",
    seats: int | None = None,
) -> dict[str, bytes]:
    """An election of one body, with these contests; a party called `ind` is one that stands for itself."""
    toml = [HEAD]
    for party in parties.split():
        toml.append(f'[[parties]]\nid = "{party}"\nname = "{party}"\nshort = "{party}"\ncolour = "#101010"')
        if party == "ind":
            toml.append("individual = true")
    toml.extend(f"[[contests]]\n{contest}" for contest in contests)
    ids = [contest.split('id = "')[1].split('"')[0] for contest in contests]
    toml.append(f'[[bodies]]\nid = "house"\nname = "House"\ncontests = {json.dumps(ids)}')
    if seats is not None:
        toml.append(f"seats = {seats}")
    return {
        "election.toml": "\n".join(toml).encode(),
        "areas.csv": areas.encode(),
        "candidates.csv": f"contest,area,candidate,name,party\n{candidates}".encode(),
    }


def contest(name: str, rule: str, **keys: str) -> str:
    rows = [f'id = "{name}"', f'name = "{name}"', f'rule = "{rule}"', 'unlisted = "zero"']
    return "\n".join(rows + [f"{key} = {value}" for key, value in keys.items()])


def election_of(folder: Mapping[str, bytes]) -> Election:
    return read_election(folder, rules=RULES)


def count(contest: str, area: str, votes: Mapping[str, int] | None = None, **fields: Any) -> Message:
    said: dict[str, Any] = {
        "contest": contest,
        "area": area,
        "revision": 1,
        "kind": "declaration",
        "issued_at": "2024-05-03T01:00:00+01:00",
        "source": "centre",
        **({} if votes is None else {"votes": votes}),
        **fields,
    }
    return Message(1_714_690_800_000_000, f"elections/small/counts/{contest}/{area}", json.dumps(said).encode())


def lot(contest: str, *order: str) -> Message:
    said = {
        "decision": 1,
        "who": "Returning officer",
        "why": "drawn",
        "issued_at": "2024-05-03T02:00:00+01:00",
        "contest": contest,
        "options": sorted(order),
        "order": order,
    }
    return Message(1_714_690_800_000_000, "elections/small/desk/lot", json.dumps(said).encode())


def house(night: Night) -> dict[str, Any]:
    return dict(night.standings(BodyId("house")))


def seats(standings: Mapping[str, Any]) -> dict[str, int]:
    return {row["party"]: row["seats"] for row in standings["parties"] if row["seats"]}


def seats_by_contest(standings: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    by_party = {row["party"]: row["seats_by_contest"] for row in standings["parties"]}
    contests = [row["contest"] for row in standings["contests"]]
    return {name: {party: held[name] for party, held in by_party.items() if held[name]} for name in contests}


CONSTITUENCIES = contest("constituency", "plurality", scope='"area"')
STANDING = "".join(f"constituency,{area},{party},{party},{party}\n" for area in "abc" for party in "pqr")


class TestListsOnTopOfConstituencies:
    def test_a_scottish_region_gives_its_seats_by_dhondt_on_top_of_constituencies(self) -> None:
        region = contest(
            "region",
            "additional-members-scotland",
            seats="3",
            scope='"whole"',
            choices='"parties"',
            parties='["p", "q", "r"]',
            follows='"constituency"',
        )
        election = election_of(files(CONSTITUENCIES, region, candidates=STANDING, seats=6))
        night = night_of(
            *(count("constituency", area, {winner: 10}) for area, winner in (("a", "p"), ("b", "q"), ("c", "q"))),
            *(
                count("region", area, votes)
                for area, votes in (("a", {"p": 400}), ("b", {"q": 700}), ("c", {"r": 250}))
            ),
            election=election,
        )
        # r 250, q 700 / 3, p 400 / 2, then q 175
        assert seats_by_contest(house(night)) == {
            "constituency": {"p": 1, "q": 2},
            "region": {"p": 1, "q": 1, "r": 1},
        }
        assert house(night)["complete"]

    def test_new_zealands_house_grows_by_overhang_and_its_majority_with_it(self) -> None:
        party_vote = contest(
            "party-vote",
            "mixed-member-new-zealand",
            seats="10",
            scope='"whole"',
            choices='"parties"',
            parties='["p", "q", "r"]',
            follows='"constituency"',
        )
        election = election_of(files(CONSTITUENCIES, party_vote, candidates=STANDING, seats=10))
        night = night_of(
            *(count("constituency", area, {winner: 10}) for area, winner in (("a", "q"), ("b", "r"), ("c", "r"))),
            *(count("party-vote", area, {"p": 250, "q": 225, "r": 20}) for area in "ab"),
            election=election,
        )
        assert not house(night)["complete"]
        apply(night, count("party-vote", "c", {"p": 0}))
        standings = house(night)
        # p and q are entitled to five seats each, r to none: it keeps the two that it won.
        assert seats_by_contest(standings) == {"constituency": {"q": 1, "r": 2}, "party-vote": {"p": 5, "q": 4}}
        assert standings["seats"] == {"total": 12, "filled": 12, "lines": [{"name": "majority", "seats": 7}]}
        assert (standings["complete"], standings["control"]) == (True, "none")
        assert standings["certain"]["control"] == "none"
        assert standings["next_in_line"]

    def test_while_overhang_may_come_no_majority_is_certain(self) -> None:
        party_vote = contest(
            "party-vote",
            "mixed-member-new-zealand",
            seats="4",
            scope='"whole"',
            choices='"parties"',
            parties='["p", "q", "r"]',
            follows='"constituency"',
        )
        election = election_of(files(CONSTITUENCIES, party_vote, candidates=STANDING, seats=4))
        night = night_of(*(count("constituency", area, {"p": 10}) for area in "abc"), election=election)
        assert house(night)["certain"]["seats"]["p"]["at_least"] == 3
        assert house(night)["certain"]["control"] is None


class TestLists:
    def lists(self, parameters: str) -> Election:
        lists = contest(
            "lists",
            "dhondt",
            seats="10",
            scope='"whole"',
            choices='"parties"',
            parties='["w", "x", "y", "z"]',
            parameters=parameters,
        )
        return election_of(files(lists, parties="w x y z", areas="id,name\na,A\n", seats=10))

    @pytest.mark.parametrize(
        "parameters, won",
        [
            ('{ threshold = "1/10" }', {"w": 1, "x": 6, "y": 3}),
            ('{ threshold = "0.09" }', {"w": 1, "x": 5, "y": 3, "z": 1}),
            ('{ threshold = "0.09", inclusive = false }', {"w": 1, "x": 6, "y": 3}),
        ],
    )
    def test_take_their_threshold_from_the_folder_exactly(self, parameters: str, won: dict[str, int]) -> None:
        night = night_of(count("lists", "a", {"w": 110, "x": 500, "y": 300, "z": 90}), election=self.lists(parameters))
        assert seats(house(night)) == won


class TestPapers:
    def counted(self, rule: str, number: int, papers: list[tuple[int, list[str]]]) -> Night:
        areas = f"id,name,seats\na,A,{number}\n"
        standing = "".join(f"board,a,{who},{who},{who}\n" for who in "pqr")
        election = election_of(
            files(contest("board", rule, scope='"area"'), areas=areas, candidates=standing, seats=number)
        )
        return night_of(count("board", "a", papers=papers), election=election)

    def test_run_off_elects_by_second_choices(self) -> None:
        night = self.counted("instant-run-off", 1, [(4, ["p"]), (3, ["q"]), (2, ["r", "q"])])
        assert seats(house(night)) == {"q": 1}
        assert house(night)["complete"]

    @pytest.mark.parametrize("rule", ["stv-scotland", "stv-northern-ireland", "stv-meek"])
    def test_are_transferred_under_each_book_of_rules(self, rule: str) -> None:
        night = self.counted(rule, 2, [(50, ["p", "r"]), (20, ["q"]), (15, ["r"])])
        # The quota is below 30: p's surplus of more than 20 goes to r, who passes q.
        assert seats(house(night)) == {"p": 1, "r": 1}
        assert night.result(place("board", "a"))["stages"]


class TestSeveralSeatsAcrossAreas:
    def test_go_to_the_candidates_with_most_votes_and_every_change_is_an_event(self) -> None:
        standing = "".join(
            f"council,,{who}-{party},Ann {who},{party}\n" for who, party in zip("jkl", "pqr", strict=True)
        )
        council = contest("council", "plurality", seats="2", scope='"whole"')
        election = election_of(files(council, candidates=standing, seats=2))
        night = night_of(count("council", "a", {"j-p": 30, "k-q": 20, "l-r": 10}), election=election)
        changes: Changes = apply(night, count("council", "b", {"l-r": 50}))
        assert [event["text"] for event in changes.events if event["event"] == "seat_changed_hands"] == [
            "council: one seat moves from Ann k to Ann l"
        ]
        assert seats(house(night)) == {"p": 1, "r": 1}


FIRST = contest("first", "plurality", scope='"area"')
SECOND = contest(
    "second",
    "mixed-member-germany-2023",
    seats="12",
    scope='"whole"',
    choices='"parties"',
    parties='["p", "q", "m"]',
    minorities='["m"]',
    follows='"first"',
    parameters="{ basic_seats = 3 }",
)
LANDS = "id,name,region\nn1,N1,North\nn2,N2,North\nn3,N3,North\ns1,S1,South\ns2,S2,South\n"
FIRST_STANDING = "".join(
    f"first,{area},{party},{party} candidate,{party}\n" for area in ("n1", "n2", "n3", "s1", "s2") for party in "pqm"
)
COUNTRY = files(
    FIRST,
    SECOND,
    parties="p q m ind",
    areas=LANDS,
    candidates=FIRST_STANDING + "first,s2,jones-ind,Jones,ind\n",
    seats=12,
)

WON = [
    count("first", "n1", {"p": 45, "q": 30, "m": 25}),
    count("first", "n2", {"p": 40, "q": 35, "m": 25}),
    count("first", "n3", {"p": 35, "q": 33, "m": 32}),
    count("first", "s1", {"q": 60, "p": 40}),
    count("first", "s2", {"jones-ind": 50, "q": 30, "p": 20}),
]
LISTED = [
    count("second", "n1", {"p": 300, "q": 300, "m": 60}),
    count("second", "n2", {}),
    count("second", "n3", {}),
    count("second", "s1", {"p": 200, "q": 410}),
    count("second", "s2", {}),
]


class TestWinnersWithinSecondVoteCover:
    """p, q and m (a minority, below 5%) share eleven seats 4 : 6 : 1, since Jones, alone, takes the twelfth.

    Of p's four seats two go to the North, where it won three constituencies.
    """

    def country(self, *messages: Message) -> Night:
        return night_of(*messages, election=election_of(COUNTRY))

    def test_seats_are_the_parties_by_second_votes_and_who_stands_alone_keeps_his(self) -> None:
        standings = house(self.country(*WON, *LISTED))
        assert seats(standings) == {"p": 4, "q": 6, "m": 1, "ind": 1}
        assert (standings["complete"], standings["seats"]["filled"], standings["control"]) == (True, 12, "none")
        assert len(standings["allocation"]) == 12

    def test_a_partys_seats_are_its_winners_with_a_seat_and_its_lists(self) -> None:
        assert seats_by_contest(house(self.country(*WON, *LISTED))) == {
            "first": {"p": 2, "q": 1, "ind": 1},
            "second": {"p": 2, "q": 5, "m": 1},
        }

    def test_the_winner_with_the_smallest_share_of_first_votes_goes_without(self) -> None:
        night = self.country(*WON, *LISTED)
        assert house(night)["without_seat"] == [
            {"contest": "first", "area": "n3", "name": "N3", "candidate": "p", "party": "p", "share": 0.35}
        ]
        result = night.result(place("first", "n3"))
        assert result["winner"] is not None
        assert (result["winner"]["candidate"], result["elected"], result["without_seat"]) == ("p", [], True)
        assert not any(row["elected"] for row in result["candidates"])
        result = night.result(place("first", "n2"))
        assert ([who["candidate"] for who in result["elected"]], result["without_seat"]) == (["p"], False)

    def test_nobody_is_elected_and_no_seat_filled_before_the_last_declaration(self) -> None:
        night = self.country(*WON, *LISTED[:-1])
        standings = house(night)
        assert (standings["complete"], standings["seats"]["filled"]) == (False, 0)
        result = night.result(place("first", "n1"))
        assert result["declared"]
        assert (result["elected"], [who["candidate"] for who in result["leading"]]) == ([], ["p"])
        changes = apply(night, LISTED[-1])
        assert changes.areas >= {place("first", area) for area in ("n1", "n2", "n3", "s1", "s2")}
        assert "complete" in {event["event"] for event in changes.events}

    def test_before_second_votes_are_in_no_seats_are_known(self) -> None:
        standings = house(self.country(*WON))
        assert {row["seats"] for row in standings["parties"]} == {None}
        assert (standings["without_seat"], standings["areas"]) == ([], {"declared": 5, "total": 5})

    def test_a_land_without_second_votes_yet_takes_nobodys_seat(self) -> None:
        standings = house(self.country(*WON, LISTED[3]))
        assert standings["without_seat"] == []
        assert seats_by_contest(standings)["first"] == {"q": 1, "ind": 1}

    def test_a_winner_who_loses_the_seat_or_has_it_after_all_is_an_event(self) -> None:
        night = self.country(*WON, *LISTED[:1])
        changes = apply(night, LISTED[3])
        assert [
            (event["area"], event["seated"], event["text"]) for event in changes.events if event["event"] == "cover"
        ] == [("n3", False, "N3: second votes do not cover the winner, who has no seat, as things stand")]
        assert place("first", "n3") in changes.areas
        changes = apply(night, count("second", "n2", {"p": 900}))
        assert [event["seated"] for event in changes.events if event["event"] == "cover"] == [True]

    def test_winning_is_said_without_saying_elected(self) -> None:
        changes = apply(self.country(), WON[0])
        declared = next(event for event in changes.events if event["event"] == "declared")
        assert (declared["elected"], [who["candidate"] for who in declared["won"]]) == ([], ["p"])

    def test_a_winner_announced_ahead_of_the_figures_waits_for_a_rank(self) -> None:
        rush = count("first", "n1", None, kind="rush", winner="p")
        night = self.country(rush, *WON[1:], *LISTED)
        assert (house(night)["complete"], house(night)["without_seat"]) == (False, [])
        apply(night, count("first", "n1", {"p": 45, "q": 30, "m": 25}))
        assert house(night)["complete"]

    def test_equal_shares_of_first_votes_wait_for_a_lot_between_the_constituencies(self) -> None:
        level = [WON[0], WON[1], count("first", "n3", {"p": 40, "q": 33, "m": 27}), *WON[3:]]
        night = self.country(*level, *LISTED)
        tie = house(night)["ties"][0]
        assert (tie["contest"], tie["options"], tie["at"]) == ("second", ["n2", "n3"], "cover")
        assert not house(night)["complete"]
        apply(night, lot("second", "n3", "n2"))
        assert codes(night) == []
        assert [row["area"] for row in house(night)["without_seat"]] == ["n2"]
        assert house(night)["complete"]

    def test_lists_that_are_level_for_a_partys_last_seat_wait_for_a_lot(self) -> None:
        level = [count("second", "n1", {"p": 300, "q": 100}), count("second", "s1", {"p": 300}), LISTED[1], LISTED[2]]
        night = self.country(*WON[:3], *level, count("second", "s2", {"q": 0}), WON[3], WON[4])
        tie = house(night)["ties"][0]
        assert (tie["options"], tie["at"]) == (["p/North", "p/South"], "land")
        apply(night, lot("second", "p/South", "p/North"))
        assert (codes(night), house(night)["ties"]) == ([], [])

    @pytest.mark.parametrize("options", [("p/North", "p/East"), ("n2", "n9"), ("p/North/x", "p")])
    def test_a_lot_among_what_is_not_there_is_kept_out(self, options: tuple[str, ...]) -> None:
        night = self.country()
        apply(night, lot("second", *options))
        assert len(codes(night)) > 0

    def test_a_lost_cover_shows_when_something_in_quarantine_would_bring_it(self) -> None:
        wrong = count("second", "n2", {"q": 2_000}, valid=1_000)
        night = self.country(*WON, *LISTED[:1], LISTED[3], wrong)
        doubt = house(night)["in_doubt"]
        assert doubt["could_change"] == "yes"
        changed = {(each["contest"], each["area"]): (each["was"], each["would_be"]) for each in doubt["changes"]}
        assert changed["first", "n2"] == (["p"], [])
        assert changed["second", None][0] == ["m 1", "p 2", "q 5"]

    @settings(deadline=None)
    @given(order=st.permutations([*WON, *LISTED]), known=st.integers(0, 10))
    def test_what_is_certain_stays_so_in_whatever_order_the_rest_comes(self, order: list[Message], known: int) -> None:
        certain = house(self.country(*order[:known]))["certain"]
        ended = seats(house(self.country(*order)))
        for party, bounds in certain["seats"].items():
            assert bounds["at_least"] <= ended.get(party, 0) <= bounds["at_most"]
        assert certain["control"] in (None, "none")

    @settings(deadline=None)
    @given(order=st.permutations([*WON, *LISTED]))
    def test_the_order_of_messages_changes_nothing(self, order: list[Message]) -> None:
        standings, expected = house(self.country(*order)), house(self.country(*WON, *LISTED))
        for name in standings.keys() - {"sequence", "digest", "as_of"}:
            assert standings[name] == expected[name], name


FIGURES = st.builds(
    lambda votes, lumped, rejected: Figures(
        votes={CandidateId(choice): number for choice, number in votes.items() if choice == "others" or not lumped},
        lumped=CandidateId("others") if lumped else None,
        rejected=rejected,
    ),
    st.fixed_dictionaries({choice: st.none() | st.integers(0, 9) for choice in ("p", "q", "others")}),
    st.booleans(),
    st.none() | st.integers(0, 9),
)


class TestSumsByRegion:
    @given(parts=st.lists(FIGURES, min_size=1, max_size=6), cut=st.integers(0, 6))
    def test_added_up_are_the_sum_of_all_areas(self, parts: list[Figures], cut: int) -> None:
        standing = [CandidateId(choice) for choice in ("p", "q", "others")]
        regions = [total for part in (parts[:cut], parts[cut:]) if (total := add_up(part, standing)) is not None]
        assert add_up(regions, standing) == add_up(parts, standing)


REPORTED = files(
    contest("seats", "reported", scope='"area"'),
    areas="id,name,body,seats\na,A,house,\n",
)


class TestSeatsAsReported:
    def test_stand_without_anybody_knowing_how_many_there_are(self) -> None:
        night = night_of(
            count("seats", "a", None, kind="partial", seats={"p": 2158, "q": 999}), election=election_of(REPORTED)
        )
        standings = house(night)
        assert seats(standings) == {"p": 2158, "q": 999}
        assert standings["seats"] == {"total": None, "filled": 0, "lines": []}
        assert (standings["control"], standings["complete"], standings["status"]) == (None, False, "counting")
        assert (standings["certain"]["seats"], standings["certain"]["control"]) == ({}, None)

    def test_are_compared_as_a_whole_without_gains_and_losses_apart(self) -> None:
        last = b"baseline,contest,area,party,seats\nlast,seats,a,p,1335\nlast,seats,a,q,1405\n"
        night = night_of(
            count("seats", "a", None, kind="partial", seats={"p": 2158, "q": 999}),
            election=election_of({**REPORTED, "baseline.csv": last}),
        )
        rows = {row["party"]: (row["change"], row["gains"], row["losses"]) for row in house(night)["parties"]}
        assert rows == {"p": (823, None, None), "q": (-406, None, None)}

    def test_are_filled_once_declared_and_still_no_control(self) -> None:
        night = night_of(count("seats", "a", None, seats={"p": 30}), election=election_of(REPORTED))
        assert house(night)["seats"] == {"total": None, "filled": 30, "lines": []}
        assert (house(night)["complete"], house(night)["control"]) == (True, None)

    def test_are_all_that_such_a_contest_takes(self) -> None:
        night = night_of(count("seats", "a", {}), election=election_of(REPORTED))
        assert codes(night) == ["E109"]

    def test_have_a_majority_where_the_number_of_seats_is_known(self) -> None:
        known = files(contest("seats", "reported", scope='"area"'), areas="id,name,seats\na,A,40\n", seats=40)
        night = night_of(count("seats", "a", None, seats={"p": 21, "q": 19}), election=election_of(known))
        assert (house(night)["control"], house(night)["complete"]) == ("p", True)
        night = night_of(count("seats", "a", None, seats={"p": 21, "q": 20}), election=election_of(known))
        assert codes(night) == ["E307"]


class TestAnElectionThatCannotBeCounted:
    def problems(self, tmp_path: Path, folder: Mapping[str, bytes]) -> list[Problem]:
        for name, content in folder.items():
            (tmp_path / name).write_bytes(content)
        found = check_election(tmp_path)
        return [] if isinstance(found, Election) else list(found)

    def line(self, folder: Mapping[str, bytes], number: int) -> str:
        return folder["election.toml"].decode().splitlines()[number - 1]

    def test_is_none_of_those_above(self, tmp_path: Path) -> None:
        assert self.problems(tmp_path, COUNTRY) == []

    @pytest.mark.parametrize(
        "rule, keys, line, found",
        [
            ("dhondt", {"parameters": '{ threshold = "5 %" }'}, "parameters = ", "threshold must be a share"),
            ("dhondt", {"parameters": '{ treshold = "1/20" }'}, "parameters = ", "treshold"),
            ("mixed-member-new-zealand", {"parameters": '{ threshold = "2" }'}, "parameters = ", "from 0 to below 1"),
            ("dhondt", {"scope": '"area"'}, 'scope = "area"', "dhondt in each area"),
            ("dhondt", {"choices": '"candidates"'}, 'choices = "candidates"', "dhondt among candidates"),
            ("stv-meek", {"choices": '"candidates"'}, 'scope = "whole"', "stv-meek, areas adding up"),
            ("referendum", {"choices": '"candidates"', "seats": "2"}, "seats = 2", "fills one seat"),
            ("mixed-member-germany-2023", {}, 'rule = "mixed', "follows none"),
            ("mixed-member-germany-2023", {"follows": '"constituency"'}, "[[contests]]", "a has no region"),
            ("dhondt", {"follows": '"other"'}, 'follows = "other"', "whose areas add up"),
        ],
    )
    def test_is_refused_with_file_and_line(
        self, tmp_path: Path, rule: str, keys: dict[str, str], line: str, found: str
    ) -> None:
        other = contest("other", "referendum", scope='"whole"')
        lists = {"seats": "3", "scope": '"whole"', "choices": '"parties"', "parties": '["p", "q"]', **keys}
        folder = files(CONSTITUENCIES, other, contest("lists", rule, **lists), candidates=STANDING, seats=6)
        problems = [problem for problem in self.problems(tmp_path, folder) if found in problem.found]
        assert [problem.file for problem in problems] == ["election.toml"], self.problems(tmp_path, folder)
        assert self.line(folder, problems[0].line).startswith(line)

    def test_names_parameters_of_the_wrong_type(self, tmp_path: Path) -> None:
        lists = contest("lists", "dhondt", scope='"whole"', parameters="{ threshold = 0.05 }")
        problems = self.problems(tmp_path, files(lists, seats=3))
        assert {problem.file for problem in problems} == {"election.toml"}

    def test_needs_the_number_of_seats_where_lines_or_an_office_depend_on_it(self, tmp_path: Path) -> None:
        folder = files(contest("seats", "reported", scope='"area"'))
        toml = folder["election.toml"] + b'\nlines = [{ name = "majority", seats = 3 }]\n'
        problems = self.problems(tmp_path, {**folder, "election.toml": toml})
        assert [problem.found for problem in problems] == ["body house: no seats"]

    def test_names_a_minority_that_does_not_stand(self, tmp_path: Path) -> None:
        toml = COUNTRY["election.toml"].replace(b'minorities = ["m"]', b'minorities = ["ind"]')
        problems = self.problems(tmp_path, {**COUNTRY, "election.toml": toml})
        assert [problem.found for problem in problems] == ["contest second: minority 'ind'"]
