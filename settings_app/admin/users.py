"""Users and their roles, in the look of the other pages."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

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


@admin.register(User)
class StaffAdmin(SuperuserOnly, UserAdmin[User], ModelAdmin):
    """Who may log in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class RoleAdmin(SuperuserOnly, GroupAdmin, ModelAdmin):
    """What a group of people may do."""
