"""A new shop: its name and slug, and the rows that every tenant has."""

from typing import Any

from django import forms
from django.db import transaction
from unfold.widgets import UnfoldAdminTextInputWidget

from settings_app.models import Membership, Tenant
from settings_app.services import complete_tenant


class NewShopForm(forms.ModelForm[Tenant]):
    """The name of a shop, and the short one that addresses and commands use."""

    class Meta:
        model = Tenant
        fields = ["name", "slug"]
        widgets = {
            "name": UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
            "slug": UnfoldAdminTextInputWidget(attrs={"data-slug-of": "id_name"}),
        }


def add_shop(form: NewShopForm, *, user: Any) -> Tenant:
    """Make a draft tenant; who is no superuser becomes its member, so that they see it."""
    with transaction.atomic():
        tenant = form.save(commit=False)
        tenant._change_reason = "setup guide: new shop"  # type: ignore[attr-defined]  # simple_history reads it off the row
        tenant.save()
        complete_tenant(tenant)
        if not user.is_superuser:
            Membership.objects.get_or_create(tenant=tenant, user=user)
    return tenant
