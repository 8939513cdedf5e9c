"""Adds to counters that many processes add to: no count is lost, and a row is made by whoever counts first."""

from typing import Any

from django.db.models import F, Model


def add(model: type[Model], row: dict[str, Any], **numbers: int) -> None:
    """Add to the numbers of the one row that `row` names."""
    rows = model._default_manager.filter(**row)
    more = {name: F(name) + number for name, number in numbers.items()}
    if not rows.update(**more):
        model._default_manager.get_or_create(**row)  # another process may make it just now
        rows.update(**more)
