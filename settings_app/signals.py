"""The one signal of the settings: a tenant's settings changed (argument `tenant_id`), sent after commit."""

from django.dispatch import Signal

tenant_changed = Signal()
