"""`{{ record.history_change_reason|reason }}`: why it was changed, in the reader's language."""

from django import template

from settings_app.services.told_reasons import reason_told

register = template.Library()
register.filter("reason", reason_told)
