"""The web: the live page, its stream of changes, and what is served for programs. It reads a board, never the night."""

from service.adapters.web.limits import READERS_MAX, Limits, room_for
from service.adapters.web.listening import listen, url_of
from service.adapters.web.ports import Health, HealthNow, History
from service.adapters.web.server import WebServer

__all__ = ["READERS_MAX", "Health", "HealthNow", "History", "Limits", "WebServer", "listen", "room_for", "url_of"]
