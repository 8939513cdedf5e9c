"""What may stand in a tenant file, in the order of DESIGN 5.5."""

import re
import uuid
from decimal import Decimal

from settings_app.models import Customers1stConnection, FieldMaster, Setup, Tenant
from settings_app.models.mapping import MASTERED_FIELDS
from settings_app.models.safety import KINDS
from settings_app.models.setup import CardKind
from settings_app.models.webhook_switch import SWITCHES
from settings_app.services.yaml_reader import (
    Place,
    boolean,
    choice,
    day,
    hours,
    integer,
    mapping,
    pairs,
    sequence,
    text,
)


def _uuid(place: Place) -> uuid.UUID:
    try:
        return uuid.UUID(text(place))
    except ValueError:
        raise place.error("a UUID is expected") from None


def places_by_rate(place: Place) -> dict[Decimal, Place]:
    """Return the places of a mapping whose keys are VAT rates in percent."""
    found: dict[Decimal, Place] = {}
    for rate, child in pairs(place):
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", rate):
            raise child.error("the key is a VAT rate in percent, such as “25”")
        if Decimal(rate) in found:
            raise child.error(f"the VAT rate {rate} stands here twice")
        found[Decimal(rate)] = child
    return found


def _items_by_rate(place: Place) -> dict[Decimal, str]:
    return {rate: text(child) for rate, child in places_by_rate(place).items()}


def _fields(place: Place) -> dict[str, str]:
    return {name: text(child) for name, child in pairs(place)}


_tenant = mapping(
    {
        "slug": text,
        "name": text,
        "timezone": text,
        "status": choice(*Tenant.Status.values),
    },
    required=("slug", "name"),
)
_customers1st = mapping(
    {
        "base_url": text,
        "api_token": text,
        "webhook_secret": text,
        "hook_uuid": _uuid,
        "naive_time": choice(*Customers1stConnection.NaiveTime.values),
    }
)
_uniconta = mapping(
    {
        "base_url": text,
        "company_id": integer,
        "username": text,
        "password": text,
        "hook_uuid": _uuid,
    }
)
_full_card = mapping({"kind": choice(*CardKind.values), "item": text}, required=("kind", "item"))


def _card(place: Place) -> dict[str, str]:
    """Read a card's rule; `{}` takes it away."""
    return _full_card(place) if pairs(place) else {"kind": "", "item": ""}


_setup = mapping(
    {
        "default_debtor_group": text,
        "pos_debtor": text,
        "default_item_group": text,
        "auto_invoice_pos_sales": boolean,
        "auto_invoice_debtor_sales": boolean,
        "journal": text,
        "debtor_number": choice(*Setup.DebtorNumber.values),
        "settle_at": choice(*Setup.SettleAt.values),
        "cash_account": text,
        "cash_difference_account": text,
        "rounding_account": text,
        "cash_payment_type": text,
        "debtor_payment_type": text,
        "day_close_enabled": boolean,
        "sales_from": day,
        "expense_account": text,
        "bank_account": text,
        "payment_term": text,
        "discount_items": _items_by_rate,
        "misc_items": _items_by_rate,
        "gift_card": _card,
        "voucher": _card,
        "deposit": _card,
    }
)
_webhooks = mapping(
    {
        system: mapping(
            {entity: mapping(dict.fromkeys(events, boolean)) for entity, events in entities.items()}
        )
        for system, entities in SWITCHES.items()
    }
)

read_file = mapping(
    {
        "tenant": _tenant,
        "customers1st": _customers1st,
        "uniconta": _uniconta,
        "setup": _setup,
        "payment_types": sequence(
            mapping({"title": text, "account": text}, required=("title", "account")),
            unique="title",
        ),
        "registers": sequence(
            mapping(
                {"register_id": integer, "cash_account": text},
                required=("register_id", "cash_account"),
            ),
            unique="register_id",
        ),
        "variant_fields": _fields,
        "field_masters": mapping(
            dict.fromkeys(MASTERED_FIELDS, choice(*FieldMaster.Master.values))
        ),
        "webhooks": _webhooks,
        "safety": mapping(dict.fromkeys(KINDS, hours)),
    },
    required=("tenant",),
)
