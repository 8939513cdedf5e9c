"""What a person decides with a reason: the page that asks for it, and whom to ask for those who may not decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from settings_app.services.roles import ROLES, may

ROLE_NAMES: Mapping[str, Any] = {
    "operator": _("operator"),
    "consultant": _("consultant"),
    "bookkeeper": _("bookkeeper"),
    "auditor": _("auditor"),
}


class ReasonForm(forms.Form):
    """Why a person decides so."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


def ask_for_reason(
    request: HttpRequest,
    *,
    title: str,
    lines: Sequence[str],
    question: str,
    button: str,
    back: str,
    form: ReasonForm | None,
    refused: str = "",
) -> HttpResponse:
    """Show what is decided and ask for the reason; without a form, why it cannot be decided here (`refused`)."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "lines": [line for line in lines if line],
        "question": question,
        "button": button,
        "back": back,
        "form": form,
        "refused": refused,
    }
    return TemplateResponse(request, "syncjobs/decide.html", context)


def who_may(permission: str) -> str:
    """Return whom somebody asks who lacks a permission: the roles that have it."""
    app, _dot, codename = permission.partition(".")
    roles = [str(ROLE_NAMES[role]) for role in ROLES if may(role, app, codename)]
    if not roles:
        return gettext("You may not do this yourself; ask the operator of the service.")
    return gettext("You may not do this yourself; a person with the role %(roles)s can.") % {
        "roles": get_text_list(roles, gettext("or"))
    }
