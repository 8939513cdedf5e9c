"""The endpoints of hooks."""

from typing import Any

from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import business, not_found
from sandbox.customers1st.schema import Issue, document
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

LOG_PAGE = 50
SHOWN = ("id", "event", "url", "active", "created", "lastactivity", "last_updated")


def _events() -> list[str]:
    names: list[str] = document()["$defs"]["HookEventName"]["enum"]
    return names


def _view(hook: Record) -> Record:
    return {name: hook[name] for name in SHOWN}


def _list(visit: Visit) -> Reply:
    return visit.reply({"content": [_view(h) for h in visit.store.hooks.values()], "count": None})


def _one(visit: Visit) -> Record:
    hook = visit.store.hooks.get(visit.number("hookId", what="Hook"))
    if hook is None:
        raise not_found("Hook")
    return hook


def _get(visit: Visit) -> Reply:
    return visit.reply(_view(_one(visit)))


def _create(visit: Visit) -> Reply:
    fields: dict[str, Any] = visit.body
    missing = [name for name in ("event", "url") if not fields.get(name)]
    if missing:
        raise visit.invalid([Issue(name, "error_required", "body") for name in missing])
    if fields["event"] not in _events():
        issue = Issue("event", "error_enum", "body", fields["event"], tuple(_events()))
        raise visit.invalid([issue])
    _check_free(visit, fields["event"])
    now = visit.store.now()
    hook: Record = {
        "id": visit.store.numbers.next("hook"),
        "event": fields["event"],
        "url": fields["url"],
        "active": fields.get("active", 1),
        "created": now,
        "lastactivity": None,
        "last_updated": now,
    }
    visit.store.hooks[hook["id"]] = hook
    return visit.reply({"id": hook["id"]}, status=201)


def _check_free(visit: Visit, event: str) -> None:
    """Apply switch `c1st.hook_registration`."""
    reading = visit.switches.get("c1st.hook_registration")
    taken = any(hook["event"] == event for hook in visit.store.hooks.values())
    if reading == "forbidden":
        message = "Hooks can only be added in the app."
        raise business(message, "UNAUHTORIZED", status=403, store_id=visit.store.id)
    if reading == "unique_per_event" and taken:
        message = "There is a hook for this event already."
        raise business(message, "BAD_REQUEST", store_id=visit.store.id)


def _put(visit: Visit) -> Reply:
    hook = _one(visit)
    for name in ("event", "url", "active"):
        if name in visit.body:
            hook[name] = visit.body[name]
    hook["last_updated"] = visit.store.now()
    return visit.reply({"updated": 1})


def _delete(visit: Visit) -> Reply:
    hook = _one(visit)
    del visit.store.hooks[hook["id"]]
    return visit.reply({"deleted": 1})


def _list_events(visit: Visit) -> Reply:
    items = [{"key": name, "description": name.replace(".", " ")} for name in _events()]
    return visit.reply({"items": items})


def _log(visit: Visit) -> Reply:
    reading = visit.switches.get("c1st.hook_log")
    log = visit.store.hook_log
    rows = {"newest_first": log[::-1], "oldest_first": log, "empty": []}[reading]
    content = rows[:LOG_PAGE]
    return visit.reply({"content": content, "count": None, "hasMore": len(rows) > LOG_PAGE})


HANDLERS: Handlers = {
    ("GET", "/hooks"): _list,
    ("POST", "/hooks"): _create,
    ("GET", "/hooks/{hookId}"): _get,
    ("PUT", "/hooks/{hookId}"): _put,
    ("DELETE", "/hooks/{hookId}"): _delete,
    ("GET", "/hooks/events"): _list_events,
    ("GET", "/hooks/log"): _log,
}
