"""Users and their roles, in the look of the other pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from settings_app.models import Membership, Tenant

admin.site.unregister(User)
admin.site.unregister(Group)


class SuperuserOnly:
    """A page for superusers: who may change users or roles may give themselves any right and sees every shop's people."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let superusers only in."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers only in."""
        return self.has_module_permission(request)

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers only in."""
        return self.has_module_permission(request)


class ShopsField(forms.ModelMultipleChoiceField[Tenant]):
    """Shops to tick, by their names."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, obj: Tenant) -> str:
        """Return the shop's name."""
        return str(obj.name)


class NewUserForm(UserCreationForm):
    """Name, password, and what makes somebody a user of a shop."""

    role = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=_("Role"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("What the user may do. More roles can be given on the next page."),
    )
    shops = ShopsField(
        Tenant.objects.order_by("name"),
        label=_("Tenants"),
        required=False,
        help_text=_("The shops that the user sees, as far as the role goes."),
    )


class ShopsInline(TabularInline):
    """The shops that a user sees."""

    model = Membership
    extra = 0


@admin.register(User)
class StaffAdmin(SuperuserOnly, UserAdmin[User], ModelAdmin):
    """Who may log in."""

    form = UserChangeForm
    add_form = NewUserForm
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "usable_password",
                    "password1",
                    "password2",
                    "role",
                    "shops",
                )
            },
        ),
    )
    change_password_form = AdminPasswordChangeForm
    filter_horizontal = ()  # two lists side by side are wider than the page
    inlines = [ShopsInline]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Offer the shops one by one on the page of a user; a new one has a list."""
        return [] if obj is None else list(self.inlines)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Let a new user into the admin: nobody has another use of this service."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a new user the role and the shops."""
        super().save_related(request, form, formsets, change)
        if change:
            return
        if role := form.cleaned_data.get("role"):
            form.instance.groups.add(role)
        for tenant in form.cleaned_data.get("shops", ()):
            Membership.objects.create(tenant=tenant, user=form.instance)


@admin.register(Group)
class RoleAdmin(SuperuserOnly, GroupAdmin, ModelAdmin):
    """What a group of people may do."""
