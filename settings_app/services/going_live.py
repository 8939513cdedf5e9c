"""Going live in the admin: with a green doctor, or with a person who takes responsibility.

A tenant file that says `live` goes as it stands; the history then names the file as the reason.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from settings_app.models import DoctorReport, Tenant
from settings_app.services.tenants import announce_change

FRESH = timedelta(minutes=15)


def reason_against(tenant: Tenant, *, now: datetime) -> str:
    """Return why the doctor does not speak for going live, empty when it does."""
    report = DoctorReport.objects.filter(tenant=tenant).first() if tenant.pk else None
    if report is None or report.ran_at is None:
        return _("The doctor has not examined this tenant yet.")
    if not report.is_green:
        return _("The doctor found errors.")
    if not report.is_current:
        return _("Settings were changed since the doctor's last examination.")
    if now - report.ran_at > FRESH:
        return _("The doctor's last examination is too old.")
    return ""


def doctor_reason(tenant: Tenant) -> str:
    """Return what the history says of a tenant that goes live with a green doctor."""
    report = DoctorReport.objects.get(tenant=tenant)
    return f"went live: the doctor of {report.ran_at:%Y-%m-%d %H:%M} UTC is green"


def responsible_reason(user: str, reason: str) -> str:
    """Return what the history says of a tenant that goes live on a person's responsibility."""
    return f"went live on the responsibility of {user}: {reason}"


def go_live(tenant: Tenant, *, user: AbstractBaseUser, reason: str) -> None:
    """Turn a tenant live, with the reason and the name in the history; nothing when it is live already."""
    with transaction.atomic():
        row = Tenant.objects.select_for_update().get(pk=tenant.pk)
        if row.status == Tenant.Status.LIVE:
            return
        row.status = Tenant.Status.LIVE
        row._change_reason = reason  # type: ignore[attr-defined]  # simple_history reads it off the row
        row._history_user = user  # type: ignore[attr-defined]  # same
        row.save()
        announce_change(row.pk, only_status=True)
