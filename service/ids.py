"""An identifier has its own type, so that an area is never passed where a contest is meant."""

import re
from typing import Final, NewType

ElectionId = NewType("ElectionId", str)
BodyId = NewType("BodyId", str)
ContestId = NewType("ContestId", str)
AreaId = NewType("AreaId", str)
CandidateId = NewType("CandidateId", str)
PartyId = NewType("PartyId", str)
SourceId = NewType("SourceId", str)
ContentHash = NewType("ContentHash", str)
"""The first 16 hexadecimal digits of the SHA-256 of a message's content: what a desk decision names."""

ID_CHARACTERS_MAX: Final = 80
"""Long enough for any ward's name, short enough that a topic of four of them stays far below MQTT's 65,535 bytes."""

ID_PATTERN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(text: str) -> bool:
    """Say whether `text` can name something here: lower-case ASCII letters, digits and single hyphens between them."""
    return len(text) <= ID_CHARACTERS_MAX and ID_PATTERN.fullmatch(text) is not None
