"""A day of till sales with everything in it that the till can ask of the books, and what must stand there after it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from sandbox.customers1st.basket import Goods, card, cash, free_text, line, mobilepay, returned
from sandbox.customers1st.models import Payment
from sandbox.demo_books import OERE, REVENUE, ROUNDING, VAT
from sandbox.demo_day import BAG, BELL, LIGHTS, SEAT
from tests.journeys.world import Books, World

MAIN, SECOND = 501, 502  # registers
CASH = {MAIN: "5810", SECOND: "5811"}
TENDERS = {"Dankort": "5830", "MobilePay": "5831"}


def morning(world: World) -> None:
    """Cash with rounding on both registers, a discount, free text; one sale is parked."""
    till = world.till
    till.sell([_lights()], [cash("200.00")], register=MAIN)
    till.sell([_lights(3), _bell()], [cash()], register=SECOND)
    till.sell([line(BAG, price="1000.00", discount="100.00")], [card()], register=SECOND)
    till.sell([free_text("Slibning", "33.35", quantity=3)], [mobilepay()], register=MAIN)
    till.park([_bell()], register=SECOND)


def afternoon(world: World) -> None:
    """A split payment, returns with and without discount, an even exchange; the parked sale is paid."""
    till = world.till
    payments = list(till.store.payments.values())
    bag = next(payment for payment in payments if any(row.is_discount for row in payment.lines))
    parked = next(payment for payment in payments if payment.status == "parked")
    till.sell(
        [line(SEAT, price="1250.00"), _bell()], [card("1000.00"), mobilepay("245.00"), cash()]
    )
    bells = till.sell([_bell(2)], [mobilepay()], register=SECOND)
    till.return_(bells, [cash()], lines=[returned(bells.lines[0], 1)], register=MAIN)
    till.return_(bag, [card()])
    till.complete(parked.id, [cash()])
    if world.switches.get("c1st.zero_receipts") == "yes":
        till.return_(bells, [], lines=[returned(bells.lines[0], 1), _bell()])


def receipts(world: World) -> list[Payment]:
    """Return the completed receipts as the till itself keeps them, whatever the API shows."""
    return [each for each in world.till.store.payments.values() if each.status == "completed"]


def expected_books(sales: Iterable[Payment]) -> Books:
    """Return what the till's own figures make of the ledger when every receipt is booked and paid."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for sale in sales:
        vat = (sale.sum / 5).quantize(OERE, rounding=ROUND_HALF_UP)  # 25 % out of the gross total
        sums[VAT] -= vat
        sums[REVENUE] -= sale.sum - vat
        for tender in sale.paid:
            sums[_account(sale, tender.title)] += tender.amount
            sums[ROUNDING] -= tender.rounding
    return Books({account: amount for account, amount in sums.items() if amount}, {})


def check_nothing_strange(world: World) -> None:
    """Assert that every invoice and every payment in the books is one of the day's, none of them twice."""
    sales = receipts(world)
    totals = Counter(sale.sum for sale in sales)
    paid = Counter((_account(s, t.title), t.amount - t.rounding) for s in sales for t in s.paid)
    booked = Counter(row["TotalAmount"] for row in world.uniconta.invoices)
    accounts = {account for account, _ in paid}
    posted = Counter(
        (row["Account"], row["Amount"])
        for row in world.uniconta.ledger
        if row["Account"] in accounts
        and abs(row["Amount"]) > 1  # the rounding has a line of its own
    )
    assert not booked - totals
    assert not posted - paid


def _lights(quantity: int = 1) -> Goods:
    return line(
        LIGHTS, quantity, price="199.95"
    )  # prices as on the receipt, whatever the catalogue's mean


def _bell(quantity: int = 1) -> Goods:
    return line(BELL, quantity, price="125.00")


def _account(sale: Payment, title: str) -> str:
    return TENDERS.get(title) or CASH[sale.register_id or MAIN]
