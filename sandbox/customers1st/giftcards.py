"""Gift cards, vouchers and deposits: their records, their moves and their endpoints."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.customers1st import paging
from sandbox.customers1st.basket import TillError
from sandbox.customers1st.models import CardType, Line, Payment, Record
from sandbox.customers1st.refusals import form, not_found
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, money, plain_number
from sandbox.customers1st.visit import Handlers, Visit
from sandbox.web import Reply

if TYPE_CHECKING:
    from sandbox.customers1st.shop import Shop

TITLES: dict[str, str] = {"giftcard": "Gavekort", "voucher": "Tilgodebevis", "deposit": "Depositum"}
PREFIXES: dict[str, str] = {"giftcard": "GK", "voucher": "TB", "deposit": "DP"}
FIRST_NUMBER = 91430
END_OF_DAY = time(23, 59, 59)
FRESH: Record = {
    "amountspent": ZERO,
    "paymentid": None,
    "customerid": None,
    "external_id": None,
    "draft": 0,
    "expired": False,
    "active": True,
    "deleted_at": None,
    "deleted": False,
}


def title_of(card_type: str) -> str:
    """Return the Danish word on the receipt for a kind of card."""
    return TITLES[card_type]


def balance_of(card: Record) -> Decimal:
    """Return what is left on a card."""
    left: Decimal = card["amount"] - card["amountspent"]
    return left


def find_card(store: Store, number: str) -> Record:
    """Return a usable card by its number; TillError when there is none."""
    for card in store.giftcards.values():
        if card["giftcardno"] == number and card["active"] and not card["deleted"]:
            return card
    raise TillError(f"there is no usable gift card {number}")


def new_card(
    store: Store,
    card_type: CardType,
    amount: Decimal,
    *,
    number: str | None,
    vat: Decimal,
    at: datetime,
) -> Record:
    """Create the record of a card; the number is made up when none is given."""
    card_id = store.numbers.next("giftcard")
    wanted = number or f"{PREFIXES[card_type]}{card_id + FIRST_NUMBER}"
    if any(card["giftcardno"] == wanted for card in store.giftcards.values()):
        raise TillError(f"the gift card number {wanted} is taken")
    card: Record = {
        **FRESH,
        "id": card_id,
        "giftcardno": wanted,
        "amount": amount,
        "type": card_type,
        "vat": plain_number(vat),
        "createddate": at,
        "expirationdate": _expiry(store, at),
        "updated_at": store.now(),
    }
    store.giftcards[card_id] = card
    return card


def move_cards(shop: "Shop", payment: Payment) -> None:
    """Issue and use the cards of a completed receipt; TillError before anything moved."""
    _check_left(shop.store, payment)
    for line in payment.lines:
        if line.issues_card:
            _issue(shop, payment, line)
        elif line.is_card:
            _use(shop, payment, line)


def card_view(store: Store, card: Record) -> Record:
    """Return a card as the API shows it."""
    view = {key: value for key, value in card.items() if key != "updated_at"}
    view["store"] = {"id": store.id, "title": store.title}
    view["customer"] = None
    view["expired"] = card["expirationdate"] < store.now()
    return view


def _expiry(store: Store, now: datetime) -> datetime:
    zone = ZoneInfo(store.timezone)
    years = int(store.configs.get("giftcard_expiration_years", "3"))
    day = now.astimezone(zone).date()
    last = day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
    return datetime.combine(last, END_OF_DAY, zone).astimezone(UTC)


def _issue(shop: "Shop", payment: Payment, line: Line) -> None:
    kind: CardType = line.card_type or "giftcard"
    number, rate = line.card_no, line.vat
    card = new_card(shop.store, kind, line.price, number=number, vat=rate, at=payment.date)
    card["paymentid"] = payment.id
    card["customerid"] = payment.customer_id
    line.card_id, line.card_no = card["id"], card["giftcardno"]
    _note_move(shop.store, card, payment, line, line.price)
    shop.emit("giftcard.created", card_view(shop.store, card))


def _use(shop: "Shop", payment: Payment, line: Line) -> None:
    card = shop.store.giftcards[line.card_id or 0]
    change = line.total
    card["amountspent"] -= change
    card["updated_at"] = shop.store.now()
    if line.quantity < 0:
        card["active"] = False
    _note_move(shop.store, card, payment, line, change)
    shop.emit("giftcard.updated", card_view(shop.store, card))


def _check_left(store: Store, payment: Payment) -> None:
    left = {card_id: balance_of(card) for card_id, card in store.giftcards.items()}
    for line in payment.lines:
        if line.card_id is not None:
            left[line.card_id] += line.total
            if left[line.card_id] < 0:
                raise TillError(f"{line.card_no} does not hold that much")


def _note_move(store: Store, card: Record, payment: Payment, line: Line, change: Decimal) -> None:
    store.card_moves.append(
        {
            "id": store.numbers.next("giftcardtransaction"),
            "storeid": store.id,
            "userid": store.seller["id"],
            "giftcardid": card["id"],
            "paymentid": payment.id,
            "pospaymentmaterialid": line.id,
            "amountchange": change,
            "currentamount": balance_of(card),
            "created_at": payment.date,
            "integrationconfigid": None,
            "note": None,
        }
    )


def _list(visit: Visit) -> Reply:
    query = visit.query
    names = {"giftcardid": "id", "customerid": "customerid", "giftcardno": "giftcardno"}
    rows = [
        row
        for row in visit.store.giftcards.values()
        if all(row[field] == query[name] for name, field in names.items() if name in query)
        and query.get("freetext", "").lower() in row["giftcardno"].lower()
    ]
    start, end = paging.instant(visit, "fromdate"), paging.instant(visit, "todate")
    rows = paging.sort(visit, paging.between(rows, "createddate", start, end))
    view = paging.page(visit, rows, render=lambda row: card_view(visit.store, row))
    del view["count"]  # this list alone does not allow null there
    return visit.reply(view)


def _one(visit: Visit, name: str = "giftcardId") -> Record:
    card = visit.store.giftcards.get(visit.number(name, what="Gift card"))
    if card is None:
        raise not_found("Gift card")
    return card


def _get(visit: Visit) -> Reply:
    return visit.reply({"content": card_view(visit.store, _one(visit))})


def _create(visit: Visit) -> Reply:
    content = visit.content
    kind, amount = content.get("type", "giftcard"), money(content.get("amount", 0))
    number = content.get("giftcardno")
    try:
        now = visit.store.now()
        card = new_card(visit.store, kind, amount, number=number, vat=ZERO, at=now)
    except TillError as error:
        raise form({"content.giftcardno": str(error)}) from error
    card["customerid"] = content.get("customerid")
    view = card_view(visit.store, card)
    visit.shop.emit("giftcard.created", view, quiet=visit.quiet)
    return visit.reply({"content": view})


def _put(visit: Visit) -> Reply:
    card = _one(visit)
    card["customerid"] = visit.content.get("customerid")
    card["updated_at"] = visit.store.now()
    view = card_view(visit.store, card)
    visit.shop.emit("giftcard.updated", view, quiet=visit.quiet)
    return visit.reply({"content": view})


def _moves(visit: Visit) -> Reply:
    card = _one(visit, "giftcardid")
    moves = [move for move in visit.store.card_moves if move["giftcardid"] == card["id"]]
    return visit.reply({"content": moves})


HANDLERS: Handlers = {
    ("GET", "/giftcards"): _list,
    ("POST", "/giftcards"): _create,
    ("GET", "/giftcards/{giftcardId}"): _get,
    ("PUT", "/giftcards/{giftcardId}"): _put,
    ("GET", "/giftcards/{giftcardid}/transactions"): _moves,
}
