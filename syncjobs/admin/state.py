"""What the workers remember of a tenant: the invoice stop, batched work and stopped calls."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from syncjobs.admin.base import LogAdmin
from syncjobs.again import release_calls, release_delete_stop, release_invoice_stop, retry_jobs
from syncjobs.models import Breaker, MendedBy, Step, TenantState


@admin.register(TenantState)
class TenantStateAdmin(LogAdmin):
    """Why nothing is invoiced, settled or ended after a deletion at the moment, where that is so."""

    list_display = [
        "tenant",
        "invoice_stop",
        "delete_stop",
        "batch_reason",
        "batch_after",
        "lease_until",
    ]
    ordering = ["tenant"]
    fields = [
        "tenant",
        "invoice_stop",
        "delete_stop",
        "batch_reason",
        "batch_attempts",
        "batch_after",
        "lease_until",
    ]
    actions = ["release_stop", "release_deletes"]

    @admin.action(description=_("Release the invoice stop"), permissions=["act"])
    def release_stop(self, request: HttpRequest, queryset: "QuerySet[TenantState]") -> None:
        """Let the chosen companies be invoiced again; a person has looked."""
        for state in queryset.exclude(invoice_stop="").select_related("tenant"):
            text = plain("%(user)s released the invoice stop: %(stop)s") % {
                "user": request.user.get_username(),
                "stop": state.invoice_stop,
            }
            self._release(request, state, text, release_invoice_stop)

    @admin.action(description=_("Release the delete stop"), permissions=["act"])
    def release_deletes(self, request: HttpRequest, queryset: "QuerySet[TenantState]") -> None:
        """Let what was deleted be blocked or marked at the chosen companies; a person has looked."""
        for state in queryset.exclude(delete_stop="").select_related("tenant"):
            text = plain("%(user)s released the delete stop: %(stop)s") % {
                "user": request.user.get_username(),
                "stop": state.delete_stop,
            }
            self._release(request, state, text, release_delete_stop)

    def _release(
        self, request: HttpRequest, state: TenantState, text: str, release: Callable[..., int]
    ) -> None:
        """Write down who released a stop, and release it."""
        now = timezone.now()
        Step.objects.create(tenant=state.tenant, at=now, text=text)
        self.log_change(request, state, text)
        release(state.tenant, now=now)
        self.message_user(request, f"{state.tenant}: {text}", messages.SUCCESS)


@admin.register(Breaker)
class BreakerAdmin(LogAdmin):
    """Which vendor is not called at the moment, and why."""

    list_display = ["tenant", "system", "denied", "open_until", "failures", "since", "reason"]
    list_filter = ["system", "denied"]
    ordering = ["tenant", "system"]
    actions = ["call_again"]

    @admin.action(description=_("Call again"), permissions=["act"])
    def call_again(self, request: HttpRequest, queryset: "QuerySet[Breaker]") -> None:
        """Let the vendors of the chosen tenants be called again; jobs that a refused log-in stopped run again."""
        for state in queryset.select_related("tenant"):
            now = timezone.now()
            text = plain("%(user)s lets %(system)s be called again.") % {
                "user": request.user.get_username(),
                "system": state.get_system_display(),
            }
            Step.objects.create(tenant=state.tenant, at=now, text=text)
            self.log_change(request, state, text)
            release_calls(state.tenant)
            retry_jobs(state.tenant, mended_by=MendedBy.SETUP, now=now)
            self.message_user(request, f"{state.tenant}: {text}", messages.SUCCESS)
