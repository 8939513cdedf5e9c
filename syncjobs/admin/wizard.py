"""The pages of the setup guide: a shop is made, led through its steps, and taken live."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from integration.doctor.facts import CompanyFacts, StoreFacts
from integration.doctor.finding import Level
from integration.errors import Hold, IntegrationError
from integration.flows.outcome import LookAgain
from integration.uniconta.client import KEYS
from integration.uniconta.values import text_of
from settings_app.admin.reason_form import MISSING, REASON
from settings_app.models import Tenant
from settings_app.services import FileError
from syncjobs.admin.base import LogAdmin
from syncjobs.admin.wizard_live import live_context, press
from syncjobs.models import WizardStep
from syncjobs.sentences import shown
from syncjobs.steps import StepTable
from syncjobs.wizard import page
from syncjobs.wizard.checking import errors_of, of_step
from syncjobs.wizard.forms import StepForm, switch_rows
from syncjobs.wizard.live import Live, forget_live, read_live, search, with_typed
from syncjobs.wizard.making import Lacking, TenantIsWorked, lacking, make
from syncjobs.wizard.new_shop import NewShopForm, add_shop
from syncjobs.wizard.picks import SEARCHED, as_choices
from syncjobs.wizard.rights import may_add_shop, may_save, parts_of_own, tenant_or_404
from syncjobs.wizard.saving import done_steps, next_open, save_step, wants_reason
from syncjobs.wizard.step import Step
from syncjobs.wizard.steps import BY_KEY, LAST, after, before


@admin.register(WizardStep)
class WizardAdmin(LogAdmin):
    """Who saved which step of the guide when; the guide itself hangs below it."""

    list_display = ["tenant", "step", "saved_at", "saved_by"]
    list_select_related = ["tenant", "saved_by"]

    def get_urls(self) -> list[Any]:
        """Add the pages of the guide."""
        wrap = self.admin_site.admin_view
        own = [
            path("new/", wrap(self.new_view), name="wizard_new"),
            path("shop/<slug:slug>/", wrap(self.start_view), name="wizard_start"),
            path("shop/<slug:slug>/search/", wrap(self.search_view), name="wizard_search"),
            path("shop/<slug:slug>/grid/", wrap(self.grid_view), name="wizard_grid"),
            path("shop/<slug:slug>/<slug:key>/", wrap(self.step_view), name="wizard_step"),
        ]
        return [*own, *super().get_urls()]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the name of a new shop, and lead to its first step."""
        if not may_add_shop(request.user):
            raise PermissionDenied
        form = NewShopForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            tenant = add_shop(form, user=request.user)
            return HttpResponseRedirect(reverse("admin:wizard_start", args=[tenant.slug]))
        return self._page(request, "new", {"title": _("New shop"), "form": form})

    def start_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Go on where the setup was left."""
        step = next_open(tenant_or_404(request, slug))
        return HttpResponseRedirect(_address(slug, step))

    def search_view(self, request: HttpRequest, slug: str) -> JsonResponse:
        """Return rows of a long list that hold a text, as the pages' script wants them."""
        tenant = tenant_or_404(request, slug)
        entity = SEARCHED.get(request.GET.get("list", ""))
        if entity is None:
            raise Http404
        try:
            rows = search(tenant, entity, request.GET.get("q", ""))
        except IntegrationError as error:
            return JsonResponse({"results": [], "error": shown(str(error))})
        found = as_choices({text_of(row.get(KEYS[entity])): row for row in rows})
        return JsonResponse({"results": [{"id": row.code, "text": row.shown} for row in found]})

    def grid_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the switches by themselves, outside the guide."""
        return self._step(request, slug, BY_KEY["switches"], alone=True)

    def step_view(self, request: HttpRequest, slug: str, key: str) -> HttpResponse:
        """Show a step of the guide, or save it and go on."""
        step = BY_KEY.get(key)
        if step is None:
            raise Http404
        if key == LAST:
            return self._live(request, slug, step)
        return self._step(request, slug, step, alone=False)

    def _step(self, request: HttpRequest, slug: str, step: Step, *, alone: bool) -> HttpResponse:
        tenant = tenant_or_404(request, slug)
        here = reverse("admin:wizard_grid", args=[slug]) if alone else _address(slug, step)
        if request.method == "POST":
            if not may_save(request.user, step):
                raise PermissionDenied
            if "again" in request.POST:
                forget_live(tenant)
                return HttpResponseRedirect(here)
            return self._save(request, tenant, step, here=here, alone=alone)
        live = read_live(tenant)
        fill = page.fill_of(tenant, step, live, as_recommended="recommended" in request.GET)
        form = page.form_of(tenant, step, fill, search_url=_search(slug))
        return self._show(request, tenant, step, form=form, live=live, alone=alone)

    def _save(
        self, request: HttpRequest, tenant: Tenant, step: Step, *, here: str, alone: bool
    ) -> HttpResponse:
        """Check what was posted, make what Uniconta lacks when that is wished, store, and go on."""
        live = read_live(tenant)
        form = self._posted(request, tenant, step, live)
        if request.POST.get("seen") != page.seen_of(tenant, step):
            text = _("Somebody changed this page meanwhile. Look at it again; nothing was saved.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(here)
        again: dict[str, Any] = {"live": live, "alone": alone}
        if not form.is_valid():
            return self._show(request, tenant, step, form=form, **again)
        again["live"] = live = with_typed(tenant, live, _typed(form))
        if not self._may_go_on(tenant, step, form):
            return self._show(request, tenant, step, form=form, **again)
        lack = lacking(form.given(), live)
        if lack and not {"make", "anyway"} & set(request.POST):
            return self._offer(request, tenant, step, lack, here=here)
        if lack.records and "make" in request.POST:
            if not self._make(request, tenant, lack):
                return self._show(request, tenant, step, form=form, **again)
            again |= {"live": read_live(tenant, again=True), "made": True}
            form = self._posted(request, tenant, step, again["live"])
            form.is_valid()
        return self._store(request, tenant, step, form=form, here=here, **again)

    def _store(
        self,
        request: HttpRequest,
        tenant: Tenant,
        step: Step,
        *,
        form: StepForm,
        here: str,
        **again: Any,
    ) -> HttpResponse:
        """Store the answers and go on; stay on the page, with what speaks against them, where they are not."""
        try:
            against = save_step(
                tenant,
                step,
                form.given(),
                live=again["live"],
                user=request.user,  # type: ignore[arg-type]  # the admin lets no anonymous one in
                anyway="anyway" in request.POST,
                reason=form.reason,
            )
        except FileError as error:
            form.add_error(form.name_of(error.path) or None, error.text)
            return self._show(request, tenant, step, form=form, **again)
        if against:
            return self._show(request, tenant, step, form=form, against=against, **again)
        return self._saved(
            request, tenant, step, live=again["live"], here=here, alone=again["alone"]
        )

    def _may_go_on(self, tenant: Tenant, step: Step, form: StepForm) -> bool:
        """Refuse what the file would refuse, and a change of money without a reason, before anything is made."""
        try:
            if form.reason or not wants_reason(tenant, step, form.given()):
                return True
        except FileError as error:
            form.add_error(form.name_of(error.path) or None, error.text)
        else:
            form.add_error(REASON, MISSING)
        return False

    def _posted(self, request: HttpRequest, tenant: Tenant, step: Step, live: Live) -> StepForm:
        """Return what was posted, against these lists."""
        fill = page.fill_of(tenant, step, live)
        return page.form_of(tenant, step, fill, request.POST, search_url=_search(tenant.slug))

    def _saved(
        self,
        request: HttpRequest,
        tenant: Tenant,
        step: Step,
        *,
        live: Live,
        here: str,
        alone: bool,
    ) -> HttpResponse:
        """Go on, with what is to be looked at; a connection is tried first, and its page stays while it does not work."""
        tenant = Tenant.objects.get(pk=tenant.pk)  # with the connections as they are now
        if step.is_connection:
            forget_live(tenant)
            found = errors_of(of_step(step, page.findings_of(tenant, read_live(tenant))))
            if found:
                return HttpResponseRedirect(here)
        self.message_user(request, _("Saved: %(step)s.") % {"step": step.title}, messages.SUCCESS)
        if not (alone or step.is_connection):
            for row in of_step(step, page.findings_of(tenant, live)):
                if row.kind.level is Level.WARNING:
                    self.message_user(
                        request, f"{shown(row.cause)} {shown(row.cure)}", messages.WARNING
                    )
        return HttpResponseRedirect(here if alone else _address(tenant.slug, after(step)))

    def _make(self, request: HttpRequest, tenant: Tenant, lack: Lacking) -> bool:
        """Make what is lacking in Uniconta; False, with a message, when it is not all made."""
        try:
            made = make(tenant, lack.records)
        except TenantIsWorked:
            text = _("A worker is at this tenant at the moment. Try again in a minute.")
        except LookAgain as error:
            text = _("%(why)s Press the button again in half a minute: it is looked for first.") % {
                "why": error
            }
        except Hold as error:
            text = shown(f"{error.cause} {error.cure}")
        except IntegrationError as error:
            text = shown(str(error))
        else:
            who = request.user.get_username()
            steps = StepTable(tenant)
            steps.note(f"Setup guide: made by {who}", records=made)
            steps.write()
            if made:
                done = _("Made in Uniconta: %(names)s.") % {"names": ", ".join(made)}
                self.message_user(request, done, messages.SUCCESS)
            return True
        self.message_user(request, text, messages.ERROR)
        return False

    def _offer(
        self, request: HttpRequest, tenant: Tenant, step: Step, lack: Lacking, *, here: str
    ) -> HttpResponse:
        """Show what would be made in Uniconta, as it would be sent."""
        skip = {"csrfmiddlewaretoken", "make", "anyway", "next"}
        context = {
            "title": _("Missing in Uniconta"),
            "step": step,
            "lack": lack,
            "hidden": [(n, v) for n, v in request.POST.items() if n not in skip],
            "back": here,
        }
        return self._page(request, "make", context)

    def _show(
        self,
        request: HttpRequest,
        tenant: Tenant,
        step: Step,
        *,
        form: StepForm,
        live: Live,
        alone: bool,
        against: Any = (),
        made: bool = False,
    ) -> HttpResponse:
        findings = page.findings_of(tenant, live)
        is_answered = step.key in done_steps(tenant) or tenant.status != Tenant.Status.DRAFT
        editable = may_save(request.user, step)
        if not editable:
            for field in form.fields.values():
                field.disabled = True
        previous = before(step)
        context = {
            "title": f"{tenant.name} · {step.title}",
            "tenant": tenant,
            "step": step,
            "form": form,
            "questions": list(form.questions()),
            "grid": switch_rows(form) if step.key == "switches" else None,
            "rail": None if alone else page.rail_of(tenant, step, findings),
            "findings": against or (of_step(step, findings) if is_answered else []),
            "against": bool(against),
            "made": made,
            "seen": page.seen_of(tenant, step),
            "unreachable": page.unreachable(live, step),
            "not_connected": [] if step.is_connection else page.not_connected(live),
            "connected_to": _connected_to(step, live),
            "read_at": live.read_at,
            "may_save": editable,
            "own_page": "" if editable else _own_page(request, tenant, step),
            "back": _address(tenant.slug, previous) if previous and not alone else "",
            "skip": "" if alone else _address(tenant.slug, after(step)),
            "media": self.media + form.media,
        }
        return self._page(request, "step", context)

    def _live(self, request: HttpRequest, slug: str, step: Step) -> HttpResponse:
        """Show the last step, or do what its buttons say."""
        tenant = tenant_or_404(request, slug)
        if request.method == "POST":
            if not may_save(request.user, step):
                raise PermissionDenied
            press(self, request, tenant, step)
            return HttpResponseRedirect(_address(slug, step))
        findings = page.findings_of(tenant, read_live(tenant))
        context = {
            "title": f"{tenant.name} · {step.title}",
            "tenant": tenant,
            "step": step,
            "rail": page.rail_of(tenant, step, findings),
            "may_save": may_save(request.user, step),
            "back": _address(slug, before(step) or step),
            **live_context(tenant, wants_preview="preview" in request.GET),
        }
        return self._page(request, "live", context)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": Tenant._meta, "is_fullwidth": ""}
        return TemplateResponse(request, f"syncjobs/wizard/{name}.html", {**shared, **context})


def _address(slug: str, step: Step) -> str:
    return reverse("admin:wizard_step", args=[slug, step.key])


def _own_page(request: HttpRequest, tenant: Tenant, step: Step) -> str:
    """Return where somebody who may not save the guide may change what is theirs of a step, empty for nowhere."""
    parts = parts_of_own(request.user, step)
    page = reverse("admin:settings_app_tenant_change", args=[tenant.pk])
    return f"{page}#{parts[0]}-group" if parts else ""


def _search(slug: str) -> str:
    return reverse("admin:wizard_search", args=[slug])


def _typed(form: StepForm) -> dict[str, set[str]]:
    """Return the debtors and items that were picked or typed, by entity."""
    found: dict[str, set[str]] = {}
    for question in form.questions():
        if question.pick in SEARCHED:
            code = str(form.cleaned_data.get(question.field.name) or "")
            found.setdefault(SEARCHED[question.pick], set()).add(code)
    return found


def _connected_to(step: Step, live: Live) -> str:
    """Return what a connection leads to, empty where it does not work."""
    if step.key == "customers1st" and isinstance(live.store, StoreFacts):
        return live.store.title
    if step.key == "uniconta" and isinstance(live.company, CompanyFacts):
        return text_of(live.company.company.get("CompanyName"))
    return ""
