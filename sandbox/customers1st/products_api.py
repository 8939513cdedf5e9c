"""The endpoints of products."""

from collections.abc import Callable
from functools import partial
from typing import Any

import simplejson

from sandbox.customers1st import paging
from sandbox.customers1st.models import Record
from sandbox.customers1st.products import (
    READ_ONLY,
    create_product,
    delete_product,
    live_products,
    patch_product,
    product_view,
    replace_product,
)
from sandbox.customers1st.refusals import Refused, business, not_found
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

EXACT = {
    "barcode": "barcode",
    "brand": "brand",
    "color": "color",
    "size": "size",
    "customfield1": "customfield1",
    "customfield2": "customfield2",
    "customfield3": "customfield3",
    "customfield4": "customfield4",
    "id": "id",
    "serieNo": "serieno",
    "vatmode": "vatmode",
}
ONE_OF = {"productNo": "productno", "styleNo": "styleno"}
PRESENT: dict[str, Callable[[Record], bool]] = {
    "hasSerieNo": lambda row: bool(row["serieno"]),
    "inStock": lambda row: (row["stockno"] or 0) > 0,
    "needsOrdering": lambda row: bool(row["needsordering"]),
    "hasSyncproductdatawebshop": lambda row: bool(row["syncproductdatawebshop"]),
}
TEXTS = ("title", "productno", "barcode", "alternativebarcode", "styleno")

Change = Callable[..., Record]


def find_product(visit: Visit, number: int) -> Record:
    """Return a product by id, deleted ones by switch `c1st.deleted_get`; else 404."""
    record = visit.store.products.get(number)
    hidden = visit.switches.get("c1st.deleted_get") == "404"
    if record is None or (record["deleted_at"] is not None and hidden):
        raise not_found("Product", errorcode="PRODUCT_NOT_FOUND")
    return record


def settable(visit: Visit, content: Record, *, keep: frozenset[str] = frozenset()) -> Record:
    """Return a body without read-only fields, or refuse them (switch `c1st.readonly_in_put`)."""
    sent = [name for name in content if name in READ_ONLY - keep]
    if sent and visit.switches.get("c1st.readonly_in_put") == "refused":
        issues = [Issue(f"content.{name}", "error_readOnly", "body") for name in sent]
        raise visit.invalid(issues)
    return {name: value for name, value in content.items() if name not in sent}


def _list(visit: Visit) -> Reply:
    rows = [row for row in live_products(visit.store) if _fits(visit, row)]
    rows = paging.changed_after(visit, rows)
    rows = paging.between(rows, "updated_at", None, paging.instant(visit, "updated_before"))
    rows = paging.between(rows, "created", None, paging.instant(visit, "created_before"))
    rows = paging.sort(visit, rows, dashed=True)
    discount_price = bool(visit.query.get("getDiscountPrice"))

    def render(row: Record) -> Record:
        return product_view(visit.store, row, discount_price=discount_price)

    if "cursor" in visit.query:
        return visit.reply(paging.cursor_page(visit, rows, render=render))
    return visit.reply(paging.page(visit, rows, render=render) | {"nextCursor": None})


def _fits(visit: Visit, row: Record) -> bool:
    query = visit.query
    return (
        all(row[field] == query[name] for name, field in EXACT.items() if name in query)
        and all(row[field] in query[name] for name, field in ONE_OF.items() if name in query)
        and all(test(row) == query[name] for name, test in PRESENT.items() if name in query)
        and _has_tag(query, row)
        and _has_text(query.get("freetext"), row)
    )


def _has_tag(query: dict[str, Any], row: Record) -> bool:
    wanted = [*query.get("tags", []), *([query["tag"]] if query.get("tag") else [])]
    if not wanted:
        return True
    names = {str(value) for tag in row["tags"] or [] for value in (tag["id"], tag["title"])}
    return bool(names.intersection(wanted))


def _has_text(text: str | None, row: Record) -> bool:
    return not text or any(text.lower() in (row[name] or "").lower() for name in TEXTS)


def _create(visit: Visit) -> Reply:
    content = visit.content
    missing = [name for name in ("title", "productno") if name not in content]
    if missing:
        issues = [Issue(f"content.{name}", "error_required", "body") for name in missing]
        raise visit.invalid(issues)
    fields = settable(visit, content)
    record = create_product(visit.shop, fields, quiet=visit.quiet, metadata=_metadata(visit))
    return _reply(visit, record)


def _get(visit: Visit) -> Reply:
    record = find_product(visit, visit.number("productId", what="Product"))
    return _reply(visit, record, discount_price=bool(visit.query.get("includeDiscountPrice")))


def _put(visit: Visit) -> Reply:
    return _write(visit, replace_product)


def _patch(visit: Visit) -> Reply:
    return _write(visit, patch_product)


def _write(visit: Visit, change: Change) -> Reply:
    record = find_product(visit, visit.number("productId", what="Product"))
    fields = settable(visit, visit.content)
    change(visit.shop, record, fields, quiet=visit.quiet, metadata=_metadata(visit))
    return _reply(visit, record)


def _delete(visit: Visit) -> Reply:
    record = find_product(visit, visit.number("productId", what="Product"))
    if record["deleted_at"] is None:
        delete_product(visit.shop, record, quiet=visit.quiet)
    return _reply(visit, record)


def _bulk_put(visit: Visit) -> Reply:
    return _bulk(visit, replace_product)


def _bulk_patch(visit: Visit) -> Reply:
    return _bulk(visit, patch_product)


def _bulk(visit: Visit, change: Change) -> Reply:
    rows = []
    for item in visit.body.get("content") or []:
        content = item.get("content") or {}
        work = partial(_one, visit, change, content)
        rows.append(_bulk_row(visit, content.get("id"), work))
    return visit.reply({"content": rows})


def _one(visit: Visit, change: Change, content: Record, record: Record) -> None:
    fields = settable(visit, content, keep=frozenset({"id"}))
    fields.pop("id", None)
    change(visit.shop, record, fields, quiet=visit.quiet)


def _bulk_delete(visit: Visit) -> Reply:
    def remove(record: Record) -> None:
        delete_product(visit.shop, record, quiet=visit.quiet)

    rows = []
    for text in visit.query.get("ids", []):
        number = int(text) if text.isdigit() else None
        rows.append(_bulk_row(visit, number, remove))
    return visit.reply({"content": rows})


def _bulk_row(visit: Visit, number: int | None, work: Callable[[Record], None]) -> Record:
    try:
        if number is None:
            raise business("The item has no id.", "BAD_REQUEST", store_id=visit.store.id)
        record = find_product(visit, number)
        work(record)
    except Refused as refused:
        body = refused.reply.body
        status, message = refused.reply.status, body["message"]
        row: Record = {"id": number, "content": None, "status": status, "message": message}
        return row | {"error": body}
    view = product_view(visit.store, record)
    return {"id": number, "content": view, "status": 200, "message": None, "error": None}


def _metadata(visit: Visit) -> Any:
    text = visit.body.get("resthookmetadata")
    if not text:
        return None
    try:
        return simplejson.loads(text, use_decimal=True)
    except ValueError:
        raise business(
            "resthookmetadata is not JSON.", "BAD_REQUEST", store_id=visit.store.id
        ) from None


def _reply(visit: Visit, record: Record, *, discount_price: bool = False) -> Reply:
    view = product_view(visit.store, record, discount_price=discount_price)
    return visit.reply({"content": view, "allow_edit_productno_and_serieno": True})


HANDLERS: Handlers = {
    ("GET", "/products"): _list,
    ("POST", "/products"): _create,
    ("GET", "/products/{productId}"): _get,
    ("PUT", "/products/{productId}"): _put,
    ("PATCH", "/products/{productId}"): _patch,
    ("DELETE", "/products/{productId}"): _delete,
    ("PUT", "/products/bulk"): _bulk_put,
    ("PATCH", "/products/bulk"): _bulk_patch,
    ("DELETE", "/products/bulk"): _bulk_delete,
}
