"""Those who read, put together: the board as what is published, the page and the files that are made from it.

All of that is a process of its own beside the service: drawing a page for a thousand readers costs a count nothing but
what the processors are short of, and there it comes second.
"""

from service.readers.beside import Readers

__all__ = ["Readers"]
