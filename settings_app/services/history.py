"""Reads the change history: what differs between two versions, a tenant's changes, its settings as of a moment."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from settings_app.models import Membership, Tenant, UnicontaConnection

# who knows the address of the change URL may call it, so it is as secret as a password
HIDDEN: Mapping[type[Model], frozenset[str]] = {UnicontaConnection: frozenset({"hook_uuid"})}
NOTHING = "–"


class Difference(NamedTuple):
    """A field with its values in two versions, as text."""

    name: str
    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the two values differ."""
        return self.before != self.after


class Change(NamedTuple):
    """One version of a row: what it is a version of, and what it changed."""

    record: Any
    what: str
    differences: list[Difference]

    @property
    def who(self) -> str:
        """The person's name; empty for a machine."""
        user = self.record.history_user
        return str(user) if user is not None else ""


class Setting(NamedTuple):
    """A value as of a moment beside the value of today; empty where the row did not exist."""

    section: str
    row: str
    label: str
    then: str
    now: str


def tracked_models() -> list[type[Any]]:
    """Return the models whose changes are kept."""
    models = apps.get_app_config("settings_app").get_models()
    return [each for each in models if hasattr(each._meta, "simple_history_manager_attribute")]


def shown_fields(model: type[Any]) -> "list[Field[Any, Any]]":
    """Return the fields of a version that people read; secrets are in no version at all."""
    tracked = {field.name for field in model.history.model.tracked_fields}
    hidden = {"id", "tenant", *HIDDEN.get(model, ())}
    return [
        field
        for field in model._meta.fields
        if field.editable and field.name in tracked and field.name not in hidden
    ]


def compare(old: Any, new: Any) -> list[Difference]:
    """Return every field of two versions of a row; None stands for a row that is not there."""
    present: Any = new if new is not None else old
    model: type[Any] = present.instance_type
    told = [
        Difference(field.name, _label(field), _text(old, field), _text(new, field))
        for field in shown_fields(model)
    ]
    for name in HIDDEN.get(model, ()):
        before, after = (getattr(each, name, None) for each in (old, new))
        same = _("kept secret")
        label = _label(model._meta.get_field(name))
        told.append(Difference(name, label, same, same if before == after else _("another one")))
    return told


def differences(old: Any, new: Any) -> list[Difference]:
    """Return what a version changed; of the first one everything that is not empty."""
    if new.history_type == "-":
        return []
    return [each for each in compare(old, new) if each.is_changed]


def before(record: Any) -> Any:
    """Return the version before this one, None for the first and for a row that was deleted and made again."""
    model: Any = type(record)
    rows = model.objects.filter(id=record.id, history_id__lt=record.history_id)
    previous = rows.order_by("-history_id").first()
    return None if previous is None or previous.history_type == "-" else previous


def newest_changes(tenant: Tenant, *, until: datetime | None, most: int) -> list[Change]:
    """Return a tenant's newest changes, the newest first; `until` leaves out what is not older."""
    when = {} if until is None else {"history_date__lt": until}
    versions = [
        _versions(model, tenant).filter(**when).order_by("-history_date", "-history_id")[:most]
        for model in tracked_models()
    ]
    merged = heapq.merge(*versions, key=lambda record: record.history_date, reverse=True)
    return [_change(record, before(record), tenant) for record in islice(merged, most)]


def all_changes(tenants: Iterable[Tenant]) -> Iterator[tuple[Tenant, Change]]:
    """Yield every change of the tenants, the oldest first, holding one version of each row only."""
    for tenant in tenants:
        versions = [
            _versions(model, tenant).order_by("history_date", "history_id").iterator(500)
            for model in tracked_models()
        ]
        last: dict[tuple[Any, int], Any] = {}
        for record in heapq.merge(*versions, key=lambda record: record.history_date):
            key = (record.instance_type, record.id)
            yield tenant, _change(record, last.get(key), tenant)
            last[key] = None if record.history_type == "-" else record


def settings_as_of(tenant: Tenant, moment: datetime) -> list[Setting]:
    """Return every setting of a tenant as it was at a moment, beside what it is today."""
    told: list[Setting] = []
    for model in tracked_models():
        own = {"id": tenant.pk} if model is Tenant else {"tenant_id": tenant.pk}
        then = {row.pk: row for row in model.history.as_of(moment).filter(**own)}
        now = {row.pk: row for row in model._default_manager.filter(**own)}
        for key in sorted(then.keys() | now.keys()):
            rows = then.get(key), now.get(key)
            name = _row_name(rows[0] or rows[1])
            told += [
                Setting(_name(model), name, _label(field), *(_text(row, field) for row in rows))
                for field in shown_fields(model)
            ]
    return told


def _versions(model: Any, tenant: Tenant) -> Any:
    own = {"id": tenant.pk} if model is Tenant else {"tenant_id": tenant.pk}
    return model.history.filter(**own).select_related("history_user")


def _change(record: Any, previous: Any, tenant: Tenant) -> Change:
    row = record.instance
    if not isinstance(row, Tenant):
        row.tenant = tenant  # its name asks for it
    what = ": ".join(part for part in (_name(type(row)), _row_name(row)) if part)
    return Change(record, what, differences(previous, record))


def _row_name(row: Any) -> str:
    """Return what tells a row from its siblings; empty where a tenant has one only, or its fields tell."""
    is_alone = isinstance(row, Tenant | Membership) or row._meta.get_field("tenant").one_to_one
    return "" if is_alone else str(row)


def _name(model: Any) -> str:
    return capfirst(str(model._meta.verbose_name))


def _label(field: Any) -> str:
    return capfirst(str(field.verbose_name))


def _text(row: Any, field: Any) -> str:
    """Return a value as people read it; a row that is not there has none."""
    if row is None:
        return NOTHING
    value = getattr(row, field.attname)
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value in (None, ""):
        return NOTHING
    if field.is_relation:
        related = field.related_model._base_manager.filter(pk=value).first()
        return str(related) if related is not None else str(value)
    return str(dict(field.flatchoices).get(value, value))
