"""The Uniconta item of each line of a sale: linked, found by its number, or created with the default group."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integration.customers1st.master_data import Product
from integration.customers1st.payloads import Article
from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.master import rows_by_key, vat_rate_of_group
from integration.flows.product import ENTITY, Products, item_facts, item_for
from integration.mapping.order_lines import SaleLine
from integration.mapping.product import PRODUCT, item_number
from integration.mapping.sale import SaleDraft
from integration.ports import Link
from integration.uniconta.payloads import text_of


@dataclass(frozen=True)
class ItemOfLine:
    """The item that a line is booked on, and whether it moves stock."""

    number: str
    moves_stock: bool


def items_for(context: Context, draft: SaleDraft) -> list[ItemOfLine]:
    """Return the item of every line, in order; Hold when one is missing, blocked or of another VAT rate."""
    products = _linked_products(context, draft)
    services = {line.item for line in draft.lines if line.item}
    rows = rows_by_key(
        context, "InvItemClient", "Item", services, usable=lambda row: not row.get("Blocked")
    )
    found = []
    for line in draft.lines:
        if line.item:
            row = rows.get(line.item)
            _check_service_item(line.item, row)
            _check_rate(context, line, text_of((row or {}).get("Group")))
            found.append(ItemOfLine(line.item, moves_stock=False))
        else:
            link = products[int(line.article.product_id or 0)]
            _check_rate(context, line, str(link.facts.get("group", "")))
            found.append(ItemOfLine(link.uniconta_key, moves_stock=not link.facts.get("service")))
    return found


def items_at_hand(context: Context, draft: SaleDraft) -> list[ItemOfLine] | None:
    """Return the item of every line as `items_for` does, None when a product has no link yet and must be looked for."""
    products = {line.article.product_id for line in draft.lines if not line.item}
    if any(each is None or context.links.get(PRODUCT, str(each)) is None for each in products):
        return None
    return items_for(context, draft)


def _linked_products(context: Context, draft: SaleDraft) -> dict[int, Link]:
    links: dict[int, Link] = {}
    missing: dict[int, Article] = {}
    for line in draft.lines:
        product_id = line.article.product_id
        if line.item or product_id is None or product_id in links or product_id in missing:
            continue
        link = context.links.get(PRODUCT, str(product_id))
        if link is None:
            missing[product_id] = line.article
        else:
            links[product_id] = link
    if missing:
        links |= _find_or_create(context, missing)
    return links


def _find_or_create(context: Context, missing: dict[int, Article]) -> dict[int, Link]:
    """Return the link of each product that has none yet; the items of their numbers are read in one call."""
    products = {product_id: _product(context, article) for product_id, article in missing.items()}
    numbers = {product_id: item_number(product) for product_id, product in products.items()}
    rows = {
        text_of(row.get("Item")): row
        for row in context.uniconta.find(ENTITY, "Item", set(numbers.values()))
    }
    links = {}
    for product_id, number in numbers.items():
        product, row = products[product_id], rows.get(number)
        if row is not None and Products(context).stays_home(product):
            links[product_id] = _link_to(product, number, row)
            continue
        if row is None:
            group = context.rules.default_item_group
            _check_same_rate(missing[product_id], group, vat_rate_of_group(context, group))
        links[product_id] = item_for(context, product, row=row)
    return links


def _link_to(product: Product, number: str, row: dict[str, Any]) -> Link:
    return Link(
        entity=PRODUCT,
        customers1st_id=str(product.id),
        uniconta_key=number,
        facts=item_facts(row),
    )


def _product(context: Context, article: Article) -> Product:
    """Return the line's product: read by its id, else as the receipt holds it [A11]."""
    product = context.customers1st.get_product(int(article.product_id or 0))
    product = product or article.product
    if product is None:
        raise Hold(
            f"Product {article.product_id} “{article.title}” no longer exists in Customers 1st.",
            "Link the product to a Uniconta item, or book the receipt by hand.",
            mended_by="customers1st",
        )
    return product


def _check_service_item(item: str, row: dict[str, object] | None) -> None:
    if row is None:
        raise Hold(
            f"Item {item} does not exist in Uniconta.",
            "Make the service item there, or correct it in the setup.",
            mended_by="uniconta",
        )
    if row.get("Blocked"):
        raise Hold(f"Item {item} is blocked.", "Unblock it in Uniconta.", mended_by="uniconta")


def _check_rate(context: Context, line: SaleLine, group: str) -> None:
    if group:
        _check_same_rate(line.article, group, vat_rate_of_group(context, group))


def _check_same_rate(article: Article, group: str, rate: Decimal | None) -> None:
    """Hold when the till and the item's group disagree about VAT (accounting.md section 5, check 5)."""
    if rate is not None and rate != article.vat:
        raise Hold(
            f"“{article.title}” was sold with {article.vat} % VAT; item group {group} in Uniconta has {rate} %.",
            "Move the item to a group with the right VAT in Uniconta, or correct the VAT in Customers 1st.",
            mended_by="uniconta",
        )
