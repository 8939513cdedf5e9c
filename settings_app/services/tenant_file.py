"""The tenant file (DESIGN 5.5): apply it, idempotently and all or nothing, and write it back without secrets."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from settings_app.models import (
    Customers1stConnection,
    PaymentType,
    Register,
    SafetyInterval,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
    VariantField,
    WebhookSwitch,
)
from settings_app.models.safety import KINDS
from settings_app.models.webhook_switch import SWITCHES
from settings_app.services.yaml_reader import (
    FileError,
    Place,
    boolean,
    choice,
    day,
    hours,
    integer,
    mapping,
    pairs,
    parse,
    sequence,
    text,
)
from settings_app.signals import tenant_changed

REASON = "tenant file"
OVERLAP_OF_SECRETS = timedelta(hours=24)
SECRETS = ("api_token", "webhook_secret", "password")
CARDS = ("gift_card", "voucher", "deposit")


@dataclass(frozen=True)
class ApplyResult:
    """What applying a file changed, line by line; empty when everything was so already."""

    tenant: str
    changes: list[str]


def _uuid(place: Place) -> uuid.UUID:
    try:
        return uuid.UUID(text(place))
    except ValueError:
        raise place.error("a UUID is expected") from None


def _items_by_rate(place: Place) -> dict[Decimal, str]:
    found: dict[Decimal, str] = {}
    for rate, child in pairs(place):
        try:
            found[Decimal(rate)] = text(child)
        except InvalidOperation:
            raise child.error("the key is a VAT rate in percent, such as “25”") from None
    return found


_card = mapping({"kind": choice("multi", "single"), "item": text}, required=("kind", "item"))
_read_file = mapping(
    {
        "tenant": mapping(
            {
                "slug": text,
                "name": text,
                "timezone": text,
                "status": choice(*Tenant.Status.values),
            },
            required=("slug", "name"),
        ),
        "customers1st": mapping(
            {
                "base_url": text,
                "api_token": text,
                "webhook_secret": text,
                "hook_uuid": _uuid,
                "naive_time": choice(*Customers1stConnection.NaiveTime.values),
            }
        ),
        "uniconta": mapping(
            {
                "base_url": text,
                "company_id": integer,
                "username": text,
                "password": text,
                "hook_uuid": _uuid,
            }
        ),
        "setup": mapping(
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
        ),
        "payment_types": sequence(
            mapping({"title": text, "account": text}, required=("title", "account"))
        ),
        "registers": sequence(
            mapping(
                {"register_id": integer, "cash_account": text},
                required=("register_id", "cash_account"),
            )
        ),
        "variant_fields": lambda place: {name: text(child) for name, child in pairs(place)},
        "webhooks": mapping(
            {
                system: mapping(
                    {
                        entity: mapping(dict.fromkeys(events, boolean))
                        for entity, events in entities.items()
                    }
                )
                for system, entities in SWITCHES.items()
            }
        ),
        "safety": mapping(dict.fromkeys(KINDS, hours)),
    },
    required=("tenant",),
)


def apply_file(content: str, *, dry_run: bool = False) -> ApplyResult:
    """Create or update a tenant from a tenant file; raises FileError and writes nothing when it is wrong.

    Secrets that the file does not name stay as they are. A list that is given replaces the whole list.
    """
    root = parse(content)
    wanted = _read_file(root)
    changes: list[str] = []
    with transaction.atomic():
        try:
            tenant = _apply(wanted, changes)
        except ValidationError as error:
            raise _with_line(root, error) from error
        if dry_run:
            transaction.set_rollback(True)
    if changes and not dry_run:
        tenant_changed.send(Tenant, tenant_id=tenant.pk)
    return ApplyResult(wanted["tenant"]["slug"], changes)


def _apply(wanted: Mapping[str, Any], changes: list[str]) -> Tenant:
    basics = wanted["tenant"]
    tenant = Tenant.objects.filter(slug=basics["slug"]).first() or Tenant(slug=basics["slug"])
    _save(tenant, basics, "tenant", changes)
    store = Customers1stConnection.objects.filter(tenant=tenant).first() or Customers1stConnection(
        tenant=tenant
    )
    keep_previous_secret(store, wanted.get("customers1st", {}).get("webhook_secret"))
    _save(store, wanted.get("customers1st", {}), "customers1st", changes)
    company = UnicontaConnection.objects.filter(tenant=tenant).first() or UnicontaConnection(
        tenant=tenant
    )
    _save(company, wanted.get("uniconta", {}), "uniconta", changes)
    _apply_setup(tenant, wanted.get("setup", {}), changes)
    _apply_lists(tenant, wanted, changes)
    return tenant


def keep_previous_secret(store: Customers1stConnection, secret: str | None) -> None:
    """Let the old webhook secret be accepted for a day when it is about to be replaced [A55]."""
    if secret and store.pk and store.webhook_secret and store.webhook_secret != secret:
        store.previous_webhook_secret = store.webhook_secret
        store.previous_secret_until = timezone.now() + OVERLAP_OF_SECRETS


def _apply_setup(tenant: Tenant, wanted: Mapping[str, Any], changes: list[str]) -> None:
    values = {
        name: value
        for name, value in wanted.items()
        if name not in (*CARDS, "discount_items", "misc_items")
    }
    for card in CARDS:
        if card in wanted:
            values[f"{card}_kind"] = wanted[card].get("kind", "")
            values[f"{card}_item"] = wanted[card].get("item", "")
    setup = Setup.objects.filter(tenant=tenant).first() or Setup(tenant=tenant)
    _save(setup, values, "setup", changes)
    for purpose in ServiceItem.Purpose:
        name = f"{purpose.value}_items"
        if name in wanted:
            rows = {(purpose.value, rate): {"item": item} for rate, item in wanted[name].items()}
            _replace(
                tenant,
                ServiceItem,
                ("purpose", "vat_rate"),
                rows,
                f"setup.{name}",
                changes,
                among={"purpose": purpose.value},
            )


def _apply_lists(tenant: Tenant, wanted: Mapping[str, Any], changes: list[str]) -> None:
    if "payment_types" in wanted:
        rows = {(row["title"],): {"account": row["account"]} for row in wanted["payment_types"]}
        _replace(tenant, PaymentType, ("title",), rows, "payment_types", changes)
    if "registers" in wanted:
        rows = {
            (row["register_id"],): {"cash_account": row["cash_account"]}
            for row in wanted["registers"]
        }
        _replace(tenant, Register, ("register_id",), rows, "registers", changes)
    if "variant_fields" in wanted:
        rows = {
            (name,): {"customers1st_field": source}
            for name, source in wanted["variant_fields"].items()
        }
        _replace(tenant, VariantField, ("uniconta_field",), rows, "variant_fields", changes)
    if "webhooks" in wanted:
        switches = {
            (system, entity, event): {"on": on}
            for system, entities in wanted["webhooks"].items()
            for entity, events in entities.items()
            for event, on in events.items()
        }
        _replace(
            tenant, WebhookSwitch, ("system", "entity", "event"), switches, "webhooks", changes
        )
    if "safety" in wanted:
        rows = {(kind,): {"hours": every} for kind, every in wanted["safety"].items()}
        _replace(tenant, SafetyInterval, ("kind",), rows, "safety", changes)


def _save(row: models.Model, values: Mapping[str, Any], path: str, changes: list[str]) -> None:
    """Set the values, validate, and save when anything changed; notes what did, secrets without their value."""
    created = row.pk is None
    found = []
    for name, value in values.items():
        before = getattr(row, name)
        if before != value and not (name in SECRETS and not value):
            setattr(row, name, value)
            shown = "changed" if name in SECRETS else f"{_shown(before)} → {_shown(value)}"
            found.append(f"{path}.{name}: {shown}")
    if not created and not found:
        return
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError(
            {f"{path}.{name}": texts for name, texts in error.message_dict.items()}
        ) from error
    row._change_reason = REASON  # type: ignore[attr-defined]  # simple_history reads it
    row.save()
    changes += found or [f"{path}: created"]


def _replace(
    tenant: Tenant,
    model: type[models.Model],
    key_names: tuple[str, ...],
    rows: Mapping[tuple[Any, ...], Mapping[str, Any]],
    path: str,
    changes: list[str],
    *,
    among: Mapping[str, Any] | None = None,
) -> None:
    """Make the tenant's rows of a model exactly these."""
    present = {
        tuple(getattr(row, name) for name in key_names): row
        for row in model._default_manager.filter(tenant=tenant, **(among or {}))
    }
    for key, row in present.items():
        if key not in rows:
            changes.append(f"{path}.{_key_text(key)}: removed")
            row._change_reason = REASON  # type: ignore[attr-defined]  # simple_history reads it
            row.delete()
    for key, values in rows.items():
        row = present.get(key) or model(tenant=tenant, **dict(zip(key_names, key, strict=True)))
        _save(row, values, f"{path}.{_key_text(key)}", changes)


def _key_text(key: Iterable[Any]) -> str:
    return ".".join(
        f"{part.normalize():f}" if isinstance(part, Decimal) else str(part) for part in key
    )


def _shown(value: Any) -> str:
    return "(empty)" if value in ("", None) else str(value)


def _with_line(root: Place, error: ValidationError) -> FileError:
    """Return a model's complaint as an error of the file, with the nearest line that we can name."""
    path, texts = next(iter(error.message_dict.items()))
    message = " ".join(texts)
    place = root
    for name in path.split("."):
        if not isinstance(place.node, yaml.MappingNode):
            break
        place = dict(pairs(place)).get(name, place)
    return FileError(f"{path} (line {place.node.start_mark.line + 1}): {message}")


def export_file(tenant: Tenant) -> str:
    """Return the tenant file of a tenant, without secrets."""
    store, company, setup = tenant.customers1st, tenant.uniconta, tenant.setup
    plain = [
        field.name
        for field in Setup._meta.concrete_fields
        if field.name not in {"id", "tenant"} and not field.name.endswith(("_kind", "_item"))
    ]
    services = tenant.service_items.all()
    content: dict[str, Any] = {
        "tenant": {name: getattr(tenant, name) for name in ("slug", "name", "timezone", "status")},
        "customers1st": {
            "base_url": store.base_url,
            "hook_uuid": str(store.hook_uuid),
            "naive_time": store.naive_time,
        },
        "uniconta": {
            "base_url": company.base_url,
            "company_id": company.company_id,
            "username": company.username,
            "hook_uuid": str(company.hook_uuid),
        },
        "setup": {name: getattr(setup, name) for name in plain},
        "payment_types": list(tenant.payment_types.values("title", "account")),
        "registers": list(tenant.registers.values("register_id", "cash_account")),
        "variant_fields": dict(
            tenant.variant_fields.values_list("uniconta_field", "customers1st_field")
        ),
        "webhooks": {},
        "safety": {row.kind: row.hours or "off" for row in tenant.safety_intervals.all()},
    }
    for purpose in ServiceItem.Purpose:
        content["setup"][f"{purpose.value}_items"] = {
            _key_text([row.vat_rate]): row.item for row in services if row.purpose == purpose
        }
    for card in CARDS:
        if kind := getattr(setup, f"{card}_kind"):
            content["setup"][card] = {"kind": kind, "item": getattr(setup, f"{card}_item")}
    for row in tenant.webhook_switches.all():
        entities = content["webhooks"].setdefault(row.system, {})
        entities.setdefault(row.entity, {})[row.event] = row.on
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
