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
│   ├── AnotherServiceError   another service is online there, with another journal
│   └── BrokerRefusesError    it does not let us in, or does not take what is published on a topic
│       └── MessageRefusedError    it takes other messages there and never this one
└── OurBug             what must not happen has happened

Every message says where, what was found, what was expected, and the way out.
"""

from typing import Final


class ElectionNightError(Exception):
    """The root: `where` it is, what was `found` and `expected`, and the `way_out`; `heading` says it in a few words."""

    exit_code: int = 1
    heading: str = "this cannot go on"

    def __init__(self, *, where: str, found: str, expected: str, way_out: str) -> None:
        self.where: Final = where
        self.found: Final = found
        self.expected: Final = expected
        self.way_out: Final = way_out
        super().__init__(f"{where}: found {found}; expected {expected}. {way_out}")


class TheirMessage(ElectionNightError):  # noqa: N818 - named for whose fault it is, as the tree above says
    """Something that was given to us cannot be read."""

    exit_code = 2
    heading = "what was given cannot be used"


class ElectionFolderError(TheirMessage):
    """An election folder is wrong, at a file and line."""

    heading = "the election folder cannot be used"


class NightError(TheirMessage):
    """A recorded night cannot be found or read."""

    heading = "the night cannot be used"


class OurJournal(ElectionNightError):  # noqa: N818 - as above
    """The journal cannot be trusted or written: the service stops."""

    exit_code = 3
    heading = "the journal cannot be used"


class JournalDamagedError(OurJournal):
    """A record does not follow from the one before it."""

    heading = "the journal is damaged"


class JournalMismatchError(OurJournal):
    """The journal belongs to another election folder, another mode or another version of the rules."""

    heading = "the journal is of something else"


class JournalBusyError(OurJournal):
    """Another process writes this journal."""

    heading = "the journal is in use"


class JournalWriteError(OurJournal):
    """The journal cannot be written (disk full, permissions): nothing further is acknowledged."""

    heading = "the journal cannot be written"


class BrokerError(ElectionNightError):
    """The broker could not be started, or does not let us in."""

    exit_code = 4
    heading = "the broker cannot be used"


class BrokerRefusesError(BrokerError):
    """The broker does not let us in, or does not take what is published on a topic: asking again at once is no use."""


class MessageRefusedError(BrokerRefusesError):
    """The broker takes other messages, and never this one: it is too large for it, say."""


class AnotherServiceError(BrokerError):
    """Another service, with another journal, publishes on our topics: one of the two is to stop."""

    heading = "another service is online"


class OurBug(ElectionNightError):  # noqa: N818 - as above
    """What must not happen has happened; please report it with the journal."""

    exit_code = 70
    heading = "our fault"
