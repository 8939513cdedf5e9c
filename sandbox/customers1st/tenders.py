"""Wished tenders become payments: the rest, the rounding of cash, change and foreign notes."""

from collections.abc import Sequence
from decimal import Decimal

from sandbox.customers1st.basket import CASH, DEBTOR, Pay, TillError
from sandbox.customers1st.models import Record, Tender
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, cash_rounded, money


def build_tenders(store: Store, due: Decimal, wishes: Sequence[Pay] | None) -> list[Tender]:
    """Return the tenders that pay `due` exactly (cash after rounding); TillError otherwise.

    One tender may leave its amount open and takes the rest; cash may be handed over in excess
    and foreign notes may exceed the rest, then change is given in kroner.
    """
    if wishes is None:
        wishes = [Pay(CASH)] if due else []
    open_ones = [wish for wish in wishes if wish.amount is None and wish.foreign is None]
    if len(open_ones) > 1:
        raise TillError("only one tender can take the rest")
    tenders = [_fixed(store, wish) for wish in wishes if wish not in open_ones]
    if open_ones:
        tenders.insert(wishes.index(open_ones[0]), _rest(store, open_ones[0], due, tenders))
    _give_change(store, due, tenders)
    missing = due - _unrounded(tenders)
    if missing:
        raise TillError(f"the tenders do not cover the receipt: {missing} is missing")
    return tenders


def _fixed(store: Store, wish: Pay) -> Tender:
    if wish.foreign is not None:
        payment_type = _payment_type(store, wish.title)
        rate = Decimal(str(payment_type["exchangerate"] or 1))
        amount = money(wish.foreign * rate)
        made = _tender(store, wish.title, amount, amount)
        made.foreign = wish.foreign
        return made
    amount = wish.amount if wish.amount is not None else ZERO
    return _tender(store, wish.title, amount, amount)


def _rest(store: Store, wish: Pay, due: Decimal, others: list[Tender]) -> Tender:
    rest = due - _unrounded(others)
    amount = _coins(store, rest) if wish.title == CASH else rest
    return _tender(store, wish.title, amount, rest)


def _give_change(store: Store, due: Decimal, tenders: list[Tender]) -> None:
    """Reduce what was handed over in cash to what is due; change for notes is a cash tender."""
    cash = next((t for t in tenders if t.role == "cash"), None)
    rest = due - _unrounded([t for t in tenders if t is not cash])
    if cash is not None and abs(cash.amount) >= abs(_coins(store, rest)):
        cash.amount, cash.unrounded = _coins(store, rest), rest
    elif cash is None and rest < 0 < due and any(t.role == "foreign" for t in tenders):
        tenders.append(_tender(store, CASH, _coins(store, rest), rest))


def _tender(store: Store, title: str, amount: Decimal, unrounded: Decimal) -> Tender:
    number = store.numbers.next("tender")
    if title == CASH:
        account = str(store.accounts.cash)
        return Tender(number, title, "cash", amount, unrounded, account=account)
    if title == DEBTOR:
        return Tender(number, title, "debtor", amount, unrounded)
    payment_type = _payment_type(store, title)
    rate = payment_type["exchangerate"]
    return Tender(
        id=number,
        title=title,
        role="foreign" if payment_type["currency"] else "custom",
        amount=amount,
        unrounded=unrounded,
        type_id=payment_type["id"],
        account=payment_type["accountno"],
        currency=payment_type["currency"],
        rate=None if rate is None else Decimal(str(rate)),
    )


def _payment_type(store: Store, title: str) -> Record:
    for payment_type in store.payment_types.values():
        if payment_type["title"] == title and payment_type["deleted_at"] is None:
            return payment_type
    raise TillError(f"the till has no button {title!r}")


def _coins(store: Store, amount: Decimal) -> Decimal:
    return cash_rounded(amount, tie=store.switches.get("c1st.tie"))


def _unrounded(tenders: list[Tender]) -> Decimal:
    return sum((tender.unrounded for tender in tenders), ZERO)
