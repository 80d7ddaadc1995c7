"""The rule books of the single transferable vote, as values: what an election file names and a count is made under."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from service.counting.rules import check_seats


@dataclass(frozen=True, slots=True)
class ScottishStv:
    """Scottish councils: weighted inclusive Gregory, every surplus transferred on all of the candidate's papers.

    `last_transfer`: also transfer the papers of the last candidate excluded, though that exclusion fills the last
    vacancies. It changes no result. The counting machines have always done so and the councils' tables show it; the law
    forbade it until 2021 and has since not required it.

    Source: Scottish Local Government Elections Order 2007 (SSI 2007/42) Sch 1 r. 45-52, for polls from May 2007; the
    same rules, one number higher, in the Order of 2011 (SSI 2011/399), for polls from 3 May 2012; r. 53(2) there as
    amended by SSI 2021/437 art 2(4), for polls from May 2022.
    """

    seats: int
    last_transfer: bool = False
    name: ClassVar[str] = "stv-scotland"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat.

        Raises:
            RuleError: as said.
        """
        check_seats(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class NorthernIrelandStv:
    """Northern Ireland's councils and Assembly: Gregory, a surplus transferred on the parcel last received.

    Source: Electoral Law Act (Northern Ireland) 1962 Sch 5 r. 41-52, as put in by the Local Elections (Northern
    Ireland) Order 1985 (SI 1985/454). The Assembly's rules (SI 2001/2599) were not read: we take them to be the same.
    """

    seats: int
    name: ClassVar[str] = "stv-northern-ireland"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat.

        Raises:
            RuleError: as said.
        """
        check_seats(self.name, self.seats)


@dataclass(frozen=True, slots=True)
class MeekStv:
    """Meek's method with New Zealand's arithmetic, to nine decimal places.

    Source: Local Electoral Regulations 2001 (New Zealand, SR 2001/145) Sch 1A, in force from 1 January 2004; the method
    is that of Hill, Wichmann and Woodall, Algorithm 123, Computer Journal 30 (1987). Where we depart from the
    regulations is said in `service.counting.stv.meek`.
    """

    seats: int
    name: ClassVar[str] = "stv-meek"

    def __post_init__(self) -> None:
        """Refuse fewer than one seat.

        Raises:
            RuleError: as said.
        """
        check_seats(self.name, self.seats)


StvRule: TypeAlias = ScottishStv | NorthernIrelandStv | MeekStv
