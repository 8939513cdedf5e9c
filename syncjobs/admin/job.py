"""Sync jobs and the lines of their logs."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from integration.errors import IntegrationError
from integration.flows.by_hand import UnableToTakeOver
from settings_app.admin.tenant_history import configuration_link
from syncjobs import linking, reversals
from syncjobs.admin.base import (
    AgeFilter,
    LongLogAdmin,
    StepAgeFilter,
    as_text,
)
from syncjobs.admin.deciding import ReasonForm, ask_for_reason, who_may
from syncjobs.admin.mending import Mend, is_released, mend_of
from syncjobs.again import retry_job
from syncjobs.models import JobState, Step, SyncJob
from syncjobs.search import find_jobs
from syncjobs.sentences import shown
from syncjobs.story import Story, tell
from syncjobs.templatetags.story import kroner

BY_HAND = "syncjobs.accept_close"  # what the books say, as for a close that is posted as it stands
STATE_LABELS = {
    JobState.DONE.value: "success",
    JobState.SKIPPED.value: "",  # its word in grey; a state that is missing here is shown as it is stored
    JobState.NEEDS_PERSON.value: "danger",
    JobState.WAITING.value: "warning",
    JobState.RUNNING.value: "info",
}


@admin.register(SyncJob)
class SyncJobAdmin(LongLogAdmin):
    """What was done with each record, what waits, and what needs a person."""

    list_display = [
        "record",
        "tenant",
        "kind",
        "state_label",
        "told",
        "kroner",
        "day_text",
        "made",
    ]
    list_filter = ["state", "kind", AgeFilter]
    search_fields = ["source_id"]
    search_help_text = _("Receipt, customer, item, name, amount, day or id")
    actions = ["run_again"]

    def get_urls(self) -> list[Any]:
        """Add the page where a candidate is chosen."""
        own: list[Any] = [
            path(
                "<path:object_id>/choose/<int:place>/",
                self.admin_site.admin_view(self.choose),
                name="syncjobs_syncjob_choose",
            ),
            path(
                "<path:object_id>/again/",
                self.admin_site.admin_view(self.again),
                name="syncjobs_syncjob_again",
            ),
            path(
                "<path:object_id>/by-hand/",
                self.admin_site.admin_view(self.by_hand),
                name="syncjobs_syncjob_by_hand",
            ),
        ]
        return [*own, *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Find jobs by the words that were written when they were worked."""
        return find_jobs(queryset, search_term), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Tell the job's story; nothing here is edited."""
        job = self._job(request, object_id)
        if job is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]  # untyped in the stubs
        if request.method != "GET" or not self.has_view_permission(request, job):
            raise PermissionDenied
        needs_person = job.state == JobState.NEEDS_PERSON
        candidates = job.candidates if needs_person else []
        story = tell(job)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": job.number or job.source_id,
            "title": f"{job.get_kind_display()} {job.number or job.source_id}".capitalize(),
            "story": story,
            "configuration": _configuration(story),
            "mend": mend_of(request, job) if needs_person else None,
            "released": needs_person and is_released(request, job),
            "by_hand": _by_hand(request, job),
            "may_run_again": needs_person and self.has_act_permission(request),
            "choices": [
                {
                    "address": reverse("admin:syncjobs_syncjob_choose", args=[job.pk, place]),
                    "text": _named(each),
                }
                for place, each in enumerate(candidates)
            ],
        }
        return TemplateResponse(request, "syncjobs/story.html", context)

    def again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make one job due that needs a person; its story has the button."""
        job = self._job(request, object_id)
        if job is None or request.method != "POST" or not self.has_act_permission(request):
            raise PermissionDenied
        self.run_again(request, SyncJob.objects.filter(pk=job.pk))
        return redirect(reverse("admin:syncjobs_syncjob_change", args=[job.pk]))

    def by_hand(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, then end the work on a receipt that a person booked by hand; for people with the right to."""
        job = self._job(request, object_id)
        if job is None or not request.user.has_perm(BY_HAND):
            raise PermissionDenied
        back = reverse("admin:syncjobs_syncjob_change", args=[job.pk])
        if not reversals.may_take_over(job):
            told = _("This record does not need a person any more.")
            self.message_user(request, told, messages.WARNING)
            return redirect(back)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._take_over(request, job, form):
            return redirect(back)
        return ask_for_reason(
            request,
            title=str(_("Dealt with by hand: receipt %(number)s"))
            % {"number": job.number or job.source_id},
            lines=[
                shown(job.cause),
                str(
                    _(
                        "The receipt is never booked by us again, and a payment of it that we planned is not posted. Its day"
                        " close goes on; the proof names the receipt with your name and reason. This cannot be taken back."
                    )
                ),
                str(
                    _(
                        "So first book it in Uniconta: the sale with its VAT, and its payment on the account of the register"
                        " or the card. What we made of it and is wrong is credited or deleted there."
                    )
                ),
            ],
            question=str(_("What did you do, and under which number is it booked?")),
            button=str(_("I have dealt with it by hand")),
            back=back,
            form=form,
        )

    def _take_over(self, request: HttpRequest, job: SyncJob, form: ReasonForm) -> bool:
        reason = form.cleaned_data["reason"]
        try:
            reversals.take_over(
                job, reason=reason, person=request.user.get_username(), now=timezone.now()
            )
        except (UnableToTakeOver, IntegrationError) as error:
            form.add_error(None, shown(str(error)))
            return False
        text = _("Dealt with by hand: %(reason)s") % {"reason": reason}
        self.log_change(request, job, str(text))
        self.message_user(request, _("It is not booked by us any more."), messages.SUCCESS)
        return True

    def _job(self, request: HttpRequest, object_id: str) -> SyncJob | None:
        if not (object_id.isascii() and object_id.isdigit()):
            return None
        rows = self.get_queryset(request).select_related("tenant")
        job: SyncJob | None = rows.filter(pk=object_id).first()
        return job

    @admin.display(description=_("record"))
    def record(self, row: SyncJob) -> str:
        """Return what people call the record."""
        number = row.number or row.source_id
        return f"{number} · {row.name}" if row.name else number

    def choose(self, request: HttpRequest, object_id: str, place: int) -> HttpResponse:
        """Ask, then link the job's record to one of its candidates and run it again."""
        job = self.get_object(request, object_id)
        if job is None or not self.has_act_permission(request):
            raise PermissionDenied
        back = reverse("admin:syncjobs_syncjob_change", args=[job.pk])
        if job.state != JobState.NEEDS_PERSON or place >= len(job.candidates):
            self.message_user(request, _("This job has no such choice any more."), messages.WARNING)
            return redirect(back)
        if request.method == "POST":
            return self._chosen(request, job, place, back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose the other half"),
            "question": _("Link the two records and run the job again?"),
            "lines": [job.cause, _named(job.candidates[place])],
            "back": back,
        }
        return TemplateResponse(request, "syncjobs/confirm.html", context)

    def _chosen(self, request: HttpRequest, job: SyncJob, place: int, back: str) -> HttpResponse:
        try:
            link = linking.choose(job, place, by=request.user.get_username())
        except linking.UnableToLink as error:
            self.message_user(request, shown(str(error)), messages.ERROR)
        else:
            self.log_change(request, job, str(link))
            self.message_user(request, _("Linked; the job runs again."), messages.SUCCESS)
        return redirect(back)

    @display(description=_("state"), label=STATE_LABELS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_label(self, row: SyncJob) -> tuple[str, str]:
        """Return the state in its colour."""
        return row.state, row.get_state_display()

    @admin.display(description=_("amount"))
    def kroner(self, row: SyncJob) -> str:
        """Return the amount as the reader's language writes it."""
        return kroner(row.amount)

    @admin.display(description=_("business day"))
    def day_text(self, row: SyncJob) -> str:
        """Return the business day in little space."""
        return date_format(row.day, "SHORT_DATE_FORMAT") if row.day else ""

    @admin.display(description=_("created at"))
    def made(self, row: SyncJob) -> str:
        """Return when it was made in little space."""
        return date_format(timezone.localtime(row.created_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("what there is to say"))
    def told(self, row: SyncJob) -> str:
        """Return the cause, the reason or the summary, whichever there is."""
        return shown(row.cause or row.reason or row.summary)

    @admin.action(description=_("Run again"), permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: "QuerySet[SyncJob]") -> None:
        """Make the chosen jobs due that need a person."""
        now = timezone.now()
        count = sum(retry_job(job, now=now) for job in queryset.select_related("tenant"))
        for job in queryset:
            self.log_change(request, job, str(_("Run again")))
        self.tell_how_many_run_again(request, count)


def _by_hand(request: HttpRequest, job: SyncJob) -> Mend:
    """Return where this person says that they booked a receipt by hand; nothing where that is not to be said."""
    if not reversals.may_take_over(job):
        return Mend()
    if not request.user.has_perm(BY_HAND):
        return Mend(note=who_may(BY_HAND))
    address = reverse("admin:syncjobs_syncjob_by_hand", args=[job.pk])
    return Mend(address, str(_("I have dealt with it by hand")))


def _named(candidate: Any) -> str:
    """Return a candidate as people know it."""
    return f"{candidate['key']} “{candidate['name']}” ({candidate['by']})"


@admin.register(Step)
class StepAdmin(LongLogAdmin):
    """Every line of every log; those without a job belong to batched work."""

    list_display = ["id", "at", "tenant", "job", "chapter", "text"]
    list_filter = ["chapter", StepAgeFilter]
    list_defer = ("evidence",)
    list_prefetch = ("job",)
    fields = ["tenant", "job", "at", "text", "evidence_text"]
    readonly_fields = ["evidence_text"]

    @admin.display(description=_("evidence"))
    def evidence_text(self, row: Any) -> SafeString:
        """Return the evidence as text."""
        return as_text(row.evidence)


def _configuration(story: Story) -> SafeString | None:
    """Return the link to the settings that the record's first document was made under; None where nothing was made."""
    made = min((each.row.created_at for each in story.written), default=None)
    return None if made is None else configuration_link(story.job.tenant_id, made)
