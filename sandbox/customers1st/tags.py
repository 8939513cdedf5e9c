"""Category tags of products and tags of customers."""

import re
from typing import Any

from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import business, not_found
from sandbox.customers1st.store import Store
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def handle_of(title: str) -> str:
    """Return the handle of a title: lower case, letters and hyphens only."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower().translate(LETTERS)).strip("-")


def product_tags(store: Store, wanted: list[Record] | None) -> list[Record]:
    """Return the stored tags for a product's list; unknown titles are created."""
    return [_product_tag(store, tag) for tag in wanted or []]


def customer_tags(store: Store, wanted: list[Record] | None) -> list[Record]:
    """Return the stored tags for a customer's list; unknown titles are created."""
    found = []
    for tag in wanted or []:
        known = _by_title(store.customer_tags, tag["title"])
        if known is None:
            number = store.numbers.next("customertag")
            title = tag["title"]
            known = {"id": number, "title": title, "handle": handle_of(title), "color": "#4baf4f"}
            store.customer_tags[number] = known
        found.append(dict(known))
    return found


def create_product_tag(store: Store, fields: Record) -> Record:
    """Create a category and return it."""
    title = fields["title"]
    tag = {
        "id": store.numbers.next("producttag"),
        "title": title,
        "accountno": fields.get("accountno"),
        "handle": fields.get("handle") or handle_of(title),
        "position": fields.get("position") or len(store.product_tags) + 1,
    }
    store.product_tags[tag["id"]] = tag
    return tag


def _product_tag(store: Store, wanted: Record) -> Record:
    number = wanted.get("id")
    if number is not None and number not in store.product_tags:
        raise business("The tag was not found.", "PRODUCT_TAG_NOT_FOUND", store_id=store.id)
    if number is not None:
        return dict(store.product_tags[number])
    if not wanted.get("title"):
        raise business("A tag needs a title.", "PRODUCT_TAG_NOT_FOUND", store_id=store.id)
    return dict(_by_title(store.product_tags, wanted["title"]) or create_product_tag(store, wanted))


def _by_title(tags: dict[int, Record], title: str) -> Record | None:
    return next((tag for tag in tags.values() if tag["title"].lower() == title.lower()), None)


def _list(visit: Visit) -> Reply:
    ids = visit.query.get("ids")
    handles = visit.query.get("handles")
    rows = [
        tag
        for tag in visit.store.product_tags.values()
        if (ids is None or str(tag["id"]) in ids) and (handles is None or tag["handle"] in handles)
    ]
    return visit.reply({"content": rows, "count": None, "hasMore": False})


def _create(visit: Visit) -> Reply:
    fields: dict[str, Any] = visit.body
    title = fields.get("title", "")
    if not title or _by_title(visit.store.product_tags, title):
        code = "PRODUCT_TAG_DUPLICATE" if title else "PRODUCT_TITLE_INVALID"
        raise business("The tag's title is missing or taken.", code, store_id=visit.store.id)
    return visit.reply({"content": create_product_tag(visit.store, fields)})


def _one(visit: Visit) -> Record:
    tag = visit.store.product_tags.get(visit.number("id", what="Tag"))
    if tag is None:
        raise not_found("Tag", errorcode="PRODUCT_TAG_NOT_FOUND")
    return tag


def _get(visit: Visit) -> Reply:
    return visit.reply({"content": _one(visit)})


def _put(visit: Visit) -> Reply:
    tag = _one(visit)
    for name in ("title", "accountno", "handle", "position"):
        tag[name] = visit.body.get(name, tag["title"] if name == "title" else None)
    return visit.reply({"content": tag})


def _delete(visit: Visit) -> Reply:
    tag = _one(visit)
    del visit.store.product_tags[tag["id"]]
    return visit.reply({"content": tag})


HANDLERS: Handlers = {
    ("GET", "/producttags"): _list,
    ("POST", "/producttags"): _create,
    ("GET", "/producttags/{id}"): _get,
    ("PUT", "/producttags/{id}"): _put,
    ("DELETE", "/producttags/{id}"): _delete,
}
