"""The one signal of the settings: a tenant's settings changed (argument `tenant_id`), sent after commit.

`only_status` tells that nothing but the status did, which is none of the settings that the doctor examines.
"""

from django.dispatch import Signal

tenant_changed = Signal()
