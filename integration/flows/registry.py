"""Which function syncs which job kind; a kind that is missing here is not built yet."""

from collections.abc import Callable, Mapping

from integration.flows.context import Context
from integration.flows.customer import customer_to_debtor, debtor_to_customer
from integration.flows.outcome import Outcome
from integration.flows.product import item_to_product, product_to_item
from integration.flows.sale import sale_to_order

FLOWS: Mapping[str, Callable[[Context, str], Outcome]] = {
    "customer_to_debtor": customer_to_debtor,
    "product_to_item": product_to_item,
    "sale_to_order": sale_to_order,
    "debtor_to_customer": debtor_to_customer,
    "item_to_product": item_to_product,
}
