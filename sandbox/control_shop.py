"""Control calls that let the shop's staff work: sales, returns, closes and master data."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.customers1st.basket import (
    CASH,
    Goods,
    Pay,
    TillError,
    Wish,
    foreign,
    free_text,
    issue_card,
    line,
    return_card,
    returned,
    tender,
    use_card,
)
from sandbox.customers1st.close_view import close_view
from sandbox.customers1st.models import Payment
from sandbox.customers1st.products import product_view
from sandbox.customers1st.shop import Shop

Body = dict[str, Any]


def sale(shop: Shop, body: Body) -> Any:
    """Sell: `lines`, `tenders`, `register`, `customer`, `at`, `surcharge`, `note`."""
    payment = shop.sell(
        _lines(body),
        _tenders(body),
        register=body.get("register", _first_register(shop)),
        customer=body.get("customer"),
        at=_at(body),
        surcharge=body.get("surcharge"),
        note=body.get("note"),
    )
    return _shown(shop, payment)


def take_back(shop: Shop, body: Body) -> Any:
    """Return the receipt `payment`, whole or its `lines`."""
    payment = _payment(shop, body)
    lines = _lines(body) if body.get("lines") else None
    register = body.get("register")
    back = shop.return_(payment, _tenders(body), lines=lines, register=register, at=_at(body))
    return _shown(shop, back)


def customer_payment(shop: Shop, body: Body) -> Any:
    """Receive money from `customer` by `tenders`."""
    register = body.get("register", _first_register(shop))
    tenders = _tenders(body) or []
    made = shop.customer_payment(body["customer"], tenders, register=register, at=_at(body))
    return _shown(shop, made)


def park(shop: Shop, body: Body) -> Any:
    """Park a sale of `lines`."""
    register = body.get("register", _first_register(shop))
    customer = body.get("customer")
    return _shown(shop, shop.park(_lines(body), register=register, customer=customer, at=_at(body)))


def complete(shop: Shop, body: Body) -> Any:
    """Complete the parked sale `payment` with `tenders`."""
    return _shown(shop, shop.complete(body["payment"], _tenders(body), at=_at(body)))


def cancel(shop: Shop, body: Body) -> Any:
    """Cancel the parked sale `payment`."""
    return _shown(shop, shop.cancel(body["payment"], at=_at(body)))


def close(shop: Shop, body: Body) -> Any:
    """Close `register`: `counted`, `to_bank`, `expense`, `note`, `at`."""
    made = shop.close(
        body.get("register", _first_register(shop)),
        counted=body.get("counted"),
        to_bank=body.get("to_bank", 0),
        expense=body.get("expense", 0),
        note=body.get("note"),
        at=_at(body),
    )
    return close_view(shop.store, made)


def product(shop: Shop, body: Body) -> Any:
    """Create a product, or change or delete the one named by `id`."""
    number = body.pop("id", None)
    if number is None:
        made = shop.add_product(body.pop("title"), body.pop("productno"), **body)
    elif body.pop("delete", False):
        made = shop.delete_product(number)
    else:
        made = shop.edit_product(number, **body)
    return product_view(shop.store, made)


def customer(shop: Shop, body: Body) -> Any:
    """Create a customer, or change or delete the one named by `id`."""
    number = body.pop("id", None)
    if number is None:
        return shop.add_customer(body.pop("name", None), **body)
    if body.pop("delete", False):
        return shop.delete_customer(number)
    return shop.edit_customer(number, **body)


def _first_register(shop: Shop) -> int:
    return next(iter(shop.store.registers))


def _payment(shop: Shop, body: Body) -> Payment:
    found = shop.store.payments.get(body["payment"])
    if found is None:
        raise TillError(f"there is no receipt {body['payment']}")
    return found


def _shown(shop: Shop, payment: Payment) -> Any:
    return shop.show_payment(payment.id)


def _at(body: Body) -> datetime | None:
    text = body.get("at")
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise TillError(f"{text} has no time zone; write for example {text}+01:00")
    return moment


def _tenders(body: Body) -> list[Pay] | None:
    if "tenders" not in body:
        return None
    return [_tender(row) for row in body["tenders"]]


def _tender(row: Body) -> Pay:
    if "cash" in row:
        return tender(CASH, row["cash"])
    if "foreign" in row:
        return foreign(row["foreign"], title=row.get("title", "EUR"))
    return tender(row["title"], row.get("amount"))


def _lines(body: Body) -> list[Wish]:
    return [_line(row) for row in body.get("lines", [])]


def _line(row: Body) -> Wish:
    for key, make in _WISHES.items():
        if key in row:
            return make(row)
    raise TillError(f"a line needs one of: {', '.join(_WISHES)}")


def _goods(row: Body) -> Goods:
    return line(
        row["product"],
        row.get("quantity", 1),
        price=row.get("price"),
        discount=row.get("discount"),
        second_hand=bool(row.get("second_hand")),
    )


def _free_text(row: Body) -> Goods:
    return free_text(
        row["title"],
        row["price"],
        quantity=row.get("quantity", 1),
        vat=row.get("vat", 25),
        discount=row.get("discount"),
        cost=row.get("cost", 0),
        second_hand=bool(row.get("second_hand")),
    )


def _issued(row: Body) -> Wish:
    number, rate = row.get("number"), row.get("vat")
    return issue_card(row["amount"], card_type=row["issue"], number=number, vat=rate)


_WISHES: dict[str, Callable[[Body], Wish]] = {
    "product": _goods,
    "title": _free_text,
    "issue": _issued,
    "use": lambda row: use_card(row["use"], row["amount"]),
    "return_card": lambda row: return_card(row["return_card"]),
    "returned": lambda row: returned(row["returned"], row.get("quantity")),
}

#: Name of the control call to what it does.
SHOP_ACTIONS: dict[str, Callable[[Shop, Body], Any]] = {
    "sale": sale,
    "return": take_back,
    "customer-payment": customer_payment,
    "park": park,
    "complete": complete,
    "cancel": cancel,
    "close": close,
    "product": product,
    "customer": customer,
}
