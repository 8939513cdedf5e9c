"""The words of DESIGN section 2 as choices."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
