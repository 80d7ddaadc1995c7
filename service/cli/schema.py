"""`schema`: the wire, as JSON Schema and AsyncAPI."""

import json
import sys
from typing import Annotated

import typer

from service.schemas import asyncapi, json_schema


def schema(
    as_asyncapi: Annotated[bool, typer.Option("--asyncapi", help="Print an AsyncAPI 3 document instead.")] = False,
) -> None:
    """Print JSON Schema of every message, or an AsyncAPI 3 document of the topics."""
    document = asyncapi() if as_asyncapi else json_schema()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
