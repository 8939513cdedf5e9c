"""A small client for the tests: speaks to the engine without sockets and holds it to the contract."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import simplejson
from jsonschema import Draft202012Validator

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.switches import Switches
from sandbox.uniconta.entities import BASE_COLUMNS, ENTITIES
from sandbox.uniconta.seed import seed_uniconta
from sandbox.uniconta.state import UnicontaState
from sandbox.web import Reply, Request

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
OPENAPI: dict[str, Any] = json.loads((CONTRACTS / "uniconta.openapi.json").read_text())
SCHEMAS: dict[str, Any] = OPENAPI["components"]["schemas"]
REQUESTS = {
    "/login": "LoginRequest",
    "/Invoice/GenerateDebtorInvoice": "DebtorInvoiceParameters",
    "/GLJournal/PostDailyJournal": "DailyJournalRequest",
    "/GLJournal/CheckJournal": "JournalRequest",
    "/Crud/UpdateFieldsModified": "OriginalModifiedRequest",
    "/Crud/UpdateFieldsModifiedList": "OriginalModifiedListRequest",
    "/Crud/InsertMasterAndDetails": "MasterDetailRequest",
    "/Crud/InsertChildRecords": "MasterDetailRequest",
}


class Api:
    """One session of one user; `rows`, `insert` ... insist on success, `call` takes what comes."""

    def __init__(
        self,
        uni: UnicontaState,
        *,
        username: str = "0070123/c1st",
        password: str = "sandbox-password",
    ) -> None:
        self.uni = uni
        answer = self.value("POST", "/login", {"Username": username, "Password": password})
        self.token: str = answer["token"] if isinstance(answer, dict) else ""
        self.refresh_token: str = answer["refreshToken"] if isinstance(answer, dict) else ""

    def call(self, method: str, path: str, body: Any = None, *, checked: bool = True) -> Reply:
        """Send one request, held to the declared request schema."""
        if checked and body is not None:
            check_request(path, body)
        url, _, query = path.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        token = getattr(self, "token", "")
        request = Request(
            method=method,
            path=url,
            query={name: [value] for name, _, value in pairs},
            headers={"authorization": f"Bearer {token}"} if token else {},
            body=b"" if body is None else simplejson.dumps(body, use_decimal=True).encode(),
        )
        return self.uni.handle(request)

    def value(self, method: str, path: str, body: Any = None, *, checked: bool = True) -> Any:
        """Send one request and return its JSON, or its text where that is no JSON."""
        return value_of(self.call(method, path, body, checked=checked))

    def rows(self, entity: str, *filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Query an entity and check every row against its declared members."""
        found = self.value("POST", f"/Query/Get/{entity}", list(filters) or [{}])
        assert isinstance(found, list), found
        for row in found:
            check_row(entity, row)
        return found

    def where(self, entity: str, name: str, value: str) -> list[dict[str, Any]]:
        """Query an entity by one member."""
        return self.rows(entity, {"PropertyName": name, "FilterValue": value})

    def insert(self, entity: str, **members: Any) -> dict[str, Any]:
        """Insert a record and return it as stored."""
        stored = self.value("POST", f"/Crud/Insert/{entity}", members)
        assert isinstance(stored, dict), stored
        check_row(entity, stored)
        return stored

    def order(self, *lines: tuple[str, str, str], account: str = "POS3000", **members: Any) -> int:
        """Make an order of (item, quantity, price) lines and return its number."""
        defaults = {
            "PricesInclVat": True,
            "DeleteOrder": True,
            "DeleteLines": True,
            "Payment": "POS",
        }
        header = {"Account": account, "Currency": "DKK", **defaults, **members}
        stored = self.value("POST", "/Crud/Insert/DebtorOrderClient", header)
        number = int(stored["OrderNumber"]) if isinstance(stored, dict) else self._newest_order()
        rows = [
            order_line(number, position, item=item, qty=qty, price=price)
            for position, (item, qty, price) in enumerate(lines, start=1)
        ]
        self.value("POST", "/Crud/InsertList/DebtorOrderLineClient", rows)
        return number

    def invoice(self, order_number: int, *, date: str = "2026-03-02") -> Any:
        """Invoice an order and return the answer."""
        body = {
            "OrderNumber": order_number,
            "Date": f"{date}T00:00:00",
            "Simulate": False,
            "SendEmail": False,
            "SendXML": False,
        }
        return self.value("POST", "/Invoice/GenerateDebtorInvoice", body)

    def sell(self, *lines: tuple[str, str, str], **members: Any) -> dict[str, Any]:
        """Make an order, invoice it and return the invoice as read back."""
        answer = self.invoice(self.order(*lines, **members))
        assert answer["Err"] == 0, answer
        return self.where("DebtorInvoiceClient", "InvoiceNumber", str(answer["InvoiceNumber"]))[-1]

    def post(
        self, *lines: Mapping[str, Any], date: str = "2026-03-02", journal: str = "C1ST"
    ) -> Any:
        """Post journal lines and return the answer."""
        body = {
            "Journal": journal,
            "Date": f"{date}T00:00:00",
            "Comment": "test",
            "Lines": [dict(line) for line in lines],
        }
        return self.value("POST", "/GLJournal/PostDailyJournal", body)

    def _newest_order(self) -> int:
        return int(self.uni.orders[-1]["OrderNumber"])


def order_line(order: int, position: int, *, item: str, qty: str, price: str) -> dict[str, Any]:
    """Return an order line as the integration sends it."""
    return {
        "OrderNumber": str(order),
        "LineNumber": position,
        "Item": item,
        "Text": f"Linje {position}",
        "Qty": Decimal(qty),
        "Price": Decimal(price),
        "DoInvoice": True,
        "Storage": "Register",
        "ReferenceNumber": str(90000 + position),
    }


def journal_line(
    account: str,
    offset: str,
    *,
    credit: str = "0",
    reference: str = "c1st:3000:settle:1",
    **members: Any,
) -> dict[str, Any]:
    """Return a ledger line; a negative credit is sent as a debit."""
    amount = Decimal(credit)
    side = {"Credit": amount} if amount > 0 else {"Debit": -amount}
    return {
        "Journal": "C1ST",
        "AccountType": "Ledger",
        "Account": account,
        "OffsetAccountType": "Ledger",
        "OffsetAccount": offset,
        **side,
        "Text": "Bon 1",
        "ReferenceNumber": reference,
        **members,
    }


def payment_line(
    debtor: str, offset: str, *, credit: str, invoice: str = "", **members: Any
) -> dict[str, Any]:
    """Return a debtor's payment that settles an invoice."""
    settling = (
        {"Invoice": invoice, "SettleValue": "Invoice", "Settlements": invoice} if invoice else {}
    )
    kinds = {"AccountType": "Debtor", "DCPostType": "Payment"}
    return journal_line(debtor, offset, credit=credit, **{**kinds, **settling, **members})


def new_uniconta() -> UnicontaState:
    """Return the seeded vendor with a clock of its own."""
    uni = UnicontaState(clock=Clock(), switches=Switches(), faults=Faults())
    seed_uniconta(uni)
    return uni


def value_of(reply: Reply) -> Any:
    """Return the JSON of a reply, or its text where that is no JSON."""
    content = reply.content()
    if not reply.content_type.startswith("application/json"):
        return content if reply.content_type == "application/pdf" else content.decode()
    return simplejson.loads(content, use_decimal=True) if content else None


def check_request(path: str, body: Any) -> None:
    """Assert that a body has only declared members, of the declared types."""
    if path.startswith("/Query/Get/"):
        for item in body:
            _validate("QueryFilter", item)
        return
    for prefix, schema in REQUESTS.items():
        if path.split("?")[0] == prefix or path.startswith(prefix + "/"):
            _validate(schema, body)


def check_row(entity: str, row: Mapping[str, Any]) -> None:
    """Assert that a row has only documented members and that the declared ones have their declared type."""
    user = entity.endswith("User")
    name = entity.removesuffix("User")
    known = {**ENTITIES[name].columns, **BASE_COLUMNS}
    properties = SCHEMAS[name]["properties"]
    for member, value in row.items():
        assert member in known or user, f"{name} has no {member}"
        if member in properties:
            _check_value(properties[member], value, name=f"{name}.{member}")


def _check_value(schema: Mapping[str, Any], value: Any, *, name: str) -> None:
    plain = {key: part for key, part in schema.items() if key in ("type", "maxLength", "enum")}
    allowed = [plain, {"type": "null"}] if value is None else [plain]
    native = float(value) if isinstance(value, Decimal) else value
    errors = list(Draft202012Validator({"anyOf": allowed}).iter_errors(native))
    assert not errors, f"{name} = {value!r}"


def _validate(schema: str, body: Any) -> None:
    document = {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": SCHEMAS}}
    native = json.loads(simplejson.dumps(body, use_decimal=True))
    errors = [error.message for error in Draft202012Validator(document).iter_errors(native)]
    assert not errors, errors
