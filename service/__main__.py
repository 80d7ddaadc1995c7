"""`python -m service` is the command `election-night`."""

from service.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
