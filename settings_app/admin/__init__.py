"""The configuration UI: one page per tenant, scoped to the tenants a staff user is a member of."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from settings_app.admin import connection, mapping, operation, setup, switches, tenant, users

__all__ = ["connection", "mapping", "operation", "setup", "switches", "tenant", "users"]

admin.site.site_header = _("Customers 1st ↔ Uniconta")
admin.site.site_title = _("Customers 1st ↔ Uniconta")
admin.site.index_title = _("Tenants and what happens with them")
