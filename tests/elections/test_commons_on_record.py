"""The House of Commons 2015, 2017 and 2019: files, and standings counted from them, held against what was printed.

What each constituency was printed as ("Con gain from LD") is in commons_printed.csv; literals are published totals.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from service.app import election_of, find_night, messages_of, recount
from service.ids import AreaId, BodyId, ContestId
from service.night import Night as CountedNight
from service.standings import ResultOut, StandingsOut
from service.standings.published import differences
from tests.elections.night_files import COMMONS, CONFIG, Night, read

CONSTITUENCY = ContestId("constituency")

PRINTED = CONFIG.parent / "tests" / "elections" / "commons_printed.csv"

NAMES = {
    "con": "Con",
    "lab": "Lab",
    "ld": "LD",
    "snp": "SNP",
    "ukip": "UKIP",
    "green": "Green",
    "pc": "PC",
    "dup": "DUP",
    "sf": "SF",
    "uup": "UUP",
    "sdlp": "SDLP",
    "alliance": "Alliance",
    "ind": "Ind",
    "speaker": "Spk",
}

every_night = pytest.mark.parametrize("night_id", COMMONS)


@cache
def printed(night_id: str) -> dict[str, dict[str, str]]:
    """Give what was printed of each constituency: `result`, and `majority` but for 2015."""
    year = night_id.removeprefix("commons-")
    lines = (line for line in PRINTED.read_text().splitlines() if not line.startswith("#"))
    return {
        row["area"]: {name.removesuffix(f"_{year}"): text for name, text in row.items() if name.endswith(year)}
        for row in csv.DictReader(lines)
    }


@cache
def counted(night_id: str) -> CountedNight:
    night = find_night(night_id, CONFIG)
    messages = list(messages_of(night))
    return recount(election_of(night, messages, CONFIG), messages)


@cache
def standings(night_id: str) -> StandingsOut:
    return counted(night_id).standings(BodyId("commons"))


def results(night_id: str) -> Iterable[ResultOut]:
    night = counted(night_id)
    return (night.result((CONSTITUENCY, area)) for area in night.election.reporting(CONSTITUENCY))


def rows(night_id: str) -> dict[str, Any]:
    return {row["party"]: row for row in standings(night_id)["parties"]}


def party_votes(night: Night, count: Mapping[str, Any]) -> Counter[str]:
    standing = night.choices("constituency", count["area"])
    total: Counter[str] = Counter()
    for candidate, votes in count["votes"].items():
        total[standing[candidate]] += votes
    return total


def declared(night: Night) -> list[tuple[str, str]]:
    """Give areas with their local time of declaration, in order."""
    return [
        (count["area"], f"{datetime.fromisoformat(count['issued_at']):%d %H:%M}")
        for count in night.counts("constituency")
    ]


class TestTheFiles:
    @every_night
    def test_have_the_same_constituencies_as_the_election_before(self, night_id: str) -> None:
        assert read(night_id).areas.keys() == read("commons-2015").areas.keys() == printed(night_id).keys()
        assert len(read(night_id).areas) == 650

    @every_night
    def test_declare_every_constituency_once_and_complete(self, night_id: str) -> None:
        night = read(night_id)
        assert Counter(count["area"] for count in night.counts("constituency")) == dict.fromkeys(night.areas, 1)
        for count in night.counts("constituency"):
            assert count["kind"] == "declaration"
            assert count["votes"].keys() == night.candidates["constituency", count["area"]].keys()
            assert {"valid", "rejected", "ballots", "electorate"} <= count.keys()

    @pytest.mark.parametrize(
        "night_id, candidates, valid, rejected",
        [
            ("commons-2015", 3_971, 30_697_525, 102_639),
            ("commons-2017", 3_304, 32_204_184, 74_188),
            ("commons-2019", 3_320, 32_014_110, 117_919),
        ],
    )
    def test_add_up_to_the_printed_totals(self, night_id: str, candidates: int, valid: int, rejected: int) -> None:
        counts = list(read(night_id).counts("constituency"))
        assert sum(len(count["votes"]) for count in counts) == candidates
        assert sum(count["valid"] for count in counts) == valid
        assert sum(count["rejected"] for count in counts) == rejected

    @every_night
    def test_have_the_register_on_which_the_election_was_held(self, night_id: str) -> None:
        night = read(night_id)
        for count in night.counts("constituency"):
            assert count["electorate"] == int(night.areas[count["area"]]["electorate"])

    @pytest.mark.parametrize(
        "night_id, offset, first, last",
        [
            ("commons-2015", 1, ("houghton-and-sunderland-south", "07 22:48"), ("st-ives", "08 15:26")),
            ("commons-2017", 1, ("newcastle-upon-tyne-central", "08 23:01"), ("kensington", "09 21:03")),
            ("commons-2019", 0, ("newcastle-upon-tyne-central", "12 23:27"), ("st-ives", "13 14:52")),
        ],
    )
    def test_declare_first_and_last_when_printed(
        self, night_id: str, offset: int, first: tuple[str, str], last: tuple[str, str]
    ) -> None:
        order = declared(read(night_id))
        assert (order[0], order[-1]) == (first, last)
        for count in read(night_id).counts("constituency"):
            assert datetime.fromisoformat(count["issued_at"]).utcoffset() == timedelta(hours=offset)

    def test_declare_early_and_late_in_2015_as_the_press_printed(self) -> None:
        """City A.M., 8 June 2017, prints the ten earliest and the ten before the last."""
        order = declared(read("commons-2015"))
        assert order[:10] == [
            ("houghton-and-sunderland-south", "07 22:48"),
            ("sunderland-central", "07 23:16"),
            ("washington-and-sunderland-west", "07 23:29"),
            ("north-swindon", "08 00:46"),
            ("putney", "08 00:55"),
            ("newcastle-upon-tyne-east", "08 01:04"),
            ("tooting", "08 01:12"),
            ("newcastle-upon-tyne-central", "08 01:15"),
            ("lagan-valley", "08 01:21"),
            ("battersea", "08 01:23"),
        ]
        assert order[-10:-1] == [
            ("berwick-upon-tweed", "08 12:59"),
            ("blyth-valley", "08 13:00"),
            ("wansbeck", "08 13:02"),
            ("birkenhead", "08 13:04"),
            ("kenilworth-and-southam", "08 13:34"),
            ("hexham", "08 13:43"),
            ("gravesham", "08 13:47"),
            ("warwick-and-leamington", "08 13:58"),
            ("beverley-and-holderness", "08 14:12"),
        ]

    @pytest.mark.parametrize("night_id, before", [("commons-2017", "commons-2015"), ("commons-2019", "commons-2017")])
    def test_compare_with_the_votes_of_the_election_before(self, night_id: str, before: str) -> None:
        last = read(before)
        expected: dict[tuple[str, str], tuple[str, ...]] = {}
        for count in last.counts("constituency"):
            votes = party_votes(last, count)
            winner = max(votes, key=votes.__getitem__)
            expected |= {
                (count["area"], party): (str(number), "1" if party == winner else "0", "", "")
                for party, number in votes.items()
            }
            expected[count["area"], ""] = ("", "", str(count["electorate"]), str(count["ballots"]))
        assert expected == {
            (row["area"], row["party"]): (row["votes"], row["seats"], row["electorate"], row["ballots"])
            for row in read(night_id).baseline
            if row["baseline"] == "last"
        }

    def test_compare_2015_with_the_votes_and_seats_of_2010(self) -> None:
        votes: Counter[str] = Counter()
        seats: Counter[str] = Counter()
        for row in read("commons-2015").baseline:
            votes[row["party"]] += int(row["votes"] or 0)
            seats[row["party"]] += int(row["seats"] or 0)
        assert votes.total() == 29_687_604
        assert [votes[party] for party in ("con", "lab", "ld", "snp", "pc", "sf", "sdlp", "alliance", "speaker")] == [
            *(10_703_654, 8_606_517, 6_836_248, 491_386, 165_394, 171_942, 110_970, 42_762, 22_860),
        ]
        assert +seats == {
            "con": 306,
            "lab": 258,
            "ld": 57,
            "dup": 8,
            "snp": 6,
            "sf": 5,
            "pc": 3,
            "sdlp": 3,
            "alliance": 1,
            "green": 1,
            "ind": 1,
            "speaker": 1,
        }

    def test_give_the_holder_of_2010_the_most_votes_there(self) -> None:
        most: dict[str, tuple[int, str]] = {}
        holder: dict[str, str] = {}
        for row in read("commons-2015").baseline:
            if row["party"] not in ("", "others"):
                most[row["area"]] = max(most.get(row["area"], (0, "")), (int(row["votes"]), row["party"]))
            if row["seats"] == "1":
                holder[row["area"]] = row["party"]
        assert {area: party for area, (_, party) in most.items()} == holder

    @pytest.mark.parametrize("night_id, standing_again", [("commons-2017", 618), ("commons-2019", 568)])
    def test_name_one_sitting_member_a_constituency_at_most(self, night_id: str, standing_again: int) -> None:
        election = counted(night_id).election
        sitting = Counter(
            area for (_, area), there in election.candidates.items() for who in there.values() if who.incumbent
        )
        assert set(sitting.values()) == {1}
        assert sitting.total() == standing_again


class TestTheStandings:
    @every_night
    def test_are_as_published(self, night_id: str) -> None:
        assert differences(read(night_id).about["outcome"], {"commons": standings(night_id)}) == []

    @every_night
    def test_keep_nothing_out(self, night_id: str) -> None:
        assert counted(night_id).quarantine() == []

    @every_night
    def test_hold_or_gain_every_seat_as_printed(self, night_id: str) -> None:
        """Nothing is excepted; "Lab Coop" is Labour to us."""
        ours = {}
        for result in results(night_id):
            assert result["winner"] is not None
            ours[result["area"]] = f"{NAMES[result['winner']['party']]} {result['hold_or_gain']}"
            if result["gain_from"] is not None:
                ours[result["area"]] += f" from {NAMES[result['gain_from']]}"
        assert ours == {area: row["result"].removesuffix(" Coop") for area, row in printed(night_id).items()}

    @pytest.mark.parametrize("night_id", ["commons-2017", "commons-2019"])
    def test_have_every_majority_as_printed(self, night_id: str) -> None:
        assert {result["area"]: result["majority"] for result in results(night_id)} == {
            area: int(row["majority"]) for area, row in printed(night_id).items()
        }

    @pytest.mark.parametrize(
        "area, majority",
        [
            *[("gower", 27), ("derby-north", 41), ("city-of-chester", 93), ("croydon-central", 165), ("ynys-mon", 229)],
            *[("vale-of-clwyd", 237), ("ealing-central-and-acton", 274), ("knowsley", 34_655), ("clacton", 3_437)],
        ],
    )
    def test_have_the_majorities_of_2015_that_were_talked_of(self, area: str, majority: int) -> None:
        assert counted("commons-2015").result((CONSTITUENCY, AreaId(area)))["majority"] == majority

    @pytest.mark.parametrize(
        "night_id, moves",
        [
            ("commons-2015", {"con": (35, 11), "lab": (22, 48), "ld": (0, 49), "snp": (50, 0)}),
            ("commons-2017", {"con": (20, 33), "lab": (36, 6), "ld": (8, 4), "snp": (0, 21)}),
            ("commons-2019", {"con": (58, 10), "lab": (1, 61), "ld": (3, 4), "snp": (14, 1)}),
        ],
    )
    def test_count_gains_and_losses_as_printed(self, night_id: str, moves: dict[str, tuple[int, int]]) -> None:
        ours = rows(night_id)
        assert {party: (ours[party]["gains"], ours[party]["losses"]) for party in moves} == moves

    @pytest.mark.parametrize(
        "night_id, percent",
        [
            ("commons-2015", {"con": 36.8, "lab": 30.4, "ukip": 12.6, "ld": 7.9, "snp": 4.7, "green": 3.8}),
            ("commons-2017", {"con": 42.3, "lab": 40.0, "ld": 7.4, "snp": 3.0, "ukip": 1.8, "green": 1.6}),
            ("commons-2019", {"con": 43.6, "lab": 32.1, "ld": 11.5, "snp": 3.9, "green": 2.7, "brexit": 2.0}),
        ],
    )
    def test_share_the_votes_as_printed(self, night_id: str, percent: dict[str, float]) -> None:
        ours = rows(night_id)
        shares = {party: ours[party]["votes"]["constituency"]["share"] for party in percent}
        assert {party: round(100 * share, 1) for party, share in shares.items()} == percent

    def test_compare_shares_with_2010_as_far_as_they_are_on_record(self) -> None:
        """Printed: Conservatives up by 0.8, Labour by 1.5. UKIP's votes where it did not stand again are not known."""
        ours = rows("commons-2015")
        points = {party: ours[party]["votes"]["constituency"]["change_points"] for party in ("con", "lab", "ukip")}
        assert points == {"con": 0.76, "lab": 1.46, "ukip": None}

    @pytest.mark.parametrize(
        "night_id, percent", [("commons-2015", 66.2), ("commons-2017", 68.8), ("commons-2019", 67.3)]
    )
    def test_have_the_printed_turnout_in_valid_votes(self, night_id: str, percent: float) -> None:
        (contest,) = standings(night_id)["contests"]
        valid, electorate = contest["valid"], contest["electorate"]
        assert valid is not None
        assert electorate is not None
        assert round(100 * valid / electorate, 1) == percent

    @pytest.mark.parametrize(
        "night_id, area, member",
        [
            ("commons-2017", "sheffield-hallam", "clegg-ld"),
            ("commons-2017", "gordon", "salmond-snp"),
            ("commons-2017", "richmond-park", "olney-ld"),
            ("commons-2019", "east-dunbartonshire", "swinson-ld"),
            ("commons-2019", "brecon-and-radnorshire", "dodds-ld"),
            ("commons-2019", "beaconsfield", "grieve-ind"),
        ],
    )
    def test_say_which_sitting_members_lost(self, night_id: str, area: str, member: str) -> None:
        result = counted(night_id).result((CONSTITUENCY, AreaId(area)))
        assert [who["candidate"] for who in result["defeated_incumbents"]] == [member]
