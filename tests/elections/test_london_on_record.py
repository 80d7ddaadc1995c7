"""The London nights of 2004, 2012 and 2021, as files: held against literals from the published results."""

from collections import Counter, defaultdict
from datetime import datetime

import pytest

from tests.elections.night_files import LONDON, Night, read


def winners(night: Night, contest: str = "constituency") -> dict[str, str]:
    """The winner's party in each area, as its messages say."""
    won: dict[str, str] = {}
    for count in night.counts(contest):
        if count["kind"] in ("rush", "declaration"):
            winner = count.get("winner") or max(count["votes"], key=count["votes"].__getitem__)
            party = night.choices(contest, count["area"])[winner]
            assert won.setdefault(count["area"], party) == party
    return won


class TestLondon:
    @pytest.mark.parametrize("night_id", LONDON)
    def test_has_fourteen_constituencies_that_london_covers(self, night_id: str) -> None:
        areas = read(night_id).areas
        assert [area for area, row in areas.items() if row["covers"] == "*"] == ["london"]
        assert len(areas) == 15

    @pytest.mark.parametrize("night_id", LONDON)
    def test_adds_constituencies_and_london_members_up_to_the_assembly(self, night_id: str) -> None:
        outcome = read(night_id).about["outcome"]["assembly"]
        together: Counter[str] = Counter()
        for seats in outcome["seats_by_contest"].values():
            together.update(seats)
        assert together == outcome["seats"]

    @pytest.mark.parametrize("night_id", LONDON)
    def test_declares_a_winner_in_every_constituency(self, night_id: str) -> None:
        night = read(night_id)
        assert (
            Counter(winners(night).values()) == night.about["outcome"]["assembly"]["seats_by_contest"]["constituency"]
        )

    @pytest.mark.parametrize(
        "night_id, constituencies, london_members",
        [
            ("london-2004", {"con": 8, "lab": 6}, {"lab": 3, "con": 1, "ld": 4, "green": 3}),
            ("london-2012", {"con": 8, "lab": 6}, {"con": 3, "lab": 2, "ld": 3, "green": 2, "bnp": 1}),
            ("london-2021", {"lab": 9, "con": 5}, {"lab": 3, "con": 3, "green": 2, "ukip": 2, "ld": 1}),
        ],
    )
    def test_compares_with_the_seats_of_last_time(
        self, night_id: str, constituencies: dict[str, int], london_members: dict[str, int]
    ) -> None:
        held: dict[str, Counter[str]] = defaultdict(Counter)
        for row in read(night_id).baseline:
            if row["baseline"] == "last":
                held[row["contest"]][row["party"]] += int(row["seats"] or 0)
        assert +held["constituency"] == Counter(constituencies)
        assert +held["list"] == Counter(london_members)
        change = Counter(read(night_id).about["outcome"]["assembly"]["seats"])
        change.subtract(held["constituency"] + held["list"])
        published = read(night_id).about["outcome"]["assembly"]["change"]
        assert {party: seats for party, seats in change.items() if seats} == {
            party: seats for party, seats in published.items() if seats
        }

    @pytest.mark.parametrize(
        "night_id, valid", [("london-2004", 1_659_630), ("london-2012", 2_412_607), ("london-2021", 2_615_676)]
    )
    def test_has_the_printed_list_total_of_last_time(self, night_id: str, valid: int) -> None:
        rows = [row for row in read(night_id).baseline if (row["baseline"], row["contest"]) == ("last", "list")]
        assert sum(int(row["votes"] or 0) for row in rows) == valid

    @pytest.mark.parametrize("night_id", LONDON)
    def test_estimates_of_last_time_add_up_with_what_is_on_record(self, night_id: str) -> None:
        """Each of the fourteen is on record or estimated, never both; London's votes by party are those of all."""
        for contest in {row["contest"] for row in read(night_id).baseline if row["baseline"] == "notional"}:
            rows = [row for row in read(night_id).baseline if row["contest"] == contest and row["votes"]]
            areas = {kind: {row["area"] for row in rows if row["baseline"] == kind} for kind in ("last", "notional")}
            assert areas["last"] - {"london"} == set(read(night_id).areas) - areas["notional"] - {"london"}
            whole = {row["party"]: int(row["votes"]) for row in rows if row["area"] == "london"}
            parts: Counter[str] = Counter()
            for row in rows:
                if row["area"] != "london":
                    parts[row["party"] if row["party"] in whole else "others"] += int(row["votes"])
            assert all(abs(parts[party] - votes) <= 7 for party, votes in whole.items() if votes), (contest, parts)

    @pytest.mark.parametrize("night_id", LONDON)
    def test_gives_the_two_remaining_their_published_totals(self, night_id: str) -> None:
        night = read(night_id)
        final = night.last("mayor", "london")
        published = night.about["outcome"]["mayor"]
        assert set(sorted(final["votes"], key=final["votes"].__getitem__)[-2:]) == published["votes"].keys()
        second = final.get("second_preferences", {})
        out = [row for first, row in second.items() if first not in published["votes"]]
        transfers = final.get("transfers") or {to: sum(row[to] for row in out) for to in published["votes"]}
        assert {who: final["votes"][who] + transfers[who] for who in transfers} == published["votes"]
        assert max(published["votes"], key=published["votes"].__getitem__) == published["elected"]


class TestLondon2004:
    def test_corrects_the_transcription_slip_of_the_night(self) -> None:
        first, corrected, final = read("london-2004").counts("mayor", "london")
        assert first["votes"]["german-respect"] == 67_731
        assert sum(first["votes"].values()) == 1_869_671
        assert corrected["votes"] == {**first["votes"], "german-respect": 61_731}
        assert sum(corrected["votes"].values()) == 1_863_671
        assert final["votes"] == corrected["votes"]
        assert final["transfers"] == {"livingstone-lab": 142_839, "norris-con": 124_755}

    def test_has_the_first_counts_as_printed(self) -> None:
        first = next(read("london-2004").counts("mayor", "london"))
        assert list(first["votes"].values()) == [
            *(685_541, 542_423, 284_645, 115_665, 67_731),
            *(58_405, 57_331, 41_696, 9_542, 6_692),
        ]

    def test_has_the_list_as_published(self) -> None:
        assert read("london-2004").last("list", "london")["votes"] == {
            "con": 533_696,
            "lab": 468_247,
            "ld": 316_218,
            "green": 160_445,
            "ukip": 156_780,
            "bnp": 90_365,
            "respect": 87_533,
            "cpa": 54_914,
            "others": 4_968,
        }
        assert read("london-2004").last("list", "london")["valid"] == 1_873_166

    def test_counts_constituencies_then_list_then_mayor(self) -> None:
        contests = [line["payload"]["contest"] for line in read("london-2004").lines]
        assert contests == ["constituency"] * 14 + ["list"] + ["mayor"] * 3

    def test_takes_brent_and_harrow_from_labour_and_nothing_else(self) -> None:
        night = read("london-2004")
        before = {
            row["area"]: row["party"]
            for row in night.baseline
            if row["contest"] == "constituency" and row["seats"] == "1"
        }
        changed = {area: (before[area], party) for area, party in winners(night).items() if before[area] != party}
        assert changed == {"brent-and-harrow": ("lab", "con")}
        assert night.last("constituency", "brent-and-harrow")["winner"] == "blackman-con"
        assert "harris-lab" in night.choices("constituency", "brent-and-harrow")

    def test_has_the_full_figures_of_five_constituencies(self) -> None:
        declared = {
            count["area"]: sum(count["votes"].values())
            for count in read("london-2004").counts("constituency")
            if count["kind"] == "declaration"
        }
        assert declared == {
            "croydon-and-sutton": 135_547,
            "greenwich-and-lewisham": 108_771,
            "lambeth-and-southwark": 114_333,
            "north-east": 128_665,
            "south-west": 148_010,
        }

    def test_moves_lambeth_and_southwark_as_the_broadcaster_said(self) -> None:
        night = read("london-2004")
        area = "lambeth-and-southwark"
        now = night.last("constituency", area)["votes"]
        then = {
            row["party"]: int(row["votes"])
            for row in night.baseline
            if (row["baseline"], row["contest"], row["area"]) == ("last", "constituency", area)
        }
        labour = 100 * now["lab"] / sum(now.values()) - 100 * then["lab"] / sum(then.values())
        liberal = 100 * now["ld"] / sum(now.values()) - 100 * then["ld"] / sum(then.values())
        assert (round(labour, 2), round((liberal - labour) / 2, 2)) == (-5.88, 5.28)


class TestLondon2012:
    def test_has_the_mayoral_figures_as_published(self) -> None:
        *_, first, final = read("london-2012").counts("mayor", "london")
        assert (
            first["votes"]
            == final["votes"]
            == {
                "johnson-con": 971_931,
                "livingstone-lab": 889_918,
                "jones-green": 98_913,
                "paddick-ld": 91_774,
                "benita-ind": 83_914,
                "webb-ukip": 43_274,
                "cortiglia-bnp": 28_751,
            }
        )
        assert sum(first["votes"].values()) == 2_208_475
        assert "transfers" not in first
        assert final["transfers"] == {"johnson-con": 82_880, "livingstone-lab": 102_355}

    def test_waits_hours_for_brent_and_harrow(self) -> None:
        kinds = [count["kind"] for count in read("london-2012").counts("mayor", "london")]
        assert kinds == ["state", "state", "declaration", "declaration"]
        expected, delayed, first, _ = read("london-2012").counts("mayor", "london")
        assert (expected["state"], delayed["state"]) == ("expected", "delayed")
        assert "expected_at" not in delayed
        late = datetime.fromisoformat(first["issued_at"]) - datetime.fromisoformat(expected["expected_at"])
        assert late.total_seconds() > 3 * 3600
        assert read("london-2012").last("mayor", "brent-and-harrow")["issued_at"] < first["issued_at"]

    def test_has_the_list_as_published(self) -> None:
        votes = read("london-2012").last("list", "london")["votes"]
        assert sum(votes.values()) == read("london-2012").last("list", "london")["valid"] == 2_215_008
        assert (votes["lab"], votes["con"], votes["green"], votes["ld"]) == (911_204, 708_528, 189_215, 150_447)
        assert votes["others"] == 47_767

    def test_has_the_full_figures_of_four_constituencies(self) -> None:
        declared = {
            count["area"]: sum(count["votes"].values())
            for count in read("london-2012").counts("constituency")
            if count["kind"] == "declaration"
        }
        assert declared == {
            "brent-and-harrow": 145_070,
            "city-and-east": 170_988,
            "havering-and-redbridge": 141_766,
            "lambeth-and-southwark": 157_612,
        }

    def test_leaves_figures_that_nobody_checked_to_the_press(self) -> None:
        night = read("london-2012")
        partial = [count for count in night.counts("constituency") if count["kind"] == "partial"]
        assert {count["source"] for count in partial} == {"press"}
        assert "press" not in night.folder["ranks"]
        assert all("unchecked" in count["note"] for count in partial)

    def test_takes_two_constituencies_from_the_conservatives(self) -> None:
        night = read("london-2012")
        before = {
            row["area"]: row["party"]
            for row in night.baseline
            if row["contest"] == "constituency" and row["seats"] == "1"
        }
        changed = {area for area, party in winners(night).items() if before[area] != party}
        assert changed == {"barnet-and-camden", "ealing-and-hillingdon"}

    def test_declares_in_the_order_on_record(self) -> None:
        order = list(winners(read("london-2012")))
        assert order[0] == "merton-and-wandsworth"
        earlier = (
            "city-and-east",
            "greenwich-and-lewisham",
            "lambeth-and-southwark",
            "west-central",
            "ealing-and-hillingdon",
        )
        assert max(order.index(area) for area in earlier) < order.index("north-east")
        assert order[-1] == "brent-and-harrow"


class TestLondon2021:
    def test_has_three_declarations_from_each_constituency(self) -> None:
        night = read("london-2021")
        assert {line["payload"]["kind"] for line in night.lines} == {"declaration"}
        reported = Counter(line["payload"]["area"] for line in night.lines)
        assert reported == {**dict.fromkeys(set(night.areas) - {"london"}, 3), "london": 2}

    @pytest.mark.parametrize(
        "contest, valid, rejected, ballots",
        [("mayor", 2_531_357, 114_201, 2_645_558), ("list", 2_589_268, 54_931, 2_644_199)],
    )
    def test_covers_london_with_the_sum_of_its_constituencies(
        self, contest: str, valid: int, rejected: int, ballots: int
    ) -> None:
        night = read("london-2021")
        whole = night.last(contest, "london")
        parts = [count for count in night.counts(contest) if count["area"] != "london"]
        for choice, votes in whole["votes"].items():
            assert votes == sum(part["votes"][choice] for part in parts), choice
        for figure in ("valid", "rejected", "ballots", "electorate"):
            assert whole[figure] == sum(part[figure] for part in parts)
        assert (whole["valid"], whole["rejected"], whole["ballots"]) == (valid, rejected, ballots)

    def test_has_the_first_preferences_as_published(self) -> None:
        votes = read("london-2021").last("mayor", "london")["votes"]
        assert (votes["khan-lab"], votes["bailey-con"], votes["berry-green"]) == (1_013_721, 893_051, 197_976)
        assert len(votes) == 20

    def test_has_the_whole_table_of_second_preferences(self) -> None:
        count = read("london-2021").last("mayor", "london")
        table = count["second_preferences"]
        assert all(row.keys() == count["votes"].keys() for row in table.values())
        assert sum(sum(row.values()) for row in table.values()) == 2_203_377
        assert sum(table[who][who] for who in table) == 265_343
        assert all(sum(table[who].values()) <= count["votes"][who] for who in table)
        out = [row for who, row in table.items() if who not in ("khan-lab", "bailey-con")]
        assert (sum(row["khan-lab"] for row in out), sum(row["bailey-con"] for row in out)) == (192_313, 84_550)

    def test_arrives_when_the_documents_were_printed(self) -> None:
        night = read("london-2021")
        assert night.lines[0]["at"] == "2021-05-07T19:09:33+01:00"
        assert night.last("mayor", "london")["issued_at"] == "2021-05-08T22:42:51+01:00"
        assert night.lines[-1]["at"] == "2021-05-08T23:42:39+01:00"
