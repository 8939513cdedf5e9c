"""The endpoints of customers."""

from collections.abc import Callable

from sandbox.customers1st import paging
from sandbox.customers1st.customers import (
    READ_ONLY,
    create_customer,
    customer_view,
    delete_customer,
    replace_customer,
)
from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import not_found
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

EXACT = {"customerno": "customerno", "ean": "ean", "barcode": "barcode", "cvr": "vat"}
TEXTS = ("name", "email", "phone", "customerno", "address")


def _list(visit: Visit) -> Reply:
    rows = [row for row in visit.store.customers.values() if row["deleted_at"] is None]
    if visit.switches.get("c1st.draft_customers") == "none":
        rows = [row for row in rows if not row["draft"]]
    rows = paging.changed_after(visit, [row for row in rows if _fits(visit, row)])
    return visit.reply(paging.page(visit, paging.sort(visit, rows), render=_view(visit)))


def _fits(visit: Visit, row: Record) -> bool:
    query = visit.query
    name, text = query.get("name", "").lower(), query.get("freetext", "").lower()
    return (
        all(row[field] == query[key] for key, field in EXACT.items() if key in query)
        and ("email" not in query or (row["email"] or "").lower() == query["email"].lower())
        and ("phoneno" not in query or _digits(row["phone"]) == _digits(query["phoneno"]))
        and name in (row["name"] or "").lower()
        and (not text or any(text in (row[field] or "").lower() for field in TEXTS))
        and _has_tags(query.get("tags"), row)
        and _has_flag(query.get("allowMarketing"), row["permission_marketing"])
        and _has_flag(query.get("partOfLoyaltyClub"), row["loyalty_member_id"])
    )


def _digits(phone: str | None) -> str:
    return "".join(filter(str.isdigit, phone or "")).removeprefix("45")


def _has_tags(ids: str | None, row: Record) -> bool:
    wanted = {part.strip() for part in ids.split(",")} if ids else set()
    return wanted <= {str(tag["id"]) for tag in row["tags"] or []}


def _has_flag(wanted: bool | None, value: object) -> bool:
    return wanted is None or wanted == bool(value)


def _create(visit: Visit) -> Reply:
    fields = _settable(visit)
    return _reply(visit, create_customer(visit.shop, fields, quiet=visit.quiet))


def _get(visit: Visit) -> Reply:
    return _reply(visit, _one(visit))


def _put(visit: Visit) -> Reply:
    record = _one(visit)
    return _reply(visit, replace_customer(visit.shop, record, _settable(visit), quiet=visit.quiet))


def _delete(visit: Visit) -> Reply:
    record = _one(visit)
    if record["deleted_at"] is None:
        delete_customer(visit.shop, record, quiet=visit.quiet)
    return _reply(visit, record)


def _one(visit: Visit) -> Record:
    record = visit.store.customers.get(visit.number("customerId", what="Customer"))
    hidden = visit.switches.get("c1st.deleted_get") == "404"
    if record is None or (record["deleted_at"] is not None and hidden):
        raise not_found("Customer")
    return record


def _settable(visit: Visit) -> Record:
    content = visit.content
    sent = [name for name in content if name in READ_ONLY]
    if sent and visit.switches.get("c1st.readonly_in_put") == "refused":
        issues = [Issue(f"content.{name}", "error_readOnly", "body") for name in sent]
        raise visit.invalid(issues)
    return {name: value for name, value in content.items() if name not in sent}


def _view(visit: Visit) -> Callable[[Record], Record]:
    return lambda row: customer_view(visit.store, row)


def _reply(visit: Visit, record: Record) -> Reply:
    return visit.reply({"content": customer_view(visit.store, record)})


HANDLERS: Handlers = {
    ("GET", "/customers"): _list,
    ("POST", "/customers"): _create,
    ("GET", "/customers/{customerId}"): _get,
    ("PUT", "/customers/{customerId}"): _put,
    ("DELETE", "/customers/{customerId}"): _delete,
}
