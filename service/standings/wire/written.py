"""Writing what is published."""

import json
from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]


def encode(value: Mapping[str, Any]) -> bytes:
    """Write what is published: JSON in UTF-8, no spaces, fields in the order of their type. Same value, same bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
