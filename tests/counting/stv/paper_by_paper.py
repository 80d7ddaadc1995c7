"""The Gregory rule books once more, written another way: every paper on its own, decimals, and no shortcuts.

Slow, and built on none of the service's STV code. Hypothesis holds the two against each other, stage by stage.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Literal, TypeAlias

Table: TypeAlias = list[dict[str, Decimal]]
TieRule: TypeAlias = Literal["latest", "earliest"]
Count: TypeAlias = Callable[[list[tuple[str, ...]], list[str], int], tuple[Table, list[str]]]


class LotNeeded(Exception):  # noqa: N818, an event of the count and no mistake
    """No stage tells the candidates apart."""

    def __init__(self, level: tuple[str, ...]) -> None:
        super().__init__(level)
        self.level = level


@dataclass(slots=True, eq=False)
class Slip:
    """One ballot paper: what it says, whose pile it lies on, what it counts for, and when it came there."""

    preferences: tuple[str, ...]
    pile: str | None
    value: Decimal = Decimal(1)
    arrival: int = 0


@dataclass(slots=True)
class Desk:
    """A count on paper: slips, a results sheet, who is in, who is out."""

    slips: list[Slip]
    candidates: list[str]
    seats: int
    place: Decimal
    tie_rule: TieRule
    votes: dict[str, Decimal] = field(default_factory=dict)
    sheet: Table = field(default_factory=list)
    elected: list[str] = field(default_factory=list)
    out: set[str] = field(default_factory=set)
    arrivals: int = 0
    any_exclusion: bool = False

    @property
    def quota(self) -> int:
        """Papers over seats and one, whole part, and one."""
        return len(self.slips) // (self.seats + 1) + 1

    @property
    def running(self) -> list[str]:
        """Neither elected nor excluded."""
        return [name for name in self.candidates if name not in self.elected and name not in self.out]

    @property
    def vacancies(self) -> int:
        """Seats left."""
        return self.seats - len(self.elected)

    def next_for(self, slip: Slip) -> str | None:
        """The first on the slip who is still running."""
        return next((name for name in slip.preferences if name in self.running), None)

    def elect_over_quota(self) -> None:
        """Most votes first."""
        for name in sorted(self.running, key=lambda name: -self.votes[name]):
            if self.votes[name] >= self.quota:
                self.elected.append(name)

    def elect_rest(self) -> None:
        """No more running than vacancies."""
        if len(self.running) <= self.vacancies:
            self.elected += self.running

    def surplus(self, name: str) -> Decimal:
        """Votes beyond the quota of an elected candidate."""
        return max(Decimal(0), self.votes[name] - self.quota) if name in self.elected else Decimal(0)

    def choose(self, names: Iterable[str], key: Callable[[str], Decimal], *, most: bool) -> str:
        """The one with most (or least), by earlier stages if level."""
        best = max if most else min
        level = list(names)
        front = best(key(name) for name in level)
        level = [name for name in level if key(name) == front]
        rows = self.sheet if self.tie_rule == "earliest" else list(reversed(self.sheet))
        for row in rows:
            front = best(row[name] for name in level)
            level = [name for name in level if row[name] == front]
        if len(level) > 1:
            raise LotNeeded(tuple(sorted(level)))
        return level[0]

    def hand_over(self, slips: list[Slip], value: Callable[[Slip], Decimal]) -> None:
        """Slips to whoever is next on them, valued anew, in one go."""
        self.arrivals += 1
        for slip in slips:
            worth = value(slip)
            target = self.next_for(slip)
            slip.pile, slip.value, slip.arrival = target, worth, self.arrivals
            if target is not None:
                self.votes[target] += worth

    def down(self, number: Decimal) -> Decimal:
        """To the decimal places of the law, remainder ignored."""
        return number.quantize(self.place, rounding=ROUND_DOWN)


def open_desk(papers: list[tuple[str, ...]], candidates: list[str], seats: int, place: str, tie_rule: TieRule) -> Desk:
    """First preferences sorted."""
    slips = [Slip(preferences, preferences[0]) for preferences in papers]
    desk = Desk(slips, candidates, seats, Decimal(place), tie_rule)
    desk.votes = {name: Decimal(sum(slip.pile == name for slip in slips)) for name in candidates}
    return desk


def count_scottish(papers: list[tuple[str, ...]], candidates: list[str], seats: int) -> tuple[Table, list[str]]:
    """SSI 2007/42 Sch 1 r. 45-52: the results sheet and those elected, in order."""
    with localcontext() as context:
        context.prec = 60
        desk = open_desk(papers, candidates, seats, "0.00001", "latest")
        while True:
            desk.elect_over_quota()
            desk.elect_rest()
            desk.sheet.append(dict(desk.votes))
            if not desk.vacancies or not desk.running:
                return desk.sheet, desk.elected
            over = [name for name in desk.elected if desk.surplus(name)]
            if over:
                name = desk.choose(over, desk.surplus, most=True)
                surplus, total = desk.surplus(name), desk.votes[name]
                mine = [slip for slip in desk.slips if slip.pile == name]
                desk.hand_over(mine, lambda slip: desk.down(surplus * slip.value / total))  # noqa: B023, used at once
                desk.votes[name] = Decimal(desk.quota)
            else:
                name = desk.choose(desk.running, desk.votes.__getitem__, most=False)
                desk.out.add(name)
                if len(desk.running) > desk.vacancies:
                    desk.hand_over([slip for slip in desk.slips if slip.pile == name], lambda slip: slip.value)
                    desk.votes[name] = Decimal(0)


def count_northern_ireland(papers: list[tuple[str, ...]], candidates: list[str], seats: int) -> tuple[Table, list[str]]:
    """SI 1985/454 r. 47-52: the results sheet and those elected, in order."""
    with localcontext() as context:
        context.prec = 60
        desk = open_desk(papers, candidates, seats, "0.01", "earliest")
        while True:
            elect_northern(desk)
            desk.elect_rest()
            everything = sum(
                (desk.votes[name] for name in desk.running), sum(map(desk.surplus, desk.elected), Decimal(0))
            )
            strong = [name for name in desk.running if desk.votes[name] >= everything - desk.votes[name]]
            if desk.vacancies == 1 and len(strong) == 1 and (seats > 1 or desk.any_exclusion):
                desk.elected += strong
            desk.sheet.append(dict(desk.votes))
            if not desk.vacancies or not desk.running:
                return desk.sheet, desk.elected
            group = doomed(desk)
            over = [name for name in desk.elected if desk.surplus(name)]
            if over and not group:
                give_surplus(desk, desk.choose(over, desk.surplus, most=True))
            else:
                exclude_northern(desk, group or [desk.choose(desk.running, desk.votes.__getitem__, most=False)])


def elect_northern(desk: Desk) -> None:
    """As r. 48(3) has it."""
    if desk.seats > 1 or desk.any_exclusion:
        desk.elect_over_quota()


def doomed(desk: Desk) -> list[str]:
    """The largest group (r. 49(10) and 51(12)) at the bottom that cannot catch up."""
    ranked = sorted(desk.running, key=lambda name: (desk.votes[name], name))
    waiting = sum(map(desk.surplus, desk.elected), Decimal(0))
    for size in range(len(ranked) - desk.vacancies, 0, -1):
        if sum((desk.votes[name] for name in ranked[:size]), waiting) < desk.votes[ranked[size]]:
            return ranked[:size]
    return []


def give_surplus(desk: Desk, name: str) -> None:
    """On what came last (r. 49)."""
    mine = [slip for slip in desk.slips if slip.pile == name]
    latest = max(slip.arrival for slip in mine)
    movable = [slip for slip in mine if slip.arrival == latest and desk.next_for(slip)]
    if movable:
        worth = min(desk.down(desk.surplus(name) / len(movable)), movable[0].value)
        desk.hand_over(movable, lambda _slip: worth)
    desk.votes[name] = Decimal(desk.quota)


def exclude_northern(desk: Desk, group: list[str]) -> None:
    """First preferences, then by falling value (r. 51)."""
    desk.out.update(group)
    desk.any_exclusion = True
    if len(desk.running) <= desk.vacancies:
        return
    heaps: dict[tuple[bool, Decimal], list[Slip]] = {}
    for slip in desk.slips:
        if slip.pile in group:
            heaps.setdefault((slip.arrival == 0, slip.value), []).append(slip)
    for (_, value), batch in sorted(heaps.items(), key=lambda heap: heap[0], reverse=True):
        for slip in batch:
            desk.votes[str(slip.pile)] -= value
        desk.hand_over(batch, lambda slip: slip.value)
        desk.elect_over_quota()
        if not desk.vacancies:
            return
