"""Which function syncs which job kind; a kind that is missing here is not built yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integration.flows import customer, customer_search, product
from integration.flows.context import Context
from integration.flows.day_close import day_close_to_journal
from integration.flows.kind import Kind
from integration.flows.outcome import Outcome
from integration.flows.sale import sale_to_order
from integration.mapping.fields import Side
from integration.ports import DocumentKind

Flow = Callable[[Context, str], Outcome]


@dataclass(frozen=True, kw_only=True)
class MasterKind:
    """One job kind of master data: its flow, the side that it comes from, and the Uniconta entity on the other end.

    `document` is the kind of the rows that stand for creates in Uniconta.
    """

    flow: Flow
    kind: Callable[[Context], Kind[Any]]
    source: Side
    entity: str
    document: DocumentKind


MASTER_DATA: Mapping[str, MasterKind] = {
    "customer_to_debtor": MasterKind(
        flow=customer.customer_to_debtor,
        kind=customer.Customers,
        source=Side.CUSTOMERS1ST,
        entity=customer_search.ENTITY,
        document=DocumentKind.DEBTOR,
    ),
    "product_to_item": MasterKind(
        flow=product.product_to_item,
        kind=product.Products,
        source=Side.CUSTOMERS1ST,
        entity=product.ENTITY,
        document=DocumentKind.ITEM,
    ),
    "debtor_to_customer": MasterKind(
        flow=customer.debtor_to_customer,
        kind=customer.Customers,
        source=Side.UNICONTA,
        entity=customer_search.ENTITY,
        document=DocumentKind.DEBTOR,
    ),
    "item_to_product": MasterKind(
        flow=product.item_to_product,
        kind=product.Products,
        source=Side.UNICONTA,
        entity=product.ENTITY,
        document=DocumentKind.ITEM,
    ),
}
FLOWS: Mapping[str, Flow] = {
    "sale_to_order": sale_to_order,
    "day_close_to_journal": day_close_to_journal,
    **{name: master.flow for name, master in MASTER_DATA.items()},
}
