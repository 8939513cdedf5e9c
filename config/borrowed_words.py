"""What the pages of the admin's package say and have no Danish for: named here, they are translated with our own texts."""

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("Click to cancel"),
    _("Dark"),
    _("Filters"),
    _("Go back"),
    _("Light"),
    _("No results found"),
    _("Reset filters"),
    _("Run"),
    _("Select action"),
    _("Select action to run"),
    _("Select all rows"),
    _("Select record"),
    _("Select value"),
    _("This item will be deleted."),
    _("This page yielded into no results. Create a new item or reset your filters."),
)
