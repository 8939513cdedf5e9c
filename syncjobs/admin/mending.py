"""Where the cause of a held record is mended, for the person who asks: the page, or who can where they may not."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from syncjobs.admin.deciding import who_may
from syncjobs.admin.doctor_places import address_of
from syncjobs.models import Issue, MendedBy, SyncJob, TenantState
from syncjobs.wizard.checking import Spot, spot_named
from syncjobs.wizard.rights import MODELS, may_save, parts_of_own
from syncjobs.wizard.steps import BY_KEY, LAST

STOPS = {MendedBy.STOP: "invoices", MendedBy.DELETES: "deletes"}


class Mend(NamedTuple):
    """Where a person goes to mend something: `address` with the words of its link, or `note`, why there is none for them."""

    address: str = ""
    label: str = ""
    note: str = ""


def mend_of(request: HttpRequest, row: Issue | SyncJob) -> Mend:
    """Return where this person mends what holds an issue or a job up; nothing where that is at a vendor."""
    user: Any = request.user
    if row.mended_by in STOPS:
        return stop_mend(request, row.tenant_id, STOPS[MendedBy(row.mended_by)])
    if row.mended_by == MendedBy.SETUP:
        spot = spot_named(row.cause, row.cure) or Spot(BY_KEY[LAST], "")  # where the doctor looks
        if may_save(user, spot.step) or parts_of_own(user, spot.step):
            return Mend(address_of(row.tenant, spot), _("Mend it here"))
        section = min(spot.step.sections, default="tenant")
        return Mend(note=who_may(f"settings_app.change_{MODELS[section][0]}"))
    if row.mended_by == MendedBy.UNKNOWN:
        if not user.has_perm("syncjobs.change_documentrow"):
            return Mend(note=who_may("syncjobs.change_documentrow"))
        page = reverse("admin:syncjobs_documentrow_changelist")
        return Mend(f"{page}?tenant={row.tenant_id}&state__exact=SENDING", _("Mend it here"))
    return Mend()


def stop_mend(request: HttpRequest, tenant_id: int, stop: str) -> Mend:
    """Return where this person releases a stop, `invoices` or `deletes`; nothing where nothing is stopped."""
    if not is_stopped(request, tenant_id, stop):
        return Mend()
    if not request.user.has_perm("syncjobs.change_tenantstate"):
        return Mend(note=who_may("syncjobs.change_tenantstate"))
    words = _("Release the invoice stop") if stop == "invoices" else _("Release the delete stop")
    return Mend(reverse("admin:syncjobs_tenantstate_release", args=[tenant_id, stop]), words)


def is_stopped(request: HttpRequest, tenant_id: int, stop: str) -> bool:
    """Tell whether a stop, `invoices` or `deletes`, is set; asked once of each tenant in a request."""
    known: dict[int, set[str]] = request.__dict__.setdefault("_stops", {})
    if tenant_id not in known:
        state = TenantState.objects.filter(tenant=tenant_id).first() or TenantState()
        stops = {"invoices": state.invoice_stop, "deletes": state.delete_stop}
        known[tenant_id] = {name for name, told in stops.items() if told}
    return stop in known[tenant_id]


def is_released(request: HttpRequest, job: SyncJob) -> bool:
    """Tell whether a job waits for the release of a stop that is released already: something else must end it."""
    stop = STOPS.get(MendedBy(job.mended_by))
    return stop is not None and not is_stopped(request, job.tenant_id, stop)
