"""The last page of the guide: its buttons, and what it shows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from integration.errors import IntegrationError
from settings_app.models import DoctorReport, Tenant
from settings_app.services.going_live import reason_against
from syncjobs.admin.doctor_places import place_of
from syncjobs.doctor import run_doctor
from syncjobs.models import HOOK_STATES, HookRegistration
from syncjobs.sentences import shown
from syncjobs.wizard.golive import Registered, launch, preview_hooks, register_hooks
from syncjobs.wizard.saving import mark_done
from syncjobs.wizard.step import Step

SETTLED = frozenset({"ok", "created", "mended", "removed"})


def press(admin: Any, request: HttpRequest, tenant: Tenant, step: Step) -> None:
    """Do what the pressed button says, and tell how it went."""

    def tell(text: str, level: int = messages.SUCCESS) -> None:
        admin.message_user(request, text, level)

    if "examine" in request.POST:
        green = run_doctor(tenant).ok
        tell(
            _("The doctor is green.") if green else _("The doctor found errors."),
            messages.SUCCESS if green else messages.WARNING,
        )
    elif "hooks" in request.POST:
        _tell_hooks(register_hooks(tenant), tell)
    elif "live" in request.POST:
        reason = request.POST.get("responsibility", "").strip()
        user: Any = request.user
        told, against = launch(tenant, user=user, responsibility=reason)
        _tell_hooks(told, tell)
        if against:
            text = _("Not live yet: %(why)s Mend what is listed here, or take responsibility.")
            tell(text % {"why": against}, messages.WARNING)
            return
        mark_done(tenant, step, user=user)
        tell(_("%(shop)s is live.") % {"shop": tenant.name})


def live_context(tenant: Tenant, *, wants_preview: bool) -> dict[str, Any]:
    """Return what the page shows: the doctor's report with the way to each step, and the registrations."""
    report = DoctorReport.objects.filter(tenant=tenant).first() or DoctorReport(tenant=tenant)
    findings = [
        {
            **row,
            "where": place_of(tenant, row),
        }
        for row in report.findings
    ]
    preview, problem = _preview(tenant) if wants_preview else (None, "")
    return {
        "report": report,
        "findings": findings,
        "against": reason_against(tenant, now=timezone.now()),
        "hooks": HookRegistration.objects.filter(tenant=tenant)
        .exclude(state="foreign")
        .order_by("system", "name"),
        "preview": preview,
        "preview_problem": problem,
        "is_live": tenant.status == Tenant.Status.LIVE,
    }


def _preview(tenant: Tenant) -> tuple[list[str] | None, str]:
    try:
        return preview_hooks(tenant), ""
    except IntegrationError as error:
        return None, shown(str(error))


def _tell_hooks(told: Registered, tell: Any) -> None:
    for system in ("Customers 1st", "Uniconta"):
        rows = [row for name, row in told.rows if name == system]
        if rows:
            listed = ", ".join(f"{row.name} ({HOOK_STATES[row.state]})" for row in rows)
            text = _("Webhooks at %(system)s: %(rows)s.") % {"system": system, "rows": listed}
            good = all(row.state in SETTLED for row in rows)
            tell(text, messages.SUCCESS if good else messages.WARNING)
    for problem in told.problems:
        tell(problem, messages.ERROR)
