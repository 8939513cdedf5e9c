"""The endpoints of payment types and registers."""

from typing import Any

from sandbox.customers1st.basket import DEBTOR
from sandbox.customers1st.models import Record
from sandbox.customers1st.payment_view import DEBTOR_TYPE_ID
from sandbox.customers1st.refusals import not_found
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.store import Store
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

TYPE_FIELDS = ("title", "accountno", "currency", "exchangerate", "cash")
REGISTER_FIELDS = ("title", "cashactive", "default", "startamount", "pospaymentmethodrelations")


def add_payment_type(store: Store, fields: Record) -> Record:
    """Add a button of the shop's own."""
    number = fields.get("id") or store.numbers.next("paymenttype")
    record = {"id": number, **{name: fields.get(name) for name in TYPE_FIELDS}, "deleted_at": None}
    record["cash"] = fields.get("cash") or 0
    store.payment_types[number] = record
    return record


def add_register(store: Store, fields: Record) -> Record:
    """Add a register with the buttons named by title or given as relations."""
    number = fields.get("id") or store.numbers.next("register")
    record = {"id": number, **{name: fields.get(name) for name in REGISTER_FIELDS}}
    record["cashactive"] = 1 if fields.get("cashactive") is None else fields["cashactive"]
    record["default"] = fields.get("default") or 0
    record["pospaymentmethodrelations"] = fields.get("pospaymentmethodrelations") or []
    record["deleted_at"] = None
    store.registers[number] = record
    return record


def relation(
    register_id: int, number: int, position: int, title: str, *, kind: str, type_id: int | None
) -> Record:
    """Return one button of a register (POSPaymentMethodRelation)."""
    return {
        "id": number,
        "title": title,
        "poscashregisterid": register_id,
        "paymentproviderid": None if type_id is None else str(type_id),
        "paymentprovidertype": kind,
        "paymentprovider": None,
        "position": position,
        "transaction_limit": None,
        "btnColor": None,
        "customer_required": kind == "invoice",
        "config": None,
    }


def _type_view(record: Record) -> Record:
    return {name: record[name] for name in ("id", *TYPE_FIELDS)}


def _types(visit: Visit) -> Reply:
    rows = [_type_view(r) for r in visit.store.payment_types.values() if r["deleted_at"] is None]
    if visit.switches.get("c1st.debtor_button") == "custom_type":
        blank: Record = dict.fromkeys(TYPE_FIELDS)
        rows.append({"id": DEBTOR_TYPE_ID, **blank, "title": DEBTOR, "cash": 0})
    return visit.reply(rows)


def _type(visit: Visit) -> Record:
    record = visit.store.payment_types.get(visit.number("id", what="Payment type"))
    hidden = record is not None and record["deleted_at"] is not None
    if record is None or (hidden and not visit.query.get("allowDeleted")):
        raise not_found("Payment type", errorcode="PAYMENT_METHOD_NOT_FOUND")
    return record


def _get_type(visit: Visit) -> Reply:
    return visit.reply(_type_view(_type(visit)))


def _create_type(visit: Visit) -> Reply:
    _need_title(visit, visit.body, "title")
    fields = {name: value for name, value in visit.body.items() if name != "id"}
    return visit.reply(_type_view(add_payment_type(visit.store, fields)))


def _put_type(visit: Visit) -> Reply:
    record = _type(visit)
    _need_title(visit, visit.body, "title")
    record.update({name: visit.body.get(name) for name in TYPE_FIELDS})
    record["cash"] = record["cash"] or 0
    return visit.reply(_type_view(record))


def _delete_type(visit: Visit) -> Reply:
    _type(visit)["deleted_at"] = visit.store.now()
    return visit.reply({"deleted": 1})


def _need_title(visit: Visit, fields: Any, name: str) -> None:
    if not fields.get("title"):
        raise visit.invalid([Issue(name, "error_required", "body")])


def _registers(visit: Visit) -> Reply:
    with_deleted = visit.query.get("includeDeleted", False)
    rows = [r for r in visit.store.registers.values() if with_deleted or r["deleted_at"] is None]
    return visit.reply({"content": rows})


def _register(visit: Visit) -> Record:
    record = visit.store.registers.get(visit.number("id", what="Register"))
    if record is None:
        raise not_found("Register")
    return record


def _get_register(visit: Visit) -> Reply:
    return visit.reply({"content": _register(visit)})


def _create_register(visit: Visit) -> Reply:
    fields = {name: value for name, value in visit.content.items() if name != "id"}
    return visit.reply({"content": add_register(visit.store, fields)}, status=201)


def _put_register(visit: Visit) -> Reply:
    record = _register(visit)
    record.update({name: visit.content.get(name) for name in REGISTER_FIELDS})
    return visit.reply({"content": record})


def _delete_register(visit: Visit) -> Reply:
    record = _register(visit)
    record["deleted_at"] = visit.store.now()
    return visit.reply({"content": record})


HANDLERS: Handlers = {
    ("GET", "/paymenttypes"): _types,
    ("POST", "/paymenttypes"): _create_type,
    ("GET", "/paymenttypes/{id}"): _get_type,
    ("PUT", "/paymenttypes/{id}"): _put_type,
    ("DELETE", "/paymenttypes/{id}"): _delete_type,
    ("GET", "/registers"): _registers,
    ("POST", "/registers"): _create_register,
    ("GET", "/registers/{id}"): _get_register,
    ("PUT", "/registers/{id}"): _put_register,
    ("DELETE", "/registers/{id}"): _delete_register,
}
