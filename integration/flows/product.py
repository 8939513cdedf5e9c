"""Products of the till and items of Uniconta."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from integration.customers1st.master_data import Product
from integration.errors import Hold, Refused
from integration.flows.context import Context
from integration.flows.create import Create, Found, create_once
from integration.flows.echo import is_quiet
from integration.flows.kind import Row, Trace
from integration.flows.master import item_form, prices_include_vat, store_id, vat_rate_of_group
from integration.flows.matching import Candidate, is_linked, is_under_way, owner_of, pick, read_row
from integration.flows.outcome import Outcome
from integration.flows.pair import (
    link_new,
    new_link,
    store_hold,
    to_customers1st,
    to_uniconta,
)
from integration.flows.refusals import hold_for
from integration.mapping import product as mapped
from integration.mapping.fields import Side, Values, code
from integration.mapping.pair import EntityMapping
from integration.mapping.subject import record_subject
from integration.ports import DocumentKind, Link, Subject
from integration.uniconta.labels import LABELS, label
from integration.uniconta.values import text_of

ENTITY = "InvItemClientUser"  # with the user fields [A72]
# what a link is found by -> the field that tells it
SHOWN = {
    "name": "title",
    "barcode": "barcode",
    "styleno": "styleno",
    "size": "size",
    "color": "color",
}
SERVICE = frozenset(str(word) for word in LABELS["ItemType"]["Service"])


def product_to_item(context: Context, source_id: str) -> Outcome:
    """Bring one product in step with its item, or say why not."""
    return to_uniconta(context, Products(context), source_id)


def item_to_product(context: Context, source_id: str) -> Outcome:
    """Bring one item in step with its product, or say why not; `source_id` is the item or `row:<RowId>`."""
    return to_customers1st(context, Products(context), source_id)


def item_for(context: Context, product: Product, *, row: Row | None = None) -> Link:
    """Return the link of a product to its item, matched or made first, whatever the switches say.

    `row` is the item of the product's number where that was read already. Raises Hold when it is not clear which item
    it is.
    """
    kind = Products(context)
    found = kind.checked(product, row) if row is not None else kind.match_row(product)
    if found is None:
        return link_new(context, kind, product, kind.create_row(product))
    return new_link(context, kind, product, found)


@dataclass(frozen=True)
class Products:
    """How products and items are read, matched and written (integration.flows.pair.Kind)."""

    context: Context
    entity = mapped.PRODUCT
    remote = "item"
    key = "Item"

    @cached_property
    def with_vat(self) -> bool:
        """Whether the till's prices carry VAT."""
        return prices_include_vat(self.context)

    @cached_property
    def mapping(self) -> EntityMapping:
        """The tenant's mapping."""
        return mapped.mapping_of(self.context.rules, prices_include_vat=self.with_vat)

    def get(self, record_id: str) -> Product | None:
        """Read a product."""
        return self.context.customers1st.get_product(record_id)

    def row(self, wanted: Mapping[str, str]) -> Row | None:
        """Read an item by its number or RowId."""
        return read_row(self.context, ENTITY, self.key, wanted)

    def stays_home(self, record: Product) -> str:
        """Keep at home what would be one of the setup's items, and further copies of a serial-numbered product."""
        number = record.product_no or ""
        if number in mapped.setup_items(self.context.rules):
            return f"Item {number} is named in the setup; it belongs to Uniconta alone."
        owner = self._owner(number) if record.raw.get("serieno") else ""
        if owner not in ("", str(record.id)):
            return f"{record.label} is a serial-numbered copy of product {owner}; they share item {number}."
        return ""

    def row_stays_home(self, row: Row) -> str:
        """Keep the setup's items at home."""
        item = text_of(row.get("Item"))
        if item in mapped.setup_items(self.context.rules):
            return f"Item {item} is named in the setup; it is never synced to Customers 1st."
        return ""

    def match_row(self, record: Product) -> Row | None:
        """Find a product's item by number, then by barcode."""
        number = mapped.item_number(record)
        if is_under_way(self.context.documents.get(DocumentKind.ITEM, self._item_key(record.id))):
            return None  # its own create goes on
        row = self.row({self.key: number})
        if row is not None:
            return self.checked(record, row)
        if not record.barcode:
            return None
        rows = self.context.uniconta.find(ENTITY, "EAN", {record.barcode, code(record.barcode)})
        free = [
            Candidate(
                customers1st_id=str(record.id),
                uniconta_key=text_of(each.get("Item")),
                name=text_of(each.get("Name")),
                by="barcode",
                record=each,
            )
            for each in rows
            if code(text_of(each.get("EAN"))) == code(record.barcode)
            and self._is_free(each, record)
        ]
        found = pick(free, what=record.label, of_uniconta=True)
        return None if found is None else dict(found.record)

    def checked(self, record: Product, row: Row) -> Row:
        """Return the item of a product's own number; Hold when it belongs to another product."""
        owner = self._owner(text_of(row.get("Item")))
        if owner not in ("", str(record.id)) and not self._release(owner):
            raise Hold(
                f"{record.label}: item {text_of(row.get('Item'))} belongs to product {owner}.",
                "Give one of the two products another number in Customers 1st, or link them by hand.",
                mended_by="customers1st",
                evidence={"double": owner},
            )
        return row

    def match_record(self, row: Row) -> Product | None:
        """Find an item's product by number, then by barcode."""
        item = text_of(row.get("Item"))
        if is_under_way(self.context.documents.get(DocumentKind.PRODUCT, _product_key(item))):
            return None  # its own create goes on
        for by, products in self._products_like(row):
            free = [
                Candidate(
                    customers1st_id=str(each.id),
                    uniconta_key=item,
                    name=each.title,
                    by=by,
                    record=each,
                )
                for each in products
                if not each.deleted and not is_linked(self.context, self.entity, each.id)
            ]
            if (
                by == "number"
                and len(free) > 1
                and all(each.record.raw.get("serieno") for each in free)
            ):
                free = free[:1]  # copies of one product share the item
            found = pick(free, what=f"Item {item} “{text_of(row.get('Name'))}”", of_uniconta=False)
            if found is not None:
                product: Product = found.record
                return product
        return None

    def create_row(self, record: Product) -> Row:
        """Make the item of a product; Uniconta refuses a second one of the same number, so its key proves itself."""
        form = item_form(self.context)
        row = {
            **mapped.new_item(record, rules=self.context.rules, prices_include_vat=self.with_vat),
            "ItemType": label("ItemType", "Item", form),
            "CostModel": label("CostModel", "FIFO", form),
        }
        number = str(row["Item"])
        stored: list[Row] = []

        def send() -> Found:
            stored.append(self.context.uniconta.insert(ENTITY, row))
            return Found(number=number)

        def look_up() -> Found | None:
            found = self.row({self.key: number})
            if found is None or self._owner(number) not in ("", str(record.id)):
                return None
            stored.append(found)
            return Found(number=number)

        try:
            create_once(
                self.context,
                Create(
                    kind=DocumentKind.ITEM,
                    key=self._item_key(record.id),
                    source_id=str(record.id),
                    what=f"Item {number}",
                    number=number,
                    send=send,
                    look_up=look_up,
                    facts={"item": number},
                ),
            )
        except Refused as error:
            raise hold_for(error, what=f"item {number} of {record.label}", sent=[row]) from error
        told = stored[-1] if stored and text_of(stored[-1].get(self.key)) == number else None
        return told or self.row({self.key: number}) or row

    def create_record(self, row: Row) -> Product:
        """Make the product of an item, once."""
        item, rules = text_of(row.get("Item")), self.context.rules
        rate = vat_rate_of_group(self.context, text_of(row.get("Group")))
        content, plan = mapped.new_product(
            row,
            rules=rules,
            rate=mapped.STANDARD_RATE if rate is None else rate,
            prices_include_vat=self.with_vat,
        )
        if plan.cut:
            self.context.steps.note("Texts were cut", fields=list(plan.cut))
        self._check_barcode(content.get("barcode"), what=f"Item {item}", own_id=None)
        made: list[Product] = []

        def send() -> Found:
            quiet = is_quiet(self.context, "product.created")
            made.append(self.context.customers1st.create_product(content, quiet=quiet))
            return Found(number=item, facts={"id": made[-1].id})

        def look_up() -> Found | None:
            own = [
                each
                for each in self._numbered(item)
                if not is_linked(self.context, self.entity, each.id)
            ]
            return Found(number=item, facts={"id": own[0].id}) if own else None

        try:
            document = create_once(
                self.context,
                Create(
                    kind=DocumentKind.PRODUCT,
                    key=_product_key(item),
                    source_id=item,
                    what=f"Product of item {item}",
                    number=item,
                    where="Customers 1st",
                    send=send,
                    look_up=look_up,
                ),
            )
        except Refused as error:
            raise store_hold(error, what=f"Item {item}") from error
        product = made[-1] if made else self.get(str(document.facts["id"]))
        if product is None:
            raise Hold(
                f"Product {document.facts['id']} of item {item} was made and is gone.",
                "Link the item to another product by hand.",
                mended_by="customers1st",
            )
        return product

    def write_row(self, row: Row, values: Values) -> None:
        """Write fields of an item; all others stay."""
        members = mapped.item_members(values, fields=self.mapping.fields)
        self.context.uniconta.update_fields(ENTITY, row, {**row, **members})

    def write_record(self, record: Product, values: Values) -> Product:
        """Write fields of a product; PATCH leaves all others alone."""
        self._check_barcode(values.get("barcode"), what=record.label, own_id=record.id)
        rate = mapped.rate_of(record.raw)
        members = mapped.product_members(values, rate=rate, prices_include_vat=self.with_vat)
        return self._patch(record, members)

    def end_row(self, row: Row) -> str:
        """Block the item."""
        self.context.uniconta.update_fields(ENTITY, row, {**row, "Blocked": True})
        return f"item {text_of(row.get('Item'))} blocked"

    def end_record(self, record: Product) -> str:
        """Mark the product as no longer to be ordered."""
        if str(record.raw.get("availabletoorder")) != "0":
            self._patch(record, {"availabletoorder": 0})
        return f"product {record.id} no longer available to order"

    def is_gone(self, key: str) -> bool:
        """Tell, by reading it by its key, that a row does not exist."""
        return self.context.uniconta.read(ENTITY, {self.key: key}) is None

    def trace(self, side: Side, row: Mapping[str, Any]) -> Trace:
        """Tell the create of its other half, and the item's number."""
        if side is Side.CUSTOMERS1ST:
            key, item = self._item_key(row["id"]), text_of(row.get("productno"))
            return Trace(document=DocumentKind.ITEM, document_key=key, uniconta_key=item)
        item = text_of(row.get("Item"))
        key = _product_key(item)
        return Trace(document=DocumentKind.PRODUCT, document_key=key, uniconta_key=item)

    def subject(self, record: Product) -> Subject:
        """Return what a product is looked for by."""
        return record_subject(record)

    def facts(self, row: Row) -> Mapping[str, Any]:
        """Remember what a sale needs, the item's group and whether it is a service, and what people know it by."""
        values = self.mapping.uniconta_values(row)
        shown = {name: values.get(field, "") for name, field in SHOWN.items()}
        return {**item_facts(row), **{name: value for name, value in shown.items() if value}}

    def number_record(self, record: Product, key: str, was: str) -> Product:
        """Leave the product number alone: receipts and labels carry it; the link holds the pair together."""
        return record

    def _patch(self, record: Product, members: Mapping[str, Any]) -> Product:
        quiet = is_quiet(self.context, "product.updated")
        return self.context.customers1st.patch_product(record.id, members, quiet=quiet)

    def _check_barcode(self, barcode: Any, *, what: str, own_id: int | None) -> None:
        """Hold for a barcode that another product has: Customers 1st would refuse it."""
        if not barcode:
            return
        for other in self.context.customers1st.find_products(barcode=str(barcode)):
            if other.barcode == barcode and other.id != own_id and not other.deleted:
                raise Hold(
                    f"{what}: the barcode {barcode} is product {other.id} “{other.title}”'s already.",
                    "Correct the barcode on the item in Uniconta, or on the other product.",
                    mended_by="uniconta",
                    evidence={"field": "barcode", "value": str(barcode), "double": str(other.id)},
                )

    def _products_like(self, row: Row) -> Iterator[tuple[str, list[Product]]]:
        yield "number", self._numbered(text_of(row.get("Item")))
        barcode = text_of(row.get("EAN"))
        if barcode:
            found = self.context.customers1st.find_products(barcode=barcode)
            yield "barcode", [each for each in found if code(each.barcode) == code(barcode)]

    def _numbered(self, number: str) -> list[Product]:
        found = self.context.customers1st.find_products(productNo=number)
        return [each for each in found if each.product_no == number and not each.deleted]

    def _is_free(self, row: Row, record: Product) -> bool:
        item = text_of(row.get("Item"))
        named = item in mapped.setup_items(self.context.rules)
        return not named and self._owner(item) in ("", str(record.id))

    def _owner(self, item: str) -> str:
        return owner_of(self.context, self.entity, DocumentKind.ITEM, item)

    def _release(self, owner: str) -> bool:
        """Free the item of a product that is deleted: another one may have got its number."""
        product, link = self.get(owner), self.context.links.get(self.entity, owner)
        if link is None or (product is not None and not product.deleted):
            return False
        self.context.links.remove(link)
        self.context.steps.note(
            f"Product {owner} is deleted; item {link.uniconta_key} is free again"
        )
        return True

    def _item_key(self, product_id: Any) -> str:
        return f"c1st:{store_id(self.context)}:product:{product_id}"


def _product_key(item: str) -> str:
    return f"uniconta:item:{item}"


def item_facts(row: Row) -> dict[str, Any]:
    """Return what a link remembers of an item: its group and whether it is a service."""
    return {
        "group": text_of(row.get("Group")),
        "service": text_of(row.get("ItemType")) in SERVICE,
    }
