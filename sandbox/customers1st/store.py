"""One shop: its records, its numbers and its settings."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.customers1st.models import Close, Payment, Record, User
from sandbox.customers1st.values import to_second
from sandbox.switches import Switches

FIRST_IDS = {
    "product": 1601,
    "producttag": 21,
    "customer": 5101,
    "customertag": 11,
    "payment": 70001,
    "article": 90001,
    "tender": 81001,
    "giftcard": 8801,
    "giftcardtransaction": 8901,
    "balance": 9001,
    "paymenttype": 71,
    "register": 511,
    "relation": 101,
    "hook": 5501,
    "hooklog": 12700001,
}


class Numbers:
    """The ids of every resource; unique over all shops of the server."""

    def __init__(self) -> None:
        """Start where the contract's examples start."""
        self._counters = {kind: count(first) for kind, first in FIRST_IDS.items()}

    def next(self, kind: str) -> int:
        """Return the next free id of a kind of record."""
        return next(self._counters[kind])


@dataclass
class Accounts:
    """The finance accounts a shop keeps in Customers 1st, for its finance vouchers."""

    revenue: dict[Decimal, int]
    vat: dict[Decimal, int]
    cards: dict[str, int]
    single_purpose_card: int = 6612
    debtor: int = 5600
    cash: int = 5810
    rounding: int = 2920
    expense: int = 2750
    difference: int = 2910
    bank: int = 5820


@dataclass
class Store:
    """Everything one shop has in Customers 1st; records are kept in the API's own names."""

    id: int
    title: str
    numbers: Numbers
    clock: Clock
    switches: Switches
    accounts: Accounts
    users: list[User] = field(default_factory=list)
    secret: str = ""
    timezone: str = "Europe/Copenhagen"
    seller: Record = field(default_factory=lambda: {"name": "Mette", "id": 41})
    next_payment_no: int = 1
    next_balance_no: int = 1
    opened_at: datetime = datetime(2026, 1, 1, 7, tzinfo=UTC)
    accumulated_sales: Decimal = Decimal(0)
    accumulated_returns: Decimal = Decimal(0)
    address: Record = field(default_factory=dict)
    products: dict[int, Record] = field(default_factory=dict)
    product_tags: dict[int, Record] = field(default_factory=dict)
    customers: dict[int, Record] = field(default_factory=dict)
    customer_tags: dict[int, Record] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    closes: dict[int, Close] = field(default_factory=dict)
    giftcards: dict[int, Record] = field(default_factory=dict)
    card_moves: list[Record] = field(default_factory=list)
    payment_types: dict[int, Record] = field(default_factory=dict)
    registers: dict[int, Record] = field(default_factory=dict)
    hooks: dict[int, Record] = field(default_factory=dict)
    hook_log: list[Record] = field(default_factory=list)
    configs: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        """Return the zone of the API's naive times (switch `c1st.naive_time`)."""
        return UTC if self.switches.get("c1st.naive_time") == "utc" else ZoneInfo(self.timezone)

    def now(self) -> datetime:
        """Return the present, to the second."""
        return to_second(self.clock.now())

    def take_payment_no(self) -> int:
        """Return the next receipt number."""
        number, self.next_payment_no = self.next_payment_no, self.next_payment_no + 1
        return number

    def take_balance_no(self) -> int:
        """Return the next number of a day close."""
        number, self.next_balance_no = self.next_balance_no, self.next_balance_no + 1
        return number

    @property
    def prices_include_vat(self) -> bool:
        """Tell whether product prices carry VAT (switch `c1st.prices_include_vat`)."""
        return self.switches.get("c1st.prices_include_vat") != "0"

    def shown_configs(self) -> list[Record]:
        """Return the config list as the API shows it."""
        values: dict[str, Any] = dict(self.configs)
        reading = self.switches.get("c1st.prices_include_vat")
        if reading == "missing":
            values.pop("prices_include_vat", None)
        elif reading == "0":
            values["prices_include_vat"] = "0"
        values["resthook_signing_secret"] = self.secret
        if self.switches.get("c1st.extra_configs") == "many":
            values.update({f"sandbox_made_up_key_{n}": str(n) for n in range(1, 41)})
        return [{"key": key, "value": value, "description": None} for key, value in values.items()]
