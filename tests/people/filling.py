"""Fills a tenant with one row of every model that has pages or belongs to a tenant, each text with the tenant's own mark.

A new model is filled by itself; where its page wants more than plain values, it gets an entry in SHAPED.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from integration.mapping import proof
from settings_app.models import DoctorReport, Membership, Tenant
from settings_app.services import complete_tenant
from settings_app.services.restoring import PLACES
from syncjobs.models import DayCloseProof, JobState, SweepRun, SyncJob

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBERS = {"zebra": 77_001_000, "otter": 88_001_000}  # where a tenant's numbers begin
_counter = count(1)


def open_tenant(mark: str) -> Tenant:
    """Make a live tenant named by its mark, with one row of everything."""
    tenant = Tenant.objects.create(
        slug=mark, name=f"{mark} shop", status=Tenant.Status.LIVE, timezone="Europe/Copenhagen"
    )
    complete_tenant(tenant)
    member = User.objects.create_user(f"{mark}-member", is_staff=True)
    Membership.objects.create(tenant=tenant, user=member)
    for model in models_of_tenants():
        if not rows_of(model, tenant).exists():
            _fill(model, tenant, mark)
    for model in models_of_tenants():
        for row in rows_of(model, tenant):
            _mark(row, mark)
    for model in PLACES:
        _leave_a_deleted_row(rows_of(model, tenant).first())
    _give_findings(tenant, mark)
    return tenant


def models_of_tenants() -> list[type[Any]]:
    """Return the models of ours whose rows belong to a tenant, what others point to first."""
    found = [
        model
        for label in ("settings_app", "syncjobs")
        for model in apps.get_app_config(label).get_models()
        if any(field.name == "tenant" for field in model._meta.fields)
        and not model.__name__.startswith("Historical")
    ]
    return sorted(found, key=_depth)


def rows_of(model: type[Any], tenant: Tenant) -> Any:
    """Return a tenant's rows of a model."""
    return model._base_manager.filter(
        **({"pk": tenant.pk} if model is Tenant else {"tenant": tenant})
    )


def marks_of(mark: str) -> tuple[str, ...]:
    """Return what must occur in no answer to others: the mark in any text, and the beginning of its numbers."""
    return mark, str(NUMBERS[mark])[:5]


def _depth(model: type[Any]) -> int:
    own = {"settings_app", "syncjobs"}
    related = [
        field.related_model
        for field in model._meta.fields
        if field.is_relation and field.related_model._meta.app_label in own
    ]
    return 1 + max((_depth(each) for each in related if each is not model), default=0)


def _fill(model: type[Any], tenant: Tenant, mark: str) -> None:
    values = {
        field.name: _value(field, tenant, mark)
        for field in model._meta.fields
        if not field.primary_key or field.is_relation
    }
    model._base_manager.create(**values | _shaped(model, mark))


def _mark(row: Any, mark: str) -> None:
    """Put the mark into the texts of a row that was made with its tenant, such as its setup."""
    if isinstance(row, DayCloseProof | Membership) or not hasattr(row, "history"):
        return
    for field in row._meta.fields:
        text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if text and field.name not in {"slug", "timezone", "base_url", "alert_url"}:
            setattr(row, field.name, _text(field, mark))
    row.save()


def _leave_a_deleted_row(row: Any) -> None:
    """Let the history hold a row that was deleted, and is like one that is there but for its place."""
    like = type(row)._base_manager.get(pk=row.pk)
    row.delete()  # its history stays, and can be restored
    like.pk = None
    for names in PLACES[type(like)]:
        for name in names:
            setattr(like, name, _another(like, name))
    like.save()


def _another(row: Any, name: str) -> Any:
    """Return another value of a field than the row has."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if field.choices:
        return next(key for key, _label in field.flatchoices if key not in ("", None, value))
    return f"{value} 2" if isinstance(value, str) else value + 1


def _value(field: Any, tenant: Tenant, mark: str) -> Any:
    if field.name == "tenant":
        return tenant
    if field.related_model is User:
        return User.objects.get(username=f"{mark}-member")
    if field.is_relation:
        return rows_of(field.related_model, tenant).first()
    if field.choices:
        return next(value for value, _label in field.flatchoices if value not in ("", None))
    for kind, value in VALUES.items():
        if isinstance(field, kind):
            return value(field, mark)
    return _text(field, mark)


def _text(field: Any, mark: str) -> str:
    return f"{mark} {field.name} {next(_counter)}"[: field.max_length or 200]


# kind of field -> its value; a narrower kind stands before the wider one that it belongs to
VALUES: dict[type[Any], Callable[[Any, str], Any]] = {
    models.BooleanField: lambda field, mark: True,
    models.DecimalField: lambda field, mark: Decimal(next(_counter) % 90),
    models.PositiveSmallIntegerField: lambda field, mark: 1,
    models.SmallIntegerField: lambda field, mark: 1,
    models.IntegerField: lambda field, mark: NUMBERS[mark] + next(_counter),
    models.JSONField: lambda field, mark: (
        {"said": f"{mark} {field.name}"} if field.default is dict else []
    ),
    models.BinaryField: lambda field, mark: f'{{"name": "{mark}"}}'.encode(),
    models.UUIDField: lambda field, mark: uuid4(),
    models.DateTimeField: lambda field, mark: NOON,
    models.DateField: lambda field, mark: NOON.date(),
}


def _shaped(model: type[Any], mark: str) -> dict[str, Any]:
    shape = SHAPED.get(model)
    return {} if shape is None else shape(mark)


def _sheet(mark: str) -> dict[str, Any]:
    row = {"code": "goods", "rate": "25", "amount": "0.00"}
    receipt = {"number": f"{mark} receipt", "amount": "0.00", "debtor": mark, "invoice": mark}
    line = {"account": mark, "offset_account": "", "text": f"{mark} line", "credit": "0.00"}
    sheet = {
        "key": f"{mark} key",
        "close": {"register_title": mark},
        "chains": [{"code": "revenue", "rows": [row]}],
        "lines": [line],
        "documents": [receipt],
    }
    return {"kind": DayCloseProof.Kind.CLOSE, "sheet": sheet, "previous_hash": proof.FIRST}


SHAPED: dict[type[Any], Any] = {
    DayCloseProof: _sheet,
    SweepRun: lambda mark: {"reasons": {}},
    SyncJob: lambda mark: {
        "state": JobState.NEEDS_PERSON,
        "candidates": [{"key": f"{mark} key", "name": mark, "by": "name"}],
    },
}
FINDING = {
    "id": "setup.missing",
    "level": "error",
    "place": "setup",
    "fix": "",
    "fix_arguments": [],
}


def _give_findings(tenant: Tenant, mark: str) -> None:
    """Let the doctor have found something that has a button."""
    said = {name: f"{mark} {name}" for name in ("subject", "cause", "cure")}
    DoctorReport.objects.filter(tenant=tenant).update(ran_at=NOON, findings=[FINDING | said])
