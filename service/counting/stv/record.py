"""The record that the returning officer keeps during an STV count, whatever the rule book."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal, TypeAlias

from service.counting.outcome import Lot, NextInLine, Option, Outcome, Seat, Tie
from service.counting.stv.rules import StvRule
from service.counting.stv.ties import Pick, look_back
from service.counting.stv.working import Action, Decision, Stage, StvWorking, TieBreak, Transfer
from service.counting.ties import find_lot
from service.counting.votes import Papers

LookBack: TypeAlias = Literal["most recent stage first", "earliest stage first"]


class Record:
    """Who continues, who is elected or excluded, what everybody has, and every stage closed so far.

    Votes are whole numbers of 1/`unit`, exact at any size. A rule book changes `votes`, `quota`, `non_transferable` and
    `lost_to_rounding`, notes `transfers`, elects and excludes, and closes the stage.
    """

    def __init__(self, rule: StvRule, papers: Papers, lots: Sequence[Lot], *, unit: int, back: LookBack) -> None:
        self.seats = rule.seats
        self.candidates = tuple(sorted(papers.candidates))
        self.valid = sum(count for count, _ in papers.papers)
        self.unit = unit
        # Scotland r. 46, Northern Ireland r. 48, New Zealand cl. 5: Meek replaces it by one with decimal places.
        self.quota = (self.valid // (rule.seats + 1) + 1) * unit
        self.votes = dict.fromkeys(self.candidates, 0)
        self.continuing = set(self.candidates)
        self.elected: list[Option] = []
        self.non_transferable = 0
        self.lost_to_rounding = 0
        self.transfers: list[Transfer] = []
        self.stages: list[Stage] = []
        self._rule_name = rule.name
        self._lots = lots
        self._back = back
        self._history: list[dict[Option, int]] = []
        self._seats: list[Seat] = []
        self._elected_now: list[Option] = []
        self._excluded_now: list[Option] = []
        self._fallen: list[tuple[int, int, Option]] = []  # stage, votes then, candidate: everybody excluded so far
        self._tie_breaks: list[TieBreak] = []
        self._survivors: set[Option] = set()

    @property
    def vacancies(self) -> int:
        """Seats not filled yet."""
        return self.seats - len(self.elected)

    def is_complete(self) -> bool:
        """Whether there is nothing left to decide: no vacancy, or nobody to fill it."""
        return self.vacancies == 0 or not self.continuing

    @property
    def excluded(self) -> list[Option]:
        """Everybody excluded so far, first to last."""
        return [option for _, _, option in self._fallen]

    def surpluses(self) -> dict[Option, int]:
        """What elected candidates have beyond the quota, by candidate, where it is more than nothing."""
        return {option: over for option in self.elected if (over := self.votes[option] - self.quota) > 0}

    def elect_at_quota(self) -> None:
        """Deem elected everybody continuing who has the quota."""
        self.elect(option for option in self.continuing if self.votes[option] >= self.quota)

    def elect_the_rest(self) -> None:
        """Deem elected everybody continuing, if there are no more of them than vacancies."""
        if len(self.continuing) <= self.vacancies:
            self.elect(self.continuing)

    def elect(self, options: Iterable[Option]) -> None:
        """Deem these elected at the stage under way. House order within a stage: most votes first, then by name."""
        chosen = sorted(options, key=lambda option: (-self.votes[option], option))
        self._elected_now += chosen
        self.elected += chosen
        self.continuing.difference_update(chosen)

    def exclude(self, options: Iterable[Option]) -> None:
        """Exclude these at the stage under way."""
        gone = sorted(options, key=lambda option: (self.votes[option], option))
        self._excluded_now += gone
        self._fallen += [(len(self.stages) + 1, self.votes[option], option) for option in gone]
        self.continuing.difference_update(gone)

    def choose_surplus(self) -> Option | Tie:
        """Whose surplus is transferred next: the largest, and of equal ones whoever was ahead before."""
        largest = max(self.surpluses().values())
        return self._choose("surplus", (o for o, over in self.surpluses().items() if over == largest), max)

    def choose_exclusion(self) -> Option | Tie:
        """Who is excluded next: the lowest, and of equal ones whoever was behind before."""
        lowest = min(self.votes[option] for option in self.continuing)
        return self._choose("exclusion", (o for o in self.continuing if self.votes[o] == lowest), min)

    def _choose(self, decision: Decision, level: Iterable[Option], pick: Pick) -> Option | Tie:
        among = tuple(sorted(level))
        if len(among) == 1:
            return among[0]
        stages = list(enumerate(self._history, start=1))
        left, decided_at = look_back(among, stages if self._back == "earliest stage first" else reversed(stages), pick)
        if len(left) == 1:
            self._tie_breaks.append(TieBreak(decision, among, left[0], decided_at))
            return left[0]
        order = find_lot(left, self._lots)
        if order is None:
            return Tie(1, 0, left, self.figure(self.votes[left[0]]), decision)
        chosen = order[0] if decision == "surplus" else order[-1]  # the first drawn goes first, or survives
        if decision == "exclusion":
            self._survivors.update(order[:-1])
        self._tie_breaks.append(TieBreak(decision, among, chosen, None, left))
        return chosen

    def close_stage(
        self, action: Action, sources: tuple[Option, ...], keep_values: Mapping[Option, Fraction] | None = None
    ) -> None:
        """Write down the stage under way and begin the next."""
        number = len(self.stages) + 1
        figure = self.figure
        self.stages.append(
            Stage(
                number=number,
                action=action,
                sources=sources,
                transfers=tuple(self.transfers),
                votes={option: figure(votes) for option, votes in self.votes.items()},
                non_transferable=figure(self.non_transferable),
                lost_to_rounding=figure(self.lost_to_rounding),
                quota=figure(self.quota),
                elected=tuple(self._elected_now),
                excluded=tuple(self._excluded_now),
                tie_breaks=tuple(self._tie_breaks),
                keep_values=keep_values,
            )
        )
        self._history.append(dict(self.votes))
        for option in self._elected_now:
            drawn = option in self._survivors
            votes = figure(self.votes[option])
            self._seats.append(Seat(len(self._seats) + 1, option, votes, None, None, by_lot=drawn, stage=number))
        for noted in (self.transfers, self._elected_now, self._excluded_now, self._tie_breaks):
            noted.clear()

    def outcome(self, tie: Tie | None = None) -> Outcome:
        """What the count comes to: final, or as far as the `tie` that stopped it."""
        working = StvWorking(self.valid, self.stages[0].quota, tuple(self.stages))
        seats = list(self._seats)
        if tie is not None:
            return Outcome(self._rule_name, tuple(seats), (replace(tie, stage=len(self.stages)),), 0, (), working)
        waiting = self._waiting()
        if seats and waiting:
            seats[-1] = replace(seats[-1], runner_up=waiting[0].option)
        return Outcome(self._rule_name, tuple(seats), (), self.vacancies, waiting, working)

    def _waiting(self) -> tuple[NextInLine, ...]:
        """Those without a seat: those never excluded, by votes and then name, and those excluded, the last first."""
        never = len(self.stages) + 1
        stood = [*self._fallen, *((never, self.votes[option], option) for option in self.continuing)]
        stood.sort(key=lambda standing: (-standing[0], -standing[1], standing[2]))
        return tuple(NextInLine(option, None, self.figure(votes)) for _, votes, option in stood)

    def figure(self, units: int) -> Fraction:
        """Votes as a figure."""
        return Fraction(units, self.unit)
