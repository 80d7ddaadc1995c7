"""The command `election-night`: each file here is one command or a family of them."""

from service.cli.commands import main

__all__ = ["main"]
