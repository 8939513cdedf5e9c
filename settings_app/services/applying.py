"""Applies a tenant file (DESIGN 5.5): idempotent, all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from settings_app.models import (
    Customers1stConnection,
    FieldMaster,
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
from settings_app.services.changing import changing
from settings_app.services.file_schema import places_by_rate, read_file
from settings_app.services.tenants import (
    all_switches,
    announce_change,
    complete_tenant,
    keep_previous_secret,
)
from settings_app.services.yaml_reader import FileError, Place, entries, nearest, parse

REASON = "tenant file"
SECRETS = frozenset({"api_token", "webhook_secret", "password"})
CARDS = ("gift_card", "voucher", "deposit")
SERVICE_ITEMS = ("discount_items", "misc_items")


@dataclass(frozen=True)
class ApplyResult:
    """What applying a file changed, line by line; empty when everything was so already."""

    tenant: str
    changes: list[str]


def apply_file(
    content: str,
    *,
    dry_run: bool = False,
    user: AbstractBaseUser | None = None,
    reason: str = REASON,
) -> ApplyResult:
    """Create or update a tenant from a tenant file; raises FileError and writes nothing when it is wrong.

    Secrets that the file does not name stay as they are. A list that is given replaces the whole list, a section
    that is absent stays. `user` and `reason` are who did it and why, for the change history; `status: live` goes as it stands.
    """
    root = parse(content)
    wanted = read_file(root)
    work = _Application(root=root)
    try:
        with transaction.atomic(), changing(reason, user=user):
            tenant = work.apply(wanted)
            if dry_run:
                transaction.set_rollback(True)
            elif work.changes:
                told = {line.partition(":")[0] for line in work.changes}
                announce_change(tenant.pk, only_status=told == {"tenant.status"})
    except IntegrityError as error:
        raise FileError(
            "The tenant was changed at the same moment; apply the file again."
        ) from error
    return ApplyResult(tenant=wanted["tenant"]["slug"], changes=work.changes)


@dataclass(kw_only=True)
class _Application:
    """One file on its way into the database, with the changes made so far."""

    root: Place
    changes: list[str] = field(default_factory=list)

    def apply(self, wanted: Mapping[str, Any]) -> Tenant:
        basics = wanted["tenant"]
        tenant = Tenant.objects.filter(slug=basics["slug"]).first() or Tenant(slug=basics["slug"])
        self._section(tenant, basics, "tenant")
        store = self._row_of(Customers1stConnection, tenant)
        keep_previous_secret(store, secret=wanted.get("customers1st", {}).get("webhook_secret"))
        self._section(store, wanted.get("customers1st", {}), "customers1st")
        company = self._row_of(UnicontaConnection, tenant)
        self._section(company, wanted.get("uniconta", {}), "uniconta")
        setup = self._row_of(Setup, tenant)
        self._section(setup, _setup_values(wanted.get("setup", {})), "setup")
        complete_tenant(tenant)
        self._service_items(tenant, wanted.get("setup", {}))
        self._lists(tenant, wanted)
        self._variant_fields(tenant, wanted)
        self._field_masters(tenant, wanted)
        self._switches(tenant, wanted)
        return tenant

    def _row_of(self, model: type[Any], tenant: Tenant) -> Any:
        return model._default_manager.filter(tenant=tenant).first() or model(tenant=tenant)

    def _service_items(self, tenant: Tenant, wanted: Mapping[str, Any]) -> None:
        for purpose in ServiceItem.Purpose:
            name = f"{purpose.value}_items"
            if name in wanted:
                places = places_by_rate(nearest(self.root, "setup", name))
                self._replace(
                    {
                        row.vat_rate: row
                        for row in tenant.service_items.filter(purpose=purpose.value)
                    },
                    {
                        rate: (
                            ServiceItem(tenant=tenant, purpose=purpose.value, vat_rate=rate),
                            item,
                            places[rate],
                        )
                        for rate, item in wanted[name].items()
                    },
                    value="item",
                    path=f"setup.{name}",
                )

    def _lists(self, tenant: Tenant, wanted: Mapping[str, Any]) -> None:
        if "payment_types" in wanted:
            self._list(
                {row.title: row for row in tenant.payment_types.all()},
                wanted["payment_types"],
                lambda key: PaymentType(tenant=tenant, title=key),
                names=("title", "account"),
                path="payment_types",
            )
        if "registers" in wanted:
            self._list(
                {row.register_id: row for row in tenant.registers.all()},
                wanted["registers"],
                lambda key: Register(tenant=tenant, register_id=key),
                names=("register_id", "cash_account"),
                path="registers",
            )

    def _variant_fields(self, tenant: Tenant, wanted: Mapping[str, Any]) -> None:
        if "variant_fields" in wanted:
            self._refuse_two_sources(wanted["variant_fields"])
            self._replace(
                {row.uniconta_field: row for row in tenant.variant_fields.all()},
                {
                    name: (
                        VariantField(tenant=tenant, uniconta_field=name),
                        source,
                        nearest(self.root, "variant_fields", name),
                    )
                    for name, source in wanted["variant_fields"].items()
                },
                value="customers1st_field",
                path="variant_fields",
            )

    def _refuse_two_sources(self, wanted: Mapping[str, str]) -> None:
        """Refuse two user fields for one field of the till: on the way back only one of them could be right."""
        taken: dict[str, str] = {}
        for name, source in wanted.items():
            if source in taken:
                place = nearest(self.root, "variant_fields", name)
                raise place.error(f"“{source}” has a user field already, {taken[source]}.")
            taken[source] = name

    def _field_masters(self, tenant: Tenant, wanted: Mapping[str, Any]) -> None:
        if "field_masters" in wanted:
            self._replace(
                {row.field: row for row in tenant.field_masters.all()},
                {
                    name: (
                        FieldMaster(tenant=tenant, field=name),
                        master,
                        nearest(self.root, "field_masters", name),
                    )
                    for name, master in wanted["field_masters"].items()
                },
                value="master",
                path="field_masters",
            )

    def _switches(self, tenant: Tenant, wanted: Mapping[str, Any]) -> None:
        if "webhooks" in wanted:
            given = wanted["webhooks"]
            self._replace(
                {(row.system, row.entity, row.event): row for row in tenant.webhook_switches.all()},
                {
                    (system, entity, event): (
                        WebhookSwitch(tenant=tenant, system=system, entity=entity, event=event),
                        given.get(system, {}).get(entity, {}).get(event, False),
                        nearest(self.root, "webhooks", system, entity, event),
                    )
                    for system, entity, event in all_switches()
                },
                value="on",
                path="webhooks",
            )
        if "safety" in wanted:
            self._replace(
                {row.kind: row for row in tenant.safety_intervals.all()},
                {
                    kind: (
                        SafetyInterval(tenant=tenant, kind=kind),
                        wanted["safety"].get(kind, 0),
                        nearest(self.root, "safety", kind),
                    )
                    for kind in KINDS
                },
                value="hours",
                path="safety",
            )

    def _list(
        self,
        present: Mapping[Any, models.Model],
        rows: list[dict[str, Any]],
        new: Any,
        *,
        names: tuple[str, str],
        path: str,
    ) -> None:
        """Replace a list of mappings that have a key and one value each."""
        key, value = names
        places = entries(nearest(self.root, path))
        wanted = {
            row[key]: (new(row[key]), row[value], place)
            for row, place in zip(rows, places, strict=True)
        }
        self._replace(present, wanted, value=value, path=path)

    def _replace(
        self,
        present: Mapping[Any, models.Model],
        wanted: Mapping[Any, tuple[models.Model, Any, Place]],
        *,
        value: str,
        path: str,
    ) -> None:
        """Make the tenant's rows exactly these, each with one value; a row that stays keeps its history."""
        for key, row in present.items():
            if key not in wanted:
                row.delete()
                self.changes.append(f"{path}.{_shown_key(key)}: removed")
        for key, (new, wish, place) in wanted.items():
            found = present.get(key, new)
            before = getattr(found, value)
            if found.pk is None or before != wish:
                setattr(found, value, wish)
                self._save(found, place)
                self.changes.append(f"{path}.{_shown_key(key)}: {_shown(before)} → {_shown(wish)}")

    def _section(self, row: models.Model, values: Mapping[str, Any], path: str) -> None:
        """Set the values of a one-to-one section; notes what changed, secrets without their value."""
        found = []
        is_new = row.pk is None
        for name, wish in values.items():
            before = getattr(row, name)
            if before == wish or (name in SECRETS and not wish):
                continue
            setattr(row, name, wish)
            was = "" if is_new else before  # a default was never there
            shown = "changed" if name in SECRETS else f"{_shown(was)} → {_shown(wish)}"
            found.append(f"{path}.{name}: {shown}")
        if is_new or found:
            found = found or [f"{path}: created"]
            self._save(row, nearest(self.root, path))
        self.changes += found

    def _save(self, row: models.Model, place: Place) -> None:
        """Validate and save; what the model complains of becomes an error of the file."""
        try:
            row.full_clean()
        except ValidationError as error:
            name, texts = next(iter(error.message_dict.items()))
            spot = nearest(place, *_names_in_file(name))
            path = "" if name == NON_FIELD_ERRORS or spot is not place else f"{name}: "
            raise spot.error(f"{path}{' '.join(texts)}") from error
        row.save()


def _setup_values(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of the setup row."""
    values = {name: value for name, value in wanted.items() if name not in (*CARDS, *SERVICE_ITEMS)}
    for card in CARDS:
        if card in wanted:
            values[f"{card}_kind"] = wanted[card]["kind"]
            values[f"{card}_item"] = wanted[card]["item"]
    return values


def _names_in_file(column: str) -> tuple[str, ...]:
    """Return the keys that lead to a column's value: gift_card_kind stands in gift_card, kind."""
    for card in CARDS:
        if column in {f"{card}_kind", f"{card}_item"}:
            return card, column.removeprefix(f"{card}_")
    return (column,)


def _shown_key(key: Any) -> str:
    parts: Iterable[Any] = key if isinstance(key, tuple) else (key,)
    return ".".join(
        f"{part.normalize():f}" if isinstance(part, Decimal) else str(part) for part in parts
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "(empty)" if value in ("", None) else str(value)
