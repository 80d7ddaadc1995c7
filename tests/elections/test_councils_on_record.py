"""Glasgow 2012, London boroughs 2022, mayoral referendums 2012, as files: held against what was published."""

from collections import Counter, defaultdict
from datetime import datetime

import pytest

from tests.elections.night_files import Night, read


def seats_by_body(night: Night) -> dict[str, Counter[str]]:
    """Seats by party as the votes of each area say, the highest as many as it has seats."""
    won: dict[str, Counter[str]] = defaultdict(Counter)
    for line in night.lines:
        count = line["payload"]
        area = night.areas[count["area"]]
        if "seats" in count:
            won[area["body"]].update(count["seats"])
            continue
        standing = night.choices(count["contest"], count["area"])
        order = sorted(count["votes"], key=count["votes"].__getitem__, reverse=True)
        won[area["body"]].update(standing[choice] for choice in order[: int(area.get("seats") or 1)])
    return won


class TestGlasgow2012:
    def test_has_twenty_one_wards_with_seventy_nine_seats(self) -> None:
        wards = [row for row in read("glasgow-2012").areas.values() if not row["covers"]]
        assert len(wards) == 21
        assert Counter(row["seats"] for row in wards) == {"3": 5, "4": 16}

    def test_reports_every_ward_by_its_papers(self) -> None:
        night = read("glasgow-2012")
        papers = {line["payload"]["area"]: line["payload"] for line in night.lines if "papers" in line["payload"]}
        assert papers.keys() == {area for area, row in night.areas.items() if not row["covers"]}
        assert sum(count["valid"] for count in papers.values()) == 144_533

    def test_ranks_nobody_twice_on_a_paper(self) -> None:
        for line in read("glasgow-2012").lines:
            for number, preferences in line["payload"].get("papers", ()):
                assert number > 0
                assert len(set(preferences)) == len(preferences) > 0

    @pytest.mark.parametrize(
        "ward, candidate, first_preferences",
        [
            ("langside", "graham-lab", 2_441),
            ("langside", "hainey-green", 618),
            ("partick-west", "colleran-lab", 1_884),
            ("pollokshields", "meikle-con", 1_674),
            ("baillieston", "coleman-lab", 2_894),
        ],
    )
    def test_has_the_printed_first_preferences(self, ward: str, candidate: str, first_preferences: int) -> None:
        papers = read("glasgow-2012").last("ward", ward)["papers"]
        assert sum(number for number, preferences in papers if preferences[0] == candidate) == first_preferences

    def test_declares_langside_without_a_box_and_counts_it_again(self) -> None:
        first, ordered, recount = read("glasgow-2012").counts("ward", "langside")
        assert (first["kind"], ordered["state"], recount["kind"]) == ("declaration", "recount_ordered", "recount")
        assert first["votes"] == {
            "graham-lab": 2_320,
            "aitken-snp": 1_822,
            "hewetson-snp": 615,
            "hainey-green": 551,
            "munn-con": 478,
            "coleshill-ld": 470,
            "stevenson-tusc": 157,
            "dornan-glasgow-first": 67,
        }
        assert (first["valid"], recount["valid"]) == (6_480, 6_864)
        assert first["elected"] == ["graham-lab", "aitken-snp", "hainey-green"]
        later = datetime.fromisoformat(recount["issued_at"]) - datetime.fromisoformat(first["issued_at"])
        assert later.days == 11

    def test_changes_seats_as_published(self) -> None:
        night = read("glasgow-2012")
        published = night.about["outcome"]["council"]
        assert published["seats"] == {"lab": 44, "snp": 27, "green": 5, "con": 1, "ld": 1, "glasgow-first": 1}
        change = Counter(published["seats"])
        change.subtract({row["party"]: int(row["seats"]) for row in night.baseline})
        assert change == published["change"]


class TestLondonBoroughs2022:
    def test_has_every_seat_of_thirty_two_councils(self) -> None:
        night = read("london-boroughs-2022")
        assert len(night.bodies) == 32
        assert len(night.areas) == 679
        seats: Counter[str] = Counter()
        for row in night.areas.values():
            seats[row["body"]] += int(row["seats"])
        assert seats == {name: int(body["seats"]) for name, body in night.bodies.items()}
        assert seats.total() == 1_817

    def test_declares_every_ward_once(self) -> None:
        night = read("london-boroughs-2022")
        assert Counter(line["payload"]["area"] for line in night.lines) == dict.fromkeys(night.areas, 1)
        assert {line["payload"]["kind"] for line in night.lines} == {"declaration"}

    def test_names_everybody_who_stands_in_every_ward(self) -> None:
        night = read("london-boroughs-2022")
        for line in night.lines:
            count = line["payload"]
            if "votes" in count:
                assert count["votes"].keys() == night.choices("ward", count["area"]).keys()

    def test_has_no_more_votes_than_papers_and_seats_allow(self) -> None:
        night = read("london-boroughs-2022")
        for line in night.lines:
            count = line["payload"]
            if "ballots" in count:
                papers = count["ballots"] - count.get("rejected", 0)
                assert sum(count["votes"].values()) <= papers * int(night.areas[count["area"]]["seats"]), line["topic"]

    def test_ties_nobody_for_a_last_seat(self) -> None:
        night = read("london-boroughs-2022")
        for line in night.lines:
            votes = sorted(line["payload"].get("votes", {}).values(), reverse=True)
            seats = int(night.areas[line["payload"]["area"]]["seats"])
            assert len(votes) <= seats or votes[seats - 1] > votes[seats]

    def test_gives_each_council_its_published_seats(self) -> None:
        night = read("london-boroughs-2022")
        published = {name: Counter(outcome["seats"]) for name, outcome in night.about["outcome"].items()}
        assert seats_by_body(night) == published

    @pytest.mark.parametrize(
        "council, seats",
        [
            ("croydon", {"lab": 34, "con": 33, "green": 2, "ld": 1}),
            ("harrow", {"con": 31, "lab": 24}),
            ("kensington-and-chelsea", {"con": 35, "lab": 13, "ld": 2}),
            ("wandsworth", {"lab": 35, "con": 22, "ind": 1}),
            ("westminster", {"lab": 31, "con": 23}),
            ("barnet", {"lab": 41, "con": 22}),
        ],
    )
    def test_agrees_with_what_was_printed_of_the_councils_that_turned(
        self, council: str, seats: dict[str, int]
    ) -> None:
        assert read("london-boroughs-2022").about["outcome"][council]["seats"] == seats

    def test_adds_up_to_the_published_totals_of_all_councils(self) -> None:
        outcomes = read("london-boroughs-2022").about["outcome"].values()
        seats: Counter[str] = Counter()
        for outcome in outcomes:
            seats.update(outcome["seats"])
        assert [seats[party] for party in ("lab", "con", "ld", "green", "aspire")] == [1_156, 404, 180, 18, 24]
        assert Counter(outcome["control"] for outcome in outcomes) == {
            "lab": 21,
            "con": 5,
            "ld": 3,
            "none": 2,
            "aspire": 1,
        }


class TestMayoralReferendums2012:
    def test_has_the_printed_answers(self) -> None:
        answers = {
            count["area"]: (count["votes"]["yes"], count["votes"]["no"])
            for count in read("mayoral-referendums-2012").counts("mayor")
        }
        assert answers == {
            "birmingham": (88_085, 120_611),
            "bradford": (53_949, 66_283),
            "bristol": (41_032, 35_880),
            "coventry": (22_619, 39_483),
            "doncaster": (42_196, 25_879),
            "leeds": (62_440, 107_910),
            "manchester": (42_677, 48_593),
            "newcastle-upon-tyne": (24_630, 40_089),
            "nottingham": (20_943, 28_320),
            "sheffield": (44_571, 82_890),
            "wakefield": (27_610, 45_357),
        }

    def test_wants_a_mayor_in_bristol_and_keeps_one_in_doncaster(self) -> None:
        night = read("mayoral-referendums-2012")
        wanted = {name for name, outcome in night.about["outcome"].items() if outcome["control"] == "yes"}
        assert wanted == {"bristol", "doncaster"}
        assert {body: +seats for body, seats in seats_by_body(night).items()} == {
            name: Counter(outcome["seats"]) for name, outcome in night.about["outcome"].items()
        }
