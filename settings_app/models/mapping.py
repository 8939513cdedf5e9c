"""What the till's names mean in Uniconta."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from integration.mapping import customer, product
from settings_app.models.tenant import Tenant

# entity.field of everything that has a master, in the order of docs/mapping.md
MASTERED_FIELDS = (
    *(f"{customer.CUSTOMER}.{each.name}" for each in customer.FIELDS),
    *(f"{product.PRODUCT}.{each.name}" for each in product.FIELDS),
    *(f"{product.PRODUCT}.{name}" for name in product.VARIANT_FIELDS),
)


class PaymentType(models.Model):
    """A payment type of the till and the GL account its money waits on."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="payment_types", verbose_name=_("tenant")
    )
    title = models.CharField(
        _("title"), max_length=100, help_text=_("As the till prints it on the receipt.")
    )
    account = models.CharField(
        _("account"),
        max_length=20,
        help_text=_(
            "GL account that the money waits on: the clearing account of a card, the cash account of a currency. Example: 5830 Dankort i transit."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("payment type")
        verbose_name_plural = _("payment types")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "title"], name="one_account_per_payment_type")
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.account}"


class Register(models.Model):
    """A register with a cash account of its own; others use the cash account of point 6."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="registers", verbose_name=_("tenant")
    )
    register_id = models.PositiveIntegerField(
        _("register id"), help_text=_("The register's id in Customers 1st.")
    )
    cash_account = models.CharField(
        _("cash account"),
        max_length=20,
        help_text=_(
            "GL account of this register's drawer, so that each drawer can be counted by itself. Example: 5811 Kasse 2."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "register_id"], name="one_account_per_register"
            )
        ]

    def __str__(self) -> str:
        return f"{self.register_id} → {self.cash_account}"


class VariantField(models.Model):
    """A Uniconta user field on items and the Customers 1st field it carries (point 8)."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="variant_fields", verbose_name=_("tenant")
    )
    uniconta_field = models.CharField(
        _("Uniconta user field"),
        max_length=40,
        help_text=_(
            "The user field of items in Uniconta that carries it. Example: xStyleNo. Empty: it is not carried over."
        ),
    )
    customers1st_field = models.CharField(
        _("Customers 1st field"),
        max_length=40,
        help_text=_("One of styleno, size, color, customfield1 to 4, alternativebarcode."),
        choices=[(name, name) for name in product.VARIANT_FIELDS],
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("variant field")
        verbose_name_plural = _("variant fields")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "uniconta_field"], name="one_source_per_user_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uniconta_field} ← {self.customers1st_field}"


class FieldMaster(models.Model):
    """A field of customers or products that always comes from one side; without a row the newest change wins."""

    class Master(models.TextChoices):
        """Where the field's value comes from."""

        NEWEST = "newest", _("the newer change")
        CUSTOMERS1ST = "customers1st", _("Customers 1st")
        UNICONTA = "uniconta", _("Uniconta")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="field_masters", verbose_name=_("tenant")
    )
    field = models.CharField(
        _("field"),
        max_length=40,
        choices=[(name, name) for name in MASTERED_FIELDS],
        help_text=_("Entity and field by the Customers 1st name, such as product.price."),
    )
    master = models.CharField(
        _("master"),
        max_length=12,
        choices=Master.choices,
        default=Master.NEWEST,
        help_text=_("A change on the other side is overwritten when it is synced."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("field master")
        verbose_name_plural = _("field masters")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "field"], name="one_master_per_field")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_master_display()}"


class ServiceItem(models.Model):
    """The Uniconta service item for discounts or for lines without a product, one per VAT rate."""

    class Purpose(models.TextChoices):
        """What the item stands for."""

        DISCOUNT = "discount", _("discount")
        MISC = "misc", _("line without a product")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="service_items", verbose_name=_("tenant")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=10,
        choices=Purpose.choices,
        help_text=_("Discounts are lines of their own."),
    )
    vat_rate = models.DecimalField(
        _("VAT rate"), max_digits=5, decimal_places=2, help_text=_("Percent: 25 or 0.")
    )
    item = models.CharField(
        _("item"),
        max_length=40,
        help_text=_(
            "A service item in Uniconta whose group has this VAT rate. Example: RABAT25 in the group of goods with 25 %."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "purpose", "vat_rate"], name="one_service_item_per_rate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.vat_rate} → {self.item}"
