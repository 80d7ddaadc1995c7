"""The web: the live page, its stream of changes, and what is served for programs. It reads a board, never the night."""

from service.adapters.web.listening import listen, url_of
from service.adapters.web.ports import Health, HealthNow, History
from service.adapters.web.server import WebServer

__all__ = ["Health", "HealthNow", "History", "WebServer", "listen", "url_of"]
