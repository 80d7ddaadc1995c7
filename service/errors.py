"""The one exception tree. An exception means "stop" or "this cannot be read"; bad counts are results, not exceptions.

ElectionNightError
├── TheirMessage       what somebody gave us cannot be read: an election folder, a night, a command's argument
│   ├── ElectionFolderError
│   └── NightError
├── OurJournal         the record on disk is damaged, is another election's, or cannot be written
│   ├── JournalDamagedError
│   ├── JournalMismatchError
│   ├── JournalBusyError
│   └── JournalWriteError
├── BrokerError        the broker could not be started or does not let us in
└── OurBug             what must not happen has happened

Every message says where, what was found, what was expected, and the way out.
"""

from typing import Final


class ElectionNightError(Exception):
    """The root: `where` it is, what was `found` and `expected`, and the `way_out`."""

    exit_code: int = 1

    def __init__(self, *, where: str, found: str, expected: str, way_out: str) -> None:
        self.where: Final = where
        self.found: Final = found
        self.expected: Final = expected
        self.way_out: Final = way_out
        super().__init__(f"{where}: found {found}; expected {expected}. {way_out}")


class TheirMessage(ElectionNightError):  # noqa: N818 - named for whose fault it is, as the tree above says
    """Something that was given to us cannot be read."""

    exit_code = 2


class ElectionFolderError(TheirMessage):
    """An election folder is wrong, at a file and line."""


class NightError(TheirMessage):
    """A recorded night cannot be found or read."""


class OurJournal(ElectionNightError):  # noqa: N818 - as above
    """The journal cannot be trusted or written: the service stops."""

    exit_code = 3


class JournalDamagedError(OurJournal):
    """A record does not follow from the one before it."""


class JournalMismatchError(OurJournal):
    """The journal belongs to another election folder, another mode or another version of the rules."""


class JournalBusyError(OurJournal):
    """Another process writes this journal."""


class JournalWriteError(OurJournal):
    """The journal cannot be written (disk full, permissions): nothing further is acknowledged."""


class BrokerError(ElectionNightError):
    """The broker could not be started, or does not let us in."""

    exit_code = 4


class OurBug(ElectionNightError):  # noqa: N818 - as above
    """What must not happen has happened; please report it with the journal."""

    exit_code = 70
