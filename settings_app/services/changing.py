"""Who changes settings and why: told once around the work, signed on every version that is written within it.

`with changing("tenant apply nordlys.yaml"):` serves people and machines alike; simple_history writes the versions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db.models import Model
from django.db.models.signals import pre_save
from django.dispatch import receiver
from simple_history.signals import pre_create_historical_record

from settings_app.fields import EncryptedTextField
from settings_app.models import Customers1stConnection, UnicontaConnection


class _Author(NamedTuple):
    reason: str
    user: Any


_author: ContextVar[_Author | None] = ContextVar("author of changed settings", default=None)


@contextmanager
def changing(reason: str, *, user: Any = None) -> Iterator[None]:
    """Sign every version written within with this reason and user; a reason set on the row itself prevails."""
    token = _author.set(_Author(reason.strip(), user))
    try:
        yield
    finally:
        _author.reset(token)


@receiver(pre_save, sender=Customers1stConnection, dispatch_uid="settings_app.changing.store")
@receiver(pre_save, sender=UnicontaConnection, dispatch_uid="settings_app.changing.company")
def note_secrets(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """Note which secrets a save replaces: their values never enter the history, that they changed does."""
    stored = sender._default_manager.filter(pk=instance.pk).first()
    instance._replaced = [
        field.name
        for field in sender._meta.fields
        if isinstance(field, EncryptedTextField)
        and field.editable
        and getattr(instance, field.name) != (getattr(stored, field.name) if stored else "")
    ]


@receiver(pre_create_historical_record, dispatch_uid="settings_app.changing.sign")
def sign(instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Write reason, user and the names of replaced secrets on a version."""
    author = _author.get()
    reason = history_instance.history_change_reason or (author.reason if author else "")
    replaced = ", ".join(getattr(instance, "_replaced", ()))
    note = f"(new: {replaced})" if replaced and history_instance.history_type != "-" else ""
    history_instance.history_change_reason = f"{reason} {note}".strip() or None
    if author and author.user is not None and history_instance.history_user_id is None:
        history_instance.history_user = author.user
