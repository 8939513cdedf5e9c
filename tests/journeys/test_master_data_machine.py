"""Two systems, edits on both sides, calls that are lost, doubled, late and out of order: in the end they agree, in silence."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from integration.customers1st.events import parse_delivery
from integration.errors import RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.customer import Customers, customer_to_debtor, debtor_to_customer
from integration.flows.outcome import LookAgain, Outcome
from integration.flows.pair import pair_of
from integration.flows.product import Products, item_to_product, product_to_item
from integration.mapping.pair import differing
from integration.uniconta.payloads import ChangeEvent
from sandbox.uniconta.change_urls import HookCall
from syncjobs.change_url import read_change_call
from tests.integration.flows.memory import World

FLOWS: Mapping[str, Callable[[Context, str], Outcome]] = {
    "customer": customer_to_debtor,
    "product": product_to_item,
    "debtor": debtor_to_customer,
    "item": item_to_product,
}
KINDS = {"ItemType": "Item", "CostModel": "FIFO", "Group": "1"}
MOST_WRITES_PER_EDIT = 4
Job = tuple[str, str]
cities = st.sampled_from(["", "Ribe", "Skagen", "Nykøbing og hele vejen ud til fyret", " Ribe\t"])
prices = st.decimals(0, 1000, places=2)
which = st.integers(0, 9)


class TwoSystems(RuleBasedStateMachine):
    """People edit on both sides; calls arrive or do not; a worker works now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.jobs: list[Job] = []
        self.edits = 0

    @initialize(foreign=st.booleans())
    def open(self, foreign: bool) -> None:
        """Register our calls at both vendors, and somebody else's at one of them."""
        world = self.world
        for customer in list(world.shop.store.customers.values()):
            if not customer["name"]:  # held by its name, which another test shows
                world.shop.edit_customer(customer["id"], name="Uden navn")
        client = world.context.customers1st
        for event in ("customer.created", "customer.updated", "product.created", "product.updated"):
            client.create_hook(event, "http://us.example/our-uuid/")
            if foreign:
                client.create_hook(event, "http://other.example/")
        for table_id in (50, 23):
            event_row = ChangeEvent(table_id=table_id, url="http://us.example/u/", argument="k=1")
            world.context.uniconta.insert("TableChangeEventClient", event_row.to_row())
        world.sandbox.customers1st.outbox.sender = self._from_store
        world.sandbox.uniconta.change_urls.sender = self._from_company
        self.first_write = world.mark()

    @rule(city=cities, which=which, seconds=st.integers(0, 2))
    def a_customer_is_edited(self, city: str, which: int, seconds: int) -> None:
        customers = sorted(self.world.shop.store.customers)
        self._edit(seconds)
        changes = {"city": city, "address": f"Vej {which}", "phone": f"+4520{self.edits:06d}"}
        self.world.shop.edit_customer(customers[which % len(customers)], **changes)

    @rule(city=cities, which=which, seconds=st.integers(0, 2))
    def a_debtor_is_edited(self, city: str, which: int, seconds: int) -> None:
        accounts = self.world.debtors()
        self._edit(seconds)
        changes = {"City": city[:30], "Name": f"Kunde {which}", "Phone": f"30{self.edits:06d}"}
        self.world.staff.edit("Debtor", accounts[which % len(accounts)], **changes)

    @rule(price=prices, which=which, seconds=st.integers(0, 2))
    def a_product_is_edited(self, price: Any, which: int, seconds: int) -> None:
        products = sorted(self.world.shop.store.products)
        self._edit(seconds)
        changes = {"price": price, "color": f"Farve {which}", "barcode": f"57{self.edits:08d}"}
        self.world.shop.edit_product(products[which % len(products)], **changes)

    @rule(price=prices, which=which, seconds=st.integers(0, 2))
    def an_item_is_edited(self, price: Any, which: int, seconds: int) -> None:
        items = sorted(row["Item"] for row in self.world.company["InvItem"])
        self._edit(seconds)
        changes = {"SalesPrice1": price, "Name": f"Vare {which}", "EAN": f"58{self.edits:08d}"}
        self.world.staff.edit("InvItem", items[which % len(items)], **changes)

    @rule(city=cities)
    def a_customer_is_made(self, city: str) -> None:
        self._edit(1)
        self.world.shop.add_customer(f"Ny {self.edits}", city=city)

    @rule()
    def a_debtor_is_made(self) -> None:
        self._edit(1)
        self.world.staff.add("Debtor", Account=f"D{self.edits}", Name="Ny", Group="1")

    @rule(price=prices)
    def a_product_is_made(self, price: Any) -> None:
        self._edit(1)
        self.world.shop.add_product("Ny vare", f"P{self.edits}", price=price)

    @rule(price=prices)
    def an_item_is_made(self, price: Any) -> None:
        self._edit(1)
        item = {"Item": f"I{self.edits}", "Name": "Ny", "SalesPrice1": price}
        self.world.staff.add("InvItem", **item, **KINDS)

    @rule(data=st.data())
    def a_call_is_lost_doubled_or_overtaken(self, data: st.DataObject) -> None:
        self._listen()
        if self.jobs:
            place = data.draw(st.integers(0, len(self.jobs) - 1))
            job = self.jobs.pop(place)
            self.jobs += [job] * data.draw(st.sampled_from([0, 0, 1, 2]))

    @rule(system=st.sampled_from(["customers1st", "uniconta"]))
    def the_next_reply_to_a_write_is_lost(self, system: str) -> None:
        path = "/api/[cp]*" if system == "customers1st" else "/Crud/*"
        for method in ("POST", "PUT", "PATCH"):
            self.world.sandbox.faults.add(system, "lost_reply", method=method, path=path)

    @rule(jobs=st.integers(1, 4))
    def a_worker_works(self, jobs: int) -> None:
        self._listen()
        for _ in range(min(jobs, len(self.jobs))):
            self._work(self.jobs.pop(0))

    def teardown(self) -> None:
        """Let everything come to rest and look at both sides."""
        if not hasattr(self, "first_write"):
            return
        self.world.sandbox.faults.clear()
        self._sweep()
        self._rest()
        self._check_equal()
        writes = len(self.world.writes(after=self.first_write))
        first_meetings = len(self.world.links.rows)
        assert writes <= MOST_WRITES_PER_EDIT * (self.edits + first_meetings)
        mark, before = self.world.mark(), self.world.state()
        self._sweep()
        self._rest()
        assert self.world.writes(after=mark) == []
        assert self.world.state() == before

    def _edit(self, seconds: int) -> None:
        self.edits += 1
        self.world.clock.advance(seconds)

    def _from_store(self, url: str, headers: Any, body: bytes, timeout: float) -> int:
        notice = parse_delivery(body)
        if "our-uuid" in url and notice.kind is not None:
            self.jobs.append((notice.kind[0], str(notice.source_id)))
        return 200

    def _from_company(self, call: HookCall) -> int:
        notice = read_change_call(call.url.partition("?")[2])
        assert notice is not None
        self.jobs.append((notice.entity, notice.source_id))
        return 200

    def _listen(self) -> None:
        self.world.sandbox.deliver_hooks()

    def _work(self, job: Job) -> None:
        kind, source_id = job
        try:
            FLOWS[kind](self.world.context, source_id)
        except (LookAgain, RetryableError, UnknownOutcome):
            self.world.clock.advance(31)
            self.jobs.append(job)

    def _sweep(self) -> None:
        """Make a job of every record, as `sync --full` does."""
        store = self.world.shop.store
        self.jobs += [("customer", str(key)) for key in store.customers]
        self.jobs += [("product", str(key)) for key in store.products]
        self.jobs += [("debtor", account) for account in self.world.debtors()]
        self.jobs += [("item", row["Item"]) for row in self.world.company["InvItem"]]

    def _rest(self) -> None:
        for _ in range(2000):
            self._listen()
            if not self.jobs:
                return
            self._work(self.jobs.pop(0))
        raise AssertionError("it never came to rest")

    def _check_equal(self) -> None:
        context, seen = self.world.context, set()
        for link in self.world.links.rows.values():
            kind: Any = Customers(context) if link.entity == "customer" else Products(context)
            record, row = kind.get(link.customers1st_id), kind.row({kind.key: link.uniconta_key})
            pair = pair_of(context, kind, link, record, row)
            assert differing(kind.mapping.fields, pair) == ()
            seen |= {(link.entity, link.customers1st_id), (kind.remote, link.uniconta_key)}
        store = self.world.shop.store
        drafts = {key for key, row in store.customers.items() if row["draft"]}
        assert {("customer", str(key)) for key in set(store.customers) - drafts} <= seen
        assert {("product", str(key)) for key in store.products} <= seen
        assert {("debtor", key) for key in self.world.debtors() if key != "POS3000"} <= seen


TwoSystems.TestCase.settings = settings(
    max_examples=6,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_two_systems = TwoSystems.TestCase
