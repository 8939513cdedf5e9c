"""The shops of the contract's examples: Nordlys Cykler (3000) and, for isolation, Fjord Sport."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.customers1st.basket import CARD, CASH, DEBTOR, EURO, MOBILEPAY
from sandbox.customers1st.customers import create_customer
from sandbox.customers1st.models import User
from sandbox.customers1st.products import create_product
from sandbox.customers1st.shop import Shop
from sandbox.customers1st.store import Accounts, Store
from sandbox.customers1st.till_api import add_payment_type, add_register, relation

if TYPE_CHECKING:
    from sandbox.customers1st.state import Customers1st

NORDLYS = 3000
FJORD = 3001
TOKEN = "sandbox-token"  # noqa: S105 - printed on purpose, the sandbox keeps nothing real
SECRET = "sandbox-secret"  # noqa: S105 - same
RESTRICTED_TOKEN = "sandbox-restricted"  # noqa: S105 - same
FJORD_TOKEN = "sandbox-token-fjord"  # noqa: S105 - same
FJORD_SECRET = "sandbox-secret-fjord"  # noqa: S105 - same

CREATED = datetime(2026, 1, 12, 8, 15, tzinfo=UTC)
CHANGED = datetime(2026, 2, 20, 10, 2, 11, tzinfo=UTC)
OPENED = datetime(2026, 2, 28, 15, 4, 41, tzinfo=UTC)
TAGS = ((11, "Tilbehør", "tilbehoer", 1), (12, "Hjelme", "hjelme", 2))
#: id, title, number, barcode, price, cost, stock
GOODS = (
    (1001, "Lygtesæt LED Nordlys", "NL-LYS-01", "2000000010014", "199.95", "82.00", 24),
    (1002, "Cykeltaske sæt 2 x 20 l", "NL-TAS-02", "2000000010021", "1000.00", "520.00", 9),
    (1004, "Barnestol bag", "NL-STO-01", "2000000010045", "1250.00", "700.00", 6),
    (1005, "Ringklokke messing", "NL-KLO-01", "2000000010052", "125.00", "48.00", 31),
)
#: id, colour, size, stock, barcode
HELMETS = (
    (1101, "Sort", "S", 4, "2000000011011"),
    (1102, "Sort", "M", 7, "2000000011028"),
    (1103, "Sort", "L", 5, "2000000011035"),
    (1104, "Hvid", "S", 4, "2000000011042"),
    (1105, "Hvid", "M", 7, "2000000011059"),
    (1106, "Hvid", "L", 5, "2000000011066"),
)
BUTTONS = (
    (CASH, "cash", None),
    (CARD, "paymenttype", 61),
    (MOBILEPAY, "paymenttype", 62),
    (DEBTOR, "invoice", None),
    ("Gavekort", "giftcard", None),
    (EURO, "paymenttype", 63),
)
FIRST_EXTRA_PRODUCT = 2001


def seed(state: "Customers1st", *, products: int = 0) -> None:
    """Fill an empty server with both shops; `products` adds that many plain products."""
    with state.lock:
        _nordlys(state)
        _fjord(state)
        add_products(state.shop(NORDLYS), products)


def add_products(shop: Shop, number: int) -> None:
    """Add plain products to a shop, for lists that need several pages."""
    first = max([FIRST_EXTRA_PRODUCT - 1, *shop.store.products]) + 1
    for product_id in range(first, first + number):
        fields = {
            "title": f"Reservedel {product_id}",
            "productno": f"RD-{product_id}",
            "barcode": f"2{product_id:012d}",
            "price": Decimal(10 + product_id % 490),
            "costprice": Decimal(5 + product_id % 200),
            "stockno": product_id % 30,
        }
        own = {"id": product_id, "created": CREATED, "updated_at": CHANGED}
        create_product(shop, fields, quiet=True, **own)


def _nordlys(state: "Customers1st") -> None:
    store = _store(state, NORDLYS, "Nordlys Cykler ApS", users=[User(TOKEN)], secret=SECRET)
    restricted = frozenset({"POSBalanceRead", "POSBalanceModule", "CustomerEdit"})
    store.users.append(User(RESTRICTED_TOKEN, restricted))
    store.next_payment_no, store.next_balance_no = 1284, 118
    store.accumulated_sales = Decimal("1281310.50")
    store.accumulated_returns = Decimal("18125.00")
    shop = state.add_store(store)
    _tender_types(store, first_id=61)
    _register(store, 501, "Kasse 1", Decimal(1000), BUTTONS, first_relation=1)
    _register(store, 502, "Kasse 2", Decimal(500), BUTTONS[:3], first_relation=7)
    _catalogue(shop)
    _customers(shop)


def _fjord(state: "Customers1st") -> None:
    users = [User(FJORD_TOKEN)]
    store = _store(state, FJORD, "Fjord Sport ApS", users=users, secret=FJORD_SECRET)
    store.next_payment_no, store.next_balance_no = 501, 41
    shop = state.add_store(store)
    _tender_types(store, first_id=65)
    buttons = tuple((title, kind, type_id and type_id + 4) for title, kind, type_id in BUTTONS[:3])
    _register(store, 505, "Kasse", Decimal(500), buttons, first_relation=21)
    own = {"id": 1501, "created": CREATED, "updated_at": CHANGED}
    fields = {"title": "Løbesko", "productno": "FS-SKO-01", "price": Decimal("899.00")}
    create_product(shop, fields | {"costprice": Decimal(410), "stockno": 12}, quiet=True, **own)
    create_customer(shop, {"name": "Fjord Løbeklub", "customerno": "F1"}, quiet=True, id=5051)


def _store(
    state: "Customers1st", number: int, title: str, *, users: list[User], secret: str
) -> Store:
    accounts = Accounts(
        revenue={Decimal(25): 1010, Decimal(0): 1050},
        vat={Decimal(25): 6510},
        cards={"giftcard": 6610, "voucher": 6620, "deposit": 6630},
    )
    return Store(
        id=number,
        title=title,
        numbers=state.numbers,
        clock=state.clock,
        switches=state.switches,
        accounts=accounts,
        users=users,
        secret=secret,
        opened_at=OPENED,
        address={"cityname": "Aalborg", "zipcode": "9000", "streetname": "Nytorv", "streetno": "1"},
        configs={"prices_include_vat": "1", "giftcard_expiration_years": "3"},
    )


def _tender_types(store: Store, *, first_id: int) -> None:
    card = {"id": first_id, "title": CARD, "accountno": "5830"}
    wallet = {"id": first_id + 1, "title": MOBILEPAY, "accountno": "5831"}
    euro: dict[str, Any] = {"id": first_id + 2, "title": EURO, "accountno": "5815", "cash": 1}
    euro.update(currency="EUR", exchangerate=Decimal("7.4"))
    for fields in (card, wallet, euro):
        add_payment_type(store, fields)


def _register(
    store: Store,
    number: int,
    title: str,
    start: Decimal,
    buttons: tuple[tuple[str, str, int | None], ...],
    *,
    first_relation: int,
) -> None:
    relations = [
        relation(number, first_relation + n, n + 1, name, kind=kind, type_id=type_id)
        for n, (name, kind, type_id) in enumerate(buttons)
    ]
    fields = {"id": number, "title": title, "startamount": start}
    is_first = not store.registers
    add_register(store, fields | {"default": int(is_first), "pospaymentmethodrelations": relations})


def _catalogue(shop: Shop) -> None:
    for number, title, handle, position in TAGS:
        tag = {"id": number, "title": title, "accountno": 1010, "handle": handle}
        shop.store.product_tags[number] = tag | {"position": position}
    for number, title, productno, barcode, price, cost, stock in GOODS:
        fields = _fields(title, productno, barcode, price, cost, stock) | {"tags": [{"id": 11}]}
        if number == GOODS[0][0]:
            fields |= {"alternativebarcode": "2000000099019 NLLYS", "customfield1": "USB-C"}
        _product(shop, number, fields)
    for number, colour, size, stock, barcode in HELMETS:
        productno = f"NL-HJ24-{colour[:2].upper()}-{size}"
        if colour == "Hvid":
            productno = f"NL-HJ24-HV-{size}"
        title = f"Hjelm Nordlys Urban {colour} {size}"
        fields = _fields(title, productno, barcode, "400.00", "190.00", stock)
        fields |= {"color": colour, "size": size, "styleno": "NL-HJ24", "tags": [{"id": 12}]}
        _product(shop, number, fields | {"customfield1": "Urban", "customfield2": "2024"})
    service = {"title": "Montering af dæk og slange", "productno": "NL-SRV-01"}
    _product(shop, 1003, service | {"price": Decimal("250.00"), "costprice": Decimal(0)})
    book = _fields("Cykelruter i Nordjylland", "NL-BOG-01", "2000000010069", "180.00", "90.00", 12)
    _product(shop, 1006, book | {"vat": 0, "vat_type_id": 2})


def _fields(
    title: str, productno: str, barcode: str, price: str, cost: str, stock: int
) -> dict[str, Any]:
    return {
        "title": title,
        "productno": productno,
        "barcode": barcode,
        "price": Decimal(price),
        "costprice": Decimal(cost),
        "stockno": stock,
        "brand": "Nordlys",
    }


def _product(shop: Shop, number: int, fields: dict[str, Any]) -> None:
    own = {"id": number, "created": CREATED, "updated_at": CHANGED}
    create_product(shop, fields, quiet=True, **own)


def _customers(shop: Shop) -> None:
    shop.store.customer_tags[3] = {
        "id": 3,
        "title": "Erhverv",
        "handle": "erhverv",
        "color": "#4baf4f",
    }
    changed = datetime(2026, 2, 14, 12, tzinfo=UTC)
    club = {
        "name": "Cykelklubben Fjorden",
        "phone": "+4512345678",
        "email": "kasserer@fjorden.example",
        "address": "Havnegade 1",
        "city": "Aalborg",
        "zipcode": "9000",
        "vat": "12345678",
        "customerno": "K1001",
        "balance": Decimal("600.00"),
        "tags": [{"title": "Erhverv"}],
    }
    born = datetime(2025, 11, 3, 9, 22, 41, tzinfo=UTC)
    create_customer(shop, club, quiet=True, id=5001, createddate=born, updated_at=changed)
    others: dict[int, dict[str, Any]] = {
        5002: {"name": "Anna Sørensen", "phone": "+4523456789", "email": "anna@example.org"},
        5003: {"name": "Bo Uden Telefon", "email": "bo@example.org"},
        5004: {"name": None, "phone": "34567890"},
        5005: {"name": "Halvfærdig", "draft": 1},
    }
    for number, fields in others.items():
        own = {"id": number, "createddate": born, "updated_at": changed}
        create_customer(shop, fields, quiet=True, **own)
