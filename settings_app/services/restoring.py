"""Deleted rows of lists that can be made again as they were: which they are, and whether their place is still free."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, Model

from settings_app.models import FieldMaster, PaymentType, Register, ServiceItem, VariantField

# the lists whose rows people delete -> what no two rows of a tenant may have in common
PLACES: Mapping[type[Model], tuple[tuple[str, ...], ...]] = {
    FieldMaster: (("field",),),
    PaymentType: (("title",),),
    Register: (("register_id",),),
    ServiceItem: (("purpose", "vat_rate"),),
    VariantField: (("uniconta_field",), ("customers1st_field",)),
}


def still_gone(records: Sequence[Any]) -> list[Any]:
    """Return those of some versions that tell of a row's deletion, and of nothing after it."""
    gone: list[Any] = []
    for model in PLACES:
        told = [
            each for each in records if each.instance_type is model and each.history_type == "-"
        ]
        if told:
            versions = model.history.filter(id__in={each.id for each in told})  # type: ignore[attr-defined]  # simple_history's
            newest = versions.values("id").annotate(newest=Max("history_id"))
            last = set(newest.values_list("newest", flat=True))
            gone += [each for each in told if each.history_id in last]
    return gone


def deleted_row(record: Any) -> Any:
    """Return the row of a version as it was, unsaved; saved, it is the same row again, with the history that it had."""
    row = record.instance
    row._state.adding = True
    return row


def occupant(row: Any) -> Any:
    """Return the row that has the place of a deleted one by now, None while it is free."""
    for names in PLACES[type(row)]:
        same = {name: getattr(row, name) for name in ("tenant_id", *names)}
        other = type(row)._default_manager.filter(**same).first()
        if other is not None:
            return other
    return None
