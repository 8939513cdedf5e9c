"""Wished lines become articles: prices, discounts, returns, gift cards and their VAT."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from sandbox.customers1st.basket import (
    CardReturned,
    CardSold,
    CardUsed,
    Goods,
    ReturnedLine,
    TillError,
    Wish,
)
from sandbox.customers1st.giftcards import balance_of, find_card, title_of
from sandbox.customers1st.models import Line, Record
from sandbox.customers1st.products import gross_price, vat_rate
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, money, vat_part

RETURN_TAG = 2
SNAPSHOT = ("id", "title", "productno", "barcode", "styleno", "size", "color")


def build_lines(store: Store, wishes: Iterable[Wish]) -> list[Line]:
    """Return the articles of a receipt with their totals and VAT; TillError when one cannot be."""
    lines: list[Line] = []
    for wish in wishes:
        lines.extend(_lines(store, wish))
    _set_vat(store, lines)
    return lines


def find_line(store: Store, line_id: int) -> Line:
    """Return an article of any receipt; TillError when there is none."""
    for payment in store.payments.values():
        for line in payment.lines:
            if line.id == line_id:
                return line
    raise TillError(f"no receipt holds a line {line_id}")


def _lines(store: Store, wish: Wish) -> Iterator[Line]:
    match wish:
        case Goods():
            yield from _goods(store, wish)
        case ReturnedLine():
            yield from _returned(store, wish)
        case CardSold():
            yield _sold_card(store, wish)
        case CardUsed():
            yield _used_card(store, wish)
        case CardReturned():
            yield _returned_card(store, wish)


def _goods(store: Store, wish: Goods) -> Iterator[Line]:
    product = _product(store, wish.product_id)
    price = wish.price if wish.price is not None else gross_price(store, product or {})
    cost = wish.cost if wish.cost is not None else _cost(product)
    rate = wish.vat if wish.vat is not None else vat_rate(product) if product else Decimal(25)
    made = Line(
        id=store.numbers.next("article"),
        title=wish.title or str((product or {})["title"]),
        quantity=wish.quantity,
        price=price,
        vat=rate,
        total=money(price * wish.quantity),
        cost=cost,
        vatmode=wish.vatmode,
        product={name: product[name] for name in SNAPSHOT} if product else None,
    )
    yield made
    if wish.discount:
        yield _discount(store, made, -wish.discount, Decimal(1), title=wish.discount_title)


def _product(store: Store, product_id: int | None) -> Record | None:
    if product_id is None:
        return None
    product = store.products.get(product_id)
    if product is None or product["deleted_at"] is not None:
        raise TillError(f"there is no product {product_id} to sell")
    return product


def _cost(product: Record | None) -> Decimal:
    return money((product or {}).get("costprice") or 0)


def _discount(store: Store, line: Line, price: Decimal, quantity: Decimal, *, title: str) -> Line:
    discount = Line(
        id=store.numbers.next("article"),
        title=title,
        quantity=quantity,
        price=price,
        vat=line.vat,
        total=money(price * quantity),
        vatmode=line.vatmode,
        is_discount=True,
    )
    line.discount_line = discount.id
    line.discount = discount.total
    return discount


def _returned(store: Store, wish: ReturnedLine) -> Iterator[Line]:
    original = find_line(store, wish.line_id)
    quantity = wish.quantity if wish.quantity is not None else original.quantity
    if not 0 < quantity <= original.quantity:
        raise TillError(f"line {original.id} sold {original.quantity}; {quantity} cannot return")
    made = Line(
        id=store.numbers.next("article"),
        title=original.title,
        quantity=-quantity,
        price=original.price,
        vat=original.vat,
        total=money(original.price * -quantity),
        cost=original.cost,
        vatmode=original.vatmode,
        product=original.product,
        returns=original.id,
        return_tag=RETURN_TAG,
    )
    yield made
    if original.discount_line is not None:
        discount = find_line(store, original.discount_line)
        part = money(discount.price * quantity / original.quantity)
        back = _discount(store, made, part, Decimal(-1), title=discount.title)
        back.returns, back.return_tag = discount.id, RETURN_TAG
        yield back


def _sold_card(store: Store, wish: CardSold) -> Line:
    if wish.amount <= 0:
        raise TillError("a gift card needs a positive amount")
    rate = wish.vat if wish.vat is not None else Decimal(store.switches.get("c1st.giftcard_vat"))
    return Line(
        id=store.numbers.next("article"),
        title=title_of(wish.card_type),
        quantity=Decimal(1),
        price=wish.amount,
        vat=rate,
        total=wish.amount,
        card_type=wish.card_type,
        card_no=wish.number,
        issues_card=True,
    )


def _used_card(store: Store, wish: CardUsed) -> Line:
    found = find_card(store, wish.number)
    if wish.amount > balance_of(found):
        raise TillError(f"{wish.number} holds {balance_of(found)}, not {wish.amount}")
    return _card_line(store, found, -wish.amount, Decimal(1))


def _returned_card(store: Store, wish: CardReturned) -> Line:
    found = find_card(store, wish.number)
    return _card_line(store, found, balance_of(found), Decimal(-1))


def _card_line(store: Store, found: Record, price: Decimal, quantity: Decimal) -> Line:
    return Line(
        id=store.numbers.next("article"),
        title=f"{title_of(found['type'])} {found['giftcardno']}",
        quantity=quantity,
        price=price,
        vat=Decimal(found["vat"]),
        total=money(price * quantity),
        card_type=found["type"],
        card_id=found["id"],
        card_no=found["giftcardno"],
    )


def _set_vat(store: Store, lines: list[Line]) -> None:
    if store.switches.get("c1st.vat_rounding") == "per_receipt":
        _set_vat_per_receipt(store, lines)
        return
    for line in lines:
        line.total_vat = money(_exact_vat(store, line))


def _set_vat_per_receipt(store: Store, lines: list[Line]) -> None:
    exact: dict[Decimal, Decimal] = {}
    given: dict[Decimal, Decimal] = {}
    for line in lines:
        exact[line.vat] = exact.get(line.vat, ZERO) + _exact_vat(store, line)
        line.total_vat = money(exact[line.vat]) - given.get(line.vat, ZERO)
        given[line.vat] = given.get(line.vat, ZERO) + line.total_vat


def _exact_vat(store: Store, line: Line) -> Decimal:
    margin_scheme = store.switches.get("c1st.secondhand_vat") == "margin"
    if line.vatmode != "second_hand" or not margin_scheme or line.is_discount:
        return vat_part(line.total, line.vat)
    margin = line.total - line.cost * line.quantity
    return vat_part(margin, line.vat) if margin * line.quantity > 0 else ZERO
