"""Write-only secrets: set, or left as they are; never rendered, not even in part."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget


class SecretInput(UnfoldAdminPasswordWidget):
    """Never shows what is stored, nor what was just typed."""

    def __init__(self) -> None:
        super().__init__(render_value=False, attrs={"autocomplete": "new-password"})


class SecretsForm(forms.ModelForm[Any]):
    """Keeps a stored secret when its box is left empty."""

    secrets: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._shown_secrets():
            field = self.fields[name]
            field.widget = SecretInput()
            field.required = False
            field.initial = None
            field.help_text = (
                f"{field.help_text} {_state(is_set=bool(getattr(self.instance, name)))}"
            )
            self.initial.pop(name, None)

    def clean(self) -> dict[str, Any] | None:
        """Put the stored secret back where the box was left empty."""
        cleaned = super().clean() or self.cleaned_data
        for name in self._shown_secrets():
            cleaned[name] = cleaned.get(name) or getattr(self.instance, name)
        return cleaned

    def _shown_secrets(self) -> list[str]:
        """Return the secrets on the form: a user who may only look gets none."""
        return [name for name in self.secrets if name in self.fields]


class SecretsMixin:
    """A page or inline of a SecretsForm: who may not change it does not get its secrets as plain text."""

    form: type[SecretsForm]
    private: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the form's fields, without secrets for those who only look."""
        fields = list(self.form._meta.fields or ())
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # a mixin of admin classes
            return fields
        return [name for name in fields if name not in (*self.form.secrets, *self.private)]


def _state(*, is_set: bool) -> Any:
    if is_set:
        return _("A value is stored. Leave empty to keep it.")
    return _("Nothing is stored yet.")
