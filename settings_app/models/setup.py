"""The eleven points that a consultant fills in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from settings_app.models.tenant import Tenant


def _account(label: Any, help_text: Any) -> models.CharField[str, str]:
    return models.CharField(label, max_length=20, blank=True, default="", help_text=help_text)


class CardKind(models.TextChoices):
    """When the VAT of a stored-value card falls due; the shop's accountant decides."""

    MULTI = "multi", _("multi-purpose: VAT when used")
    SINGLE = "single", _("single-purpose: VAT when sold")


def _card_kind(label: Any) -> models.CharField[str, str]:
    return models.CharField(
        label,
        max_length=8,
        choices=CardKind.choices,
        blank=True,
        default="",
        help_text=_("Decides when its VAT falls due. No default: the shop's accountant decides."),
    )


def _item(label: Any) -> models.CharField[str, str]:
    return models.CharField(
        label,
        max_length=40,
        blank=True,
        default="",
        help_text=_(
            "Uniconta service item whose group points to the liability account: what is sold and not yet used is a debt of the shop. Example: GAVEKORT."
        ),
    )


class Setup(models.Model):
    """What the consultant chose; the numbers are the points of the setup guide."""

    class DebtorNumber(models.TextChoices):
        """Where the account number of a new debtor comes from."""

        CUSTOMERNO = "customerno", _("the customer's number")
        PHONE = "phone", _("the phone number")
        UNICONTA = "uniconta", _("Uniconta's number series")

    class SettleAt(models.TextChoices):
        """When payments are posted."""

        SALE = "sale", _("within a minute, several sales in one posting")
        CLOSE = "close", _("with the day close")

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="setup", verbose_name=_("tenant")
    )
    default_debtor_group = models.CharField(
        _("1 · Debtor group"),
        max_length=20,
        blank=True,
        default="",
        help_text=_(
            "New debtors made from the till get this group; it decides their control account and VAT. Example: 1 Kunder."
        ),
    )
    pos_debtor = models.CharField(
        _("2 · POS debtor"),
        max_length=20,
        blank=True,
        default="",
        help_text=_(
            "Sales to customers without an account are booked on this one debtor. Its balance is 0.00 at the end of each day. Example: POS3000 Kassesalg."
        ),
    )
    default_item_group = models.CharField(
        _("3 · Item group"),
        max_length=20,
        blank=True,
        default="",
        help_text=_(
            "New items made from the till get this group; it decides their revenue account and VAT, which must be 25 %. Example: 1 Varer 25 %."
        ),
    )
    auto_invoice_pos_sales = models.BooleanField(
        _("4 · Invoice till sales automatically"),
        default=False,
        help_text=_(
            "On: a sale paid at the till becomes an invoice within a minute. Off: its order waits for the bookkeeper."
        ),
    )
    auto_invoice_debtor_sales = models.BooleanField(
        _("4 · Invoice debtor sales automatically"),
        default=False,
        help_text=_(
            "On: a sale on account becomes an invoice within a minute. Off: its order waits, for example until the bookkeeper has added freight."
        ),
    )
    journal = models.CharField(
        _("5 · Journal"),
        max_length=10,
        blank=True,
        default="",
        help_text=_(
            "Payments and day closes are posted through this Uniconta journal. It must be ours alone and empty. Example: C1ST."
        ),
    )
    debtor_number = models.CharField(
        _("account of a new debtor"),
        max_length=12,
        choices=DebtorNumber.choices,
        default=DebtorNumber.CUSTOMERNO,
        help_text=_(
            "Where the account number of a debtor created from the till comes from. Example: customer number 1042 becomes debtor 1042."
        ),
    )
    settle_at = models.CharField(
        _("post payments"),
        max_length=8,
        choices=SettleAt.choices,
        default=SettleAt.SALE,
        help_text=_(
            "The end balances are the same either way. With the sale, the bookkeeper sees paid invoices during the day."
        ),
    )
    cash_account = _account(
        _("6 · Cash account"),
        _(
            "Cash sales are posted here. A register may have an account of its own (registers). Example: 5810 Kasse."
        ),
    )
    cash_difference_account = _account(
        _("7 · Cash difference account"),
        _(
            "Takes what the count differs from what should be there. Example: 2910 Kassedifferencer; 20 kr. too little in the drawer is a cost of 20 kr."
        ),
    )
    rounding_account = _account(
        _("7 · Rounding account"),
        _(
            "Takes the rounding of cash totals to 50 øre. Example: 2920 Øreafrunding; 99.95 paid with 100.00 is a gain of 0.05."
        ),
    )
    cash_payment_type = models.CharField(
        _("9 · Cash payment type"),
        max_length=100,
        blank=True,
        default="",
        help_text=_(
            "The till's button for cash, by the very name on the receipt. Example: Kontant."
        ),
    )
    debtor_payment_type = models.CharField(
        _("10 · Debtor payment type"),
        max_length=100,
        blank=True,
        default="",
        help_text=_(
            "The till's button for a sale on account, by the very name on the receipt; such a sale stays open on the customer's debtor. Example: Debitor or Faktura."
        ),
    )
    day_close_enabled = models.BooleanField(
        _("post day closes on schedule"),
        default=False,
        help_text=_(
            "On: each day close is posted by itself. Off: a person posts it with the button, after a look at the preview."
        ),
    )
    sales_from = models.DateField(
        _("sales from"),
        null=True,
        blank=True,
        help_text=_(
            "The first day that is posted; nothing older ever is. Example: the day after the last one booked by hand."
        ),
    )
    expense_account = _account(
        _("till expense account"),
        _("Takes what was paid out of the till (udlæg). Example: 2750 Udlæg fra kassen."),
    )
    bank_account = _account(
        _("bank account"),
        _("Takes the cash that a day close sends to the bank. Example: 5820 Bank."),
    )
    payment_term = models.CharField(
        _("payment term"),
        max_length=20,
        blank=True,
        default="",
        help_text=_(
            "Uniconta payment term on orders. Empty: the debtor's own, which is usually right. It must name no account."
        ),
    )
    gift_card_kind = _card_kind(_("gift card: kind"))
    gift_card_item = _item(_("gift card: item"))
    voucher_kind = _card_kind(_("voucher: kind"))
    voucher_item = _item(_("voucher: item"))
    deposit_kind = _card_kind(_("deposit: kind"))
    deposit_item = _item(_("deposit: item"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("setup points")
        verbose_name_plural = _("setup points")

    def __str__(self) -> str:
        return f"{capfirst(str(self._meta.verbose_name))}, {self.tenant}"

    def clean(self) -> None:
        """Refuse half a card rule: a kind without its item books nothing, an item without its kind is a guess."""
        for card in ("gift_card", "voucher", "deposit"):
            if bool(getattr(self, f"{card}_kind")) != bool(getattr(self, f"{card}_item")):
                raise ValidationError(
                    {f"{card}_kind": _("Kind and item belong together: give both or none.")}
                )
