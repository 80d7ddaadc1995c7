"""What can be asked of the service over HTTP, as OpenAPI 3.1: written from the types that are published."""

from typing import Any, Final

from service.schemas import json_schema

TEXT: Final = "text/plain"
ANSWERS: Final[tuple[tuple[str, str, str, str | None], ...]] = (
    (
        "/api/standings/{body}.json",
        "Standings of a body, as published",
        "application/json",
        "StandingsOut",
    ),
    ("/api/standings/{body}.csv", "Standings of a body as a table", "text/csv", None),
    ("/api/areas/{contest}/{area}.json", "An area as it stands, as published", "application/json", "ResultOut"),
    ("/api/events", "The last 500 events, the oldest first", "application/json", "Events"),
    ("/api/history/{body}", "When what was published about a body", "application/json", "History"),
    ("/api/moments", "The times at which standings were published", "application/json", "Moments"),
    ("/stream", "Changes of the page named by `page`, as server-sent events", "text/event-stream", None),
    ("/cards/{body}.svg", "A body's card, a drawing that stands alone", "image/svg+xml", None),
    ("/cards/latest.svg", "The last declaration's card", "image/svg+xml", None),
    ("/healthz", "Whether the process lives", TEXT, None),
    ("/readyz", "Whether counts can come in: 503 if not", "application/json", None),
    ("/metrics", "Metrics in the Prometheus text format", TEXT, None),
)
"""Every address for programs: path, what it answers, its media type, its schema."""

GOES_BACK: Final = (
    "/api/standings/{body}.json",
    "/api/standings/{body}.csv",
    "/api/areas/{contest}/{area}.json",
    "/api/events",
    "/cards/{body}.svg",
    "/cards/latest.svg",
)
"""Addresses that answer as of the earlier moment `at`: a time of day, or a date, a time and an offset."""

NOT_KEPT: Final = ("/stream", "/healthz", "/readyz", "/metrics")
"""What is true for this moment alone: it has no entity tag, and is never answered 304."""

UNAVAILABLE: Final = {
    "/stream": "as many readers as there is room for: come back",
    "/healthz": "not heard of",
    "/readyz": "not ready, and why",
}
"""When an address answers 503."""

TIME: Final = {"type": "string", "format": "date-time"}


def openapi() -> dict[str, Any]:
    """Write the document."""
    schemas = _moved(json_schema()["$defs"])
    schemas["Events"] = _object(events={"type": "array", "items": {"$ref": "#/components/schemas/EventOut"}})
    published = _object(at=TIME, sequence={"type": "integer"}, digest={"type": "string"})
    text = {"type": "string"}
    schemas["History"] = _object(election=text, body=text, published={"type": "array", "items": published})
    schemas["Refusal"] = _object(error=text)
    schemas["Moments"] = _object(moments={"type": "array", "items": TIME})
    return {
        "openapi": "3.1.0",
        "info": {"title": "election-night", "version": "1.0.0"},
        "paths": {about[0]: {"get": _answer(*about)} for about in ANSWERS},
        "components": {"schemas": schemas},
    }


def _answer(path: str, words: str, media_type: str, schema: str | None) -> dict[str, Any]:
    named = [part.partition("}")[0] for part in path.split("{")[1:]]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in named]
    queries = ("page", "a", "b", "since") if path == "/stream" else ("at",) if path in GOES_BACK else ()
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in queries]
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}} if schema else {}}
    answers: dict[str, Any] = {"200": {"description": words, "content": content}}
    if path not in NOT_KEPT:
        answers["304"] = {"description": "as you have it"}
    if path in GOES_BACK:
        answers["400"] = _refusal("`at` is no time")
    if path == "/stream":
        answers["404"] = {"description": "no such page"}
    if named:
        answers["404"] = _refusal("there is none, or nothing has been published about it, or had been then")
    if path in UNAVAILABLE:
        answers["503"] = {"description": UNAVAILABLE[path]}
    return {"summary": words, "parameters": parameters, "responses": answers}


def _refusal(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _moved(value: Any) -> Any:
    """Point references at where OpenAPI keeps schemas."""
    if isinstance(value, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(item)
            for key, item in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value
