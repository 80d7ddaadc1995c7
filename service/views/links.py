"""How pages name one another: on a site, from files that somebody opens, and as of an earlier moment."""

from dataclasses import dataclass

from service.ids import BodyId
from service.views.shown import Address, Place


@dataclass(frozen=True, slots=True)
class Links:
    """How pages name one another: from the root of a site, or relative to a file that somebody opens.

    Pages as of an earlier moment (`at`, RFC 3339) lead to others as of the same.
    """

    prefix: str = ""
    suffix: str = ""
    at: str | None = None

    @classmethod
    def from_file(cls, depth: int) -> "Links":
        """Name pages from a file so many folders below the first page."""
        return cls("/".join([".."] * depth) or ".", "/index.html")

    def to(self, address: Address) -> str:
        """Name a page."""
        return self.now(address) + (f"?at={self.at.replace('+', '%2B')}" if self.at else "")

    def now(self, address: Address) -> str:
        """Name a page as it is now."""
        path = address.path.rstrip("/")
        return f"{self.prefix}{path}{self.suffix}" or "/"

    def body(self, body: str) -> str:
        """Name a body's page."""
        return self.to(Address(body=BodyId(body)))

    def seat(self, body: str, seat: int) -> str:
        """Name the page of one seat."""
        return self.to(Address(body=BodyId(body), seat=seat))

    def area(self, place: Place) -> str:
        """Name an area's page."""
        return self.to(Address(contest=place[0], area=place[1]))

    def file(self, path: str) -> str:
        """Name a file, by its path from the root."""
        return f"{self.prefix}/{path}"
