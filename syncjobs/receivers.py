"""What the workers do when a tenant's settings change."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from settings_app.models import DoctorReport, Tenant
from settings_app.signals import tenant_changed
from syncjobs import breaker
from syncjobs.again import retry_jobs
from syncjobs.inbox import wake_up
from syncjobs.models import CachedRows, HookCheck, MendedBy, UnicontaSession
from syncjobs.safety.next_run import plan_again


@receiver(tenant_changed, dispatch_uid="syncjobs.receivers.settings_changed")
def settings_changed(
    sender: Any, *, tenant_id: int, only_status: bool = False, **kwargs: Any
) -> None:
    """Forget what was read and examined under the old settings, and run again what a change of the setup may have mended."""
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    if tenant is None:
        return
    CachedRows.objects.filter(tenant=tenant).delete()
    if not only_status:
        DoctorReport.objects.filter(tenant=tenant).update(changed_at=timezone.now())
    # the session may be another user's or another company's, and a mended password ends the count of refusals
    UnicontaSession.objects.filter(tenant=tenant).update(
        token="", refresh_token="", expires_at=None, refusals=0
    )
    breaker.release(tenant)
    HookCheck.objects.filter(tenant=tenant).update(next_check_at=None, failures=0)
    plan_again(tenant, timezone.now())
    # what waits for Uniconta may be mended here too: another account or debtor is chosen instead
    mended = (MendedBy.SETUP, MendedBy.UNICONTA)
    if not sum(retry_jobs(tenant, mended_by=name, now=timezone.now()) for name in mended):
        wake_up(tenant)  # it may have gone live just now
