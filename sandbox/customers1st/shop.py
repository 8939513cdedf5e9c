"""One shop with its staff: the till, the catalogue and the day close, for tests and people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import Any

from sandbox.customers1st import customers, products
from sandbox.customers1st.basket import Goods, Pay, ReturnedLine, TillError, Wish
from sandbox.customers1st.close_view import close_view
from sandbox.customers1st.closing import make_close
from sandbox.customers1st.giftcards import move_cards
from sandbox.customers1st.hooks import Outbox
from sandbox.customers1st.lines import build_lines
from sandbox.customers1st.models import Close, Payment, Record, Tender
from sandbox.customers1st.payment_view import payment_view
from sandbox.customers1st.store import Store
from sandbox.customers1st.tenders import build_tenders
from sandbox.customers1st.values import ZERO, Amount, money, shown, to_second


@dataclass
class Shop:
    """Everything people do in one shop; every call is safe beside the running server."""

    store: Store
    outbox: Outbox
    lock: RLock

    def emit(
        self, event: str, content: Record, *, quiet: bool = False, metadata: Any = None
    ) -> None:
        """Tell every hook that listens to the event, unless the caller wants quiet."""
        if not quiet:
            self.outbox.fire(self.store, event, content, metadata=metadata)

    # -- the till -------------------------------------------------------------------------

    def sell(
        self,
        lines: Iterable[Wish],
        tenders: Sequence[Pay] | None = None,
        *,
        register: int | None = 501,
        customer: int | None = None,
        at: datetime | None = None,
        surcharge: Amount | None = None,
        note: str | None = None,
    ) -> Payment:
        """Make a completed receipt; without tenders it is paid in cash.

        `at` is the aware moment of sale (default: now); what happened in the past still counts as
        changed now. TillError when it cannot be.
        """
        with self.lock:
            payment = self._start(lines, register=register, customer=customer, at=at)
            payment.note = note
            payment.surcharge = None if surcharge is None else money(surcharge)
            return self._complete(payment, tenders, at)

    def return_(
        self,
        payment: Payment,
        tenders: Sequence[Pay] | None = None,
        *,
        lines: Iterable[Wish] | None = None,
        register: int | None = None,
        at: datetime | None = None,
    ) -> Payment:
        """Take a receipt back, whole or the given lines; add new goods for an exchange."""
        with self.lock:
            wishes = list(lines) if lines is not None else _whole_return(payment)
            back = self._start(
                wishes,
                register=payment.register_id if register is None else register,
                customer=payment.customer_id,
                at=at,
            )
            back.returns = payment.id
            return self._complete(back, tenders, at)

    def discount(self, product: int, amount: Amount, *, quantity: Amount = 1) -> Goods:
        """Wish a product with kroner off, for use in `sell`."""
        return Goods(product, Decimal(str(quantity)), discount=money(amount))

    def customer_payment(
        self,
        customer: int,
        tenders: Sequence[Pay],
        *,
        register: int | None = 501,
        at: datetime | None = None,
    ) -> Payment:
        """Receive money from a customer; every tender needs its amount."""
        with self.lock:
            payment = self._start([], register=register, customer=customer, at=at)
            payment.is_customer_payment = True
            return self._complete(payment, tenders, at)

    def park(
        self,
        lines: Iterable[Wish],
        *,
        register: int | None = 501,
        customer: int | None = None,
        at: datetime | None = None,
    ) -> Payment:
        """Put a sale aside; `complete` or `cancel` it later."""
        with self.lock:
            payment = self._start(lines, register=register, customer=customer, at=at)
            payment.status = "parked"
            return payment

    def complete(
        self,
        payment_id: int,
        tenders: Sequence[Pay] | None = None,
        *,
        at: datetime | None = None,
    ) -> Payment:
        """Finish a parked sale."""
        with self.lock:
            return self._complete(self._unfinished(payment_id), tenders, at)

    def cancel(self, payment_id: int, *, at: datetime | None = None) -> Payment:
        """Cancel a parked sale."""
        with self.lock:
            payment = self._unfinished(payment_id)
            payment.status = "cancelled"
            payment.updated_at = max(self._moment(at), self.store.now())
            return payment

    def close(
        self,
        register: int | None = 501,
        *,
        counted: Amount | None = None,
        to_bank: Amount = 0,
        expense: Amount = 0,
        note: str | None = None,
        at: datetime | None = None,
    ) -> Close:
        """Close a register for the day; `counted` defaults to what should be there.

        Negative `to_bank` is money put into the drawer. TillError for an unknown register.
        """
        with self.lock:
            close = make_close(
                self.store,
                register,
                counted=None if counted is None else money(counted),
                to_bank=money(to_bank),
                expense=money(expense),
                at=self._moment(at),
            )
            close.note = note
            self.store.closes[close.id] = close
            self.emit("posbalance.created", close_view(self.store, close))
            return close

    def amend_close(
        self, close_id: int, *, note: str | None = None, counted: Amount | None = None
    ) -> Close:
        """Change a finished close, which only switch `c1st.balance_changes` makes possible."""
        with self.lock:
            reading = self.store.switches.get("c1st.balance_changes")
            if reading == "never" or (counted is not None and reading != "amounts"):
                raise TillError(f"c1st.balance_changes is {reading}: this close cannot change")
            close = self.store.closes[close_id]
            close.note = close.note if note is None else note
            close.counted = close.counted if counted is None else money(counted)
            return close

    # -- master data, as staff edit it in the app -----------------------------------------

    def add_product(self, title: str, productno: str, **fields: Any) -> Record:
        """Create a product."""
        with self.lock:
            fields = {"title": title, "productno": productno, **fields}
            return products.create_product(self, fields)

    def edit_product(self, product_id: int, **fields: Any) -> Record:
        """Change fields of a product."""
        with self.lock:
            record = self.store.products[product_id]
            return products.patch_product(self, record, fields)

    def delete_product(self, product_id: int) -> Record:
        """Delete a product softly."""
        with self.lock:
            return products.delete_product(self, self.store.products[product_id])

    def add_customer(self, name: str | None, **fields: Any) -> Record:
        """Create a customer."""
        with self.lock:
            return customers.create_customer(self, {"name": name, **fields})

    def edit_customer(self, customer_id: int, **fields: Any) -> Record:
        """Change fields of a customer."""
        with self.lock:
            return customers.edit_customer(self, self.store.customers[customer_id], fields)

    def delete_customer(self, customer_id: int) -> Record:
        """Delete a customer softly."""
        with self.lock:
            return customers.delete_customer(self, self.store.customers[customer_id])

    # -- what the API would show ----------------------------------------------------------

    def show_payment(self, payment_id: int) -> Record:
        """Return a receipt as GET by id shows it when it holds articles."""
        with self.lock:
            view = payment_view(self.store, self.store.payments[payment_id])
            shown_view: Record = shown(view, self.store.zone)
            return shown_view

    # -- inside ---------------------------------------------------------------------------

    def _moment(self, at: datetime | None) -> datetime:
        return self.store.now() if at is None else to_second(at)

    def _start(
        self,
        lines: Iterable[Wish],
        *,
        register: int | None,
        customer: int | None,
        at: datetime | None,
    ) -> Payment:
        store, moment = self.store, self._moment(at)
        if register is not None and register not in store.registers:
            raise TillError(f"there is no register {register}")
        if customer is not None and customer not in store.customers:
            raise TillError(f"there is no customer {customer}")
        built = build_lines(store, lines)
        payment = Payment(
            id=store.numbers.next("payment"),
            date=moment,
            updated_at=max(moment, store.now()),
            status="in_progress",
            lines=built,
            sum=sum((line.total for line in built), ZERO),
            register_id=register,
            customer_id=customer,
        )
        if store.switches.get("c1st.paymentno_given") == "on_create":
            payment.number = store.take_payment_no()
        store.payments[payment.id] = payment
        if store.switches.get("c1st.payment_hook") in ("on_first_save", "both"):
            self.emit("pospayment.created", payment_view(store, payment))
        return payment

    def _complete(
        self, payment: Payment, tenders: Sequence[Pay] | None, at: datetime | None
    ) -> Payment:
        store = self.store
        try:
            payment.tenders = self._tenders(payment, tenders)
            payment.date = self._moment(at)
            move_cards(self, payment)
        except TillError:
            if payment.status == "in_progress":
                del store.payments[payment.id]
            raise
        payment.status = "completed"
        payment.updated_at = max(payment.date, store.now())
        payment.number = payment.number or store.take_payment_no()
        if payment.surcharge and store.switches.get("c1st.surcharge_in_sum") == "yes":
            payment.sum += payment.surcharge
        self._move_stock(payment)
        if store.switches.get("c1st.payment_hook") in ("on_complete", "both"):
            self.emit("pospayment.created", payment_view(store, payment))
        return payment

    def _tenders(self, payment: Payment, wishes: Sequence[Pay] | None) -> list[Tender]:
        store = self.store
        if payment.is_customer_payment:
            due = sum((wish.amount or ZERO for wish in wishes or []), ZERO)
            return build_tenders(store, due, wishes)
        if not payment.sum and store.switches.get("c1st.zero_receipts") == "no":
            raise TillError("c1st.zero_receipts is no: the till completes no receipt of 0.00")
        return build_tenders(store, payment.sum + (payment.surcharge or ZERO), wishes)

    def _move_stock(self, payment: Payment) -> None:
        for line in payment.lines:
            product = self.store.products.get(line.product["id"]) if line.product else None
            if product is not None:
                products.move_stock(self, product, -line.quantity)

    def _unfinished(self, payment_id: int) -> Payment:
        payment = self.store.payments.get(payment_id)
        if payment is None or payment.status in ("completed", "cancelled"):
            raise TillError(f"there is no open sale {payment_id}")
        return payment


def _whole_return(payment: Payment) -> list[Wish]:
    return [
        ReturnedLine(line.id)
        for line in payment.lines
        if not line.is_discount and not line.is_card and line.quantity > 0
    ]
