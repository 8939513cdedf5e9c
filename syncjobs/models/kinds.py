"""The words of DESIGN section 2 as choices."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.ports import DocumentKind, DocumentState


class System(models.TextChoices):
    """The two vendors."""

    CUSTOMERS1ST = "customers1st", _("Customers 1st")
    UNICONTA = "uniconta", _("Uniconta")


class JobKind(models.TextChoices):
    """What a job brings in step; UNKNOWN is a delivery whose body could not be read."""

    CUSTOMER_TO_DEBTOR = "customer_to_debtor", _("customer to debtor")
    PRODUCT_TO_ITEM = "product_to_item", _("product to item")
    SALE_TO_ORDER = "sale_to_order", _("sale to order")
    DAY_CLOSE_TO_JOURNAL = "day_close_to_journal", _("day close to journal")
    DEBTOR_TO_CUSTOMER = "debtor_to_customer", _("debtor to customer")
    ITEM_TO_PRODUCT = "item_to_product", _("item to product")
    UNKNOWN = "unknown", _("unknown")


class JobState(models.TextChoices):
    """Where a job stands. SKIPPED always has a reason, NEEDS_PERSON a cause and a cure."""

    WAITING = "WAITING", _("waiting")
    RUNNING = "RUNNING", _("running")
    DONE = "DONE", _("done")
    SKIPPED = "SKIPPED", _("skipped")
    NEEDS_PERSON = "NEEDS_PERSON", _("needs a person")


class MendedBy(models.TextChoices):
    """What has to change before a job that needs a person can go on."""

    NOTHING = "", _("a look by a person")
    SETUP = "setup", _("a change of the setup")
    UNICONTA = "uniconta", _("a change in Uniconta")
    CUSTOMERS1ST = "customers1st", _("a change in Customers 1st")
    STOP = "stop", _("the release of the invoice stop")
    DELETES = "deletes", _("the release of the delete stop")
    UNKNOWN = "unknown", _("a look whether it is in Uniconta")
    RECEIPT = "receipt", _("the end of a receipt's own job")


# what was created, in the words of a bookkeeper
DOCUMENT_KINDS: Mapping[str, Any] = {
    DocumentKind.CUSTOMER.value: _("Customer"),
    DocumentKind.DEBTOR.value: _("Debtor"),
    DocumentKind.PRODUCT.value: _("Product"),
    DocumentKind.ITEM.value: _("Item"),
    DocumentKind.ORDER.value: _("Order"),
    DocumentKind.ORDER_LINES.value: _("Order lines"),
    DocumentKind.INVOICE.value: _("Invoice"),
    DocumentKind.SETTLEMENT.value: _("Payment"),
    DocumentKind.CLOSE.value: _("Day close"),
    DocumentKind.REVERSAL.value: _("Reversal"),
    DocumentKind.BY_HAND.value: _("Booked by hand"),
    DocumentKind.SETUP.value: _("Setup"),
}
DOCUMENT_STATES: Mapping[str, Any] = {
    DocumentState.PLANNED.value: _("planned, not sent yet"),
    DocumentState.SENDING.value: _("sent, outcome not known yet"),
    DocumentState.SENT.value: _("in Uniconta, not read back yet"),
    DocumentState.CONFIRMED.value: _("in Uniconta, read back and right"),
    DocumentState.HELD.value: _("held: a person must look"),
}
# what the comparison of webhook registrations finds (DESIGN section 5.3)
HOOK_STATES: Mapping[str, Any] = {
    "ok": _("ok"),
    "missing": _("missing"),
    "duplicate": _("registered twice"),
    "changed": _("changed at the vendor"),
    "disabled": _("switched off by the vendor"),
    "failing": _("failing"),
    "mended": _("mended"),
    "created": _("created"),
    "removed": _("removed"),
    "foreign": _("somebody else's"),
}
