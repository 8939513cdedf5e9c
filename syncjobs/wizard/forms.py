"""The form of a step: its fields come from the models, so that labels, help and rules are said once."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Field, Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from integration.doctor.facts import StoreFacts
from settings_app.admin.reason_form import REASON, ReasonForm
from settings_app.admin.secret_form import SecretInput
from settings_app.fields import EncryptedTextField
from settings_app.models import (
    Customers1stConnection,
    PaymentType,
    Register,
    SafetyInterval,
    ServiceItem,
    Setup,
    Tenant,
    UnicontaConnection,
    VariantField,
    WebhookSwitch,
)
from syncjobs.wizard.answers import BY_RATE, answer
from syncjobs.wizard.live import Live
from syncjobs.wizard.picks import choices, is_searched, left_out
from syncjobs.wizard.proposals import ITEMS, recommended
from syncjobs.wizard.step import Ask, Step
from syncjobs.wizard.steps import CARDS
from syncjobs.wizard.tables import TABLES, TableRow

SECTIONS: Mapping[str, tuple[type[Model], str]] = {
    "payment_types": (PaymentType, "account"),
    "registers": (Register, "cash_account"),
    "variant_fields": (VariantField, "uniconta_field"),
    "webhooks": (WebhookSwitch, "on"),
    "safety": (SafetyInterval, "hours"),
}
CONNECTIONS = {"customers1st": Customers1stConnection, "uniconta": UnicontaConnection}
# lists whose records can be made from here -> their table
MADE = {
    "journals": "GLDailyJournalClient",
    "items": "InvItemClient",
    "user_fields": "TableFieldsClient",
}
NAMES = frozenset(
    {"cash_titles", "debtor_titles"}
)  # lists of names, which may hold spaces; codes do not
# tables whose rows can be typed -> the heads of both columns
TYPED = {
    "payment_types": (_("Button on the till"), _("Account in Uniconta")),
    "registers": (_("Number of the register"), _("Account in Uniconta")),
}
SPARE_ROWS = 3  # to be typed while the till cannot be read


def model_field(path: str) -> Field[Any, Any]:
    """Return the column that an answer is stored in."""
    section, _dot, rest = path.partition(".")
    model: type[Model]
    if section in SECTIONS:
        model, name = SECTIONS[section]
    elif section in CONNECTIONS:
        model, name = CONNECTIONS[section], rest
    elif section == "tenant":
        model, name = Tenant, rest
    elif rest.split(".")[0] in BY_RATE:
        model, name = ServiceItem, "item"
    else:
        model, name = Setup, rest.replace(".", "_")
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # all of them are plain columns
    return field


@dataclass(frozen=True, kw_only=True)
class Question:
    """A bound field with what stands beside it on the page."""

    path: str
    field: forms.BoundField
    folded: bool
    proposed: bool
    pick: str
    key: forms.BoundField | None
    is_named: bool
    note: str
    is_lacking: bool

    @property
    def shown(self) -> str:
        """The answer as its list shows it."""
        value = self.field.value()
        options = dict(getattr(self.field.field, "choices", None) or ())
        return str(options.get(value, value or ""))


@dataclass(frozen=True, kw_only=True)
class Fill:
    """What a form is filled from: the stored answers, what the systems offer, and what we propose."""

    answers: Mapping[str, Any]
    live: Live
    proposals: Mapping[str, Any]
    fresh: bool  # the step was never saved, so what we propose is filled in
    overwrite: bool = False  # fill in what we propose, whatever is stored


class StepForm(forms.Form):
    """The questions of one step."""

    def __init__(
        self,
        step: Step,
        fill: Fill,
        data: Any = None,
        *,
        search_url: str = "",
        secrets_set: Any = (),
        asks_why: bool = False,
    ) -> None:
        super().__init__(data)
        self._fill = fill
        self._search_url, self._secrets_set = search_url, secrets_set
        self._asks: dict[str, tuple[str, Ask, TableRow | None]] = {}
        for ask in step.asks:
            self._add(ask.path, ask, None)
        if step.table:
            self._add_table(step.table, data)
        if asks_why:
            self.fields[REASON] = deepcopy(
                ReasonForm.base_fields[REASON]
            )  # whoever may only look has it disabled

    @property
    def reason(self) -> str:
        """Why it is changed, empty where that is not told."""
        return str(self.cleaned_data.get(REASON) or "").strip()

    @property
    def why(self) -> forms.BoundField | None:
        """The box for it, None where it is not asked."""
        return self[REASON] if REASON in self.fields else None

    def given(self) -> dict[str, Any]:
        """Return the answers by path; secrets that were left empty are left out."""
        found: dict[str, Any] = {}
        for name, (path, _ask, row) in self._asks.items():
            value = self.cleaned_data.get(name)
            if row is not None and not row.key:
                path = f"{path.split('.')[0]}.{self.cleaned_data.get(f'{name}-key') or ''}"
                if path.endswith("."):
                    continue
            if self._is_secret(path) and not value:
                continue
            is_number = path.startswith("safety.") or path == "uniconta.company_id"
            found[path] = int(value or 0) if is_number else value
        return found

    def questions(self) -> Iterator[Question]:
        """Return the fields in order."""
        for name, (path, ask, row) in self._asks.items():
            proposal = self._fill.proposals.get(path)
            proposed = bool(proposal) and self[name].value() == proposal != answer(
                self._fill.answers, path
            )
            yield Question(
                path=path,
                field=self[name],
                folded=ask.folded,
                proposed=proposed
                and not isinstance(proposal, bool)
                and not self._is_lacking(ask.pick, str(proposal)),
                pick=ask.pick,
                key=self[f"{name}-key"] if row else None,
                is_named=row is not None and bool(row.key),
                note=row.note if row else "",
                is_lacking=self._is_lacking(ask.pick, str(self[name].value() or "")),
            )

    def _is_lacking(self, pick: str, code: str) -> bool:
        """Tell whether a code is one that Uniconta lacks and that can be made there."""
        rows = self._fill.live.rows(MADE[pick]) if pick in MADE else None
        return bool(code) and rows is not None and code not in rows

    def name_of(self, path: str) -> str:
        """Return the field that a path of the tenant file belongs to, empty for none."""
        return next((name for name, (own, _a, _r) in self._asks.items() if own == path), "")

    def clean(self) -> dict[str, Any]:
        """Refuse one user field for two fields of the till, a name that is typed twice, and half a card."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        keys: set[str] = set()
        for name, (path, _ask, row) in self._asks.items():
            value = cleaned.get(name)
            key = str(cleaned.get(f"{name}-key") or "") if row is not None else ""
            if key and key in keys:
                text = gettext("“%(name)s” is here twice; keep one of them.")
                self.add_error(name, text % {"name": key})
            keys.add(key)
            if path.startswith("variant_fields.") and value:
                if value in taken:
                    self.add_error(name, gettext("This field is chosen twice."))
                taken[value] = path
        for card in CARDS:
            if f"setup.{card}.kind" in self.fields:
                self._clean_card(f"setup.{card}.kind", f"setup.{card}.item", cleaned)
        return cleaned

    def _clean_card(self, kind: str, item: str, cleaned: dict[str, Any]) -> None:
        """Refuse half a card; a kind that is chosen for a new one takes our usual item, which can be made."""
        if cleaned.get(kind) and not cleaned.get(item):
            is_new = not answer(self._fill.answers, item)
            if is_new and self._fill.live.rows(MADE["items"]) is not None:
                cleaned[item] = ITEMS[item].code
            else:
                self.add_error(item, gettext("Kind and item belong together."))
        elif cleaned.get(item) and not cleaned.get(kind):
            text = gettext("Choose its kind, or empty the item: without a kind it is not used.")
            self.add_error(kind, text)

    def _add_table(self, table: str, data: Any) -> None:
        rows = TABLES[table](self._fill.answers, self._fill.live)
        if data is not None:  # what was shown, whatever the systems say by now
            rows = _posted_rows(data, rows)
        elif table != "variant_fields" and not isinstance(self._fill.live.store, StoreFacts):
            rows = [*rows, *[TableRow("", "", "")] * SPARE_ROWS]
        pick = {"variant_fields": "user_fields"}.get(table, "balance_accounts")
        for number, row in enumerate(rows):
            self._add(
                f"{table}.{row.key}",
                Ask(path=table, pick=pick, label=row.label),
                row,
                name=f"row{number}",
            )
            if not row.key:
                self._name_typed(table, number)

    def _name_typed(self, table: str, number: int) -> None:
        """Name both boxes of a row to be typed, for whoever cannot see the heads of the columns."""
        what, account = TYPED[table]
        for name, label in ((f"row{number}-key", what), (f"row{number}", account)):
            words = gettext("%(what)s, row %(number)s") % {"what": label, "number": number + 1}
            self.fields[name].widget.attrs["aria-label"] = words

    def _add(self, path: str, ask: Ask, row: TableRow | None, *, name: str = "") -> None:
        name = name or path
        column = model_field(path)
        self._asks[name] = (path, ask, row)
        self.fields[name] = self._field(name, column, path, ask)
        if row is not None:
            hidden = forms.HiddenInput() if row.key else UnfoldAdminTextInputWidget()
            self.fields[f"{name}-key"] = forms.CharField(
                widget=hidden, required=False, initial=row.key, max_length=100
            )

    def _field(self, name: str, column: Field[Any, Any], path: str, ask: Ask) -> forms.Field:
        options: dict[str, Any] = {"required": False}
        if ask.label:
            options["label"] = ask.label
        field = column.formfield(**options)
        assert field is not None  # noqa: S101 - every column of ours has one
        field.initial = self._initial(path)
        if isinstance(column, EncryptedTextField):
            is_set = column.name in self._secrets_set
            field = forms.CharField(
                label=field.label, help_text=field.help_text, required=False, widget=SecretInput()
            )
            field.widget.attrs["placeholder"] = (
                _("stored · leave empty to keep it") if is_set else ""
            )
        elif ask.pick:
            field.widget = self._pick_widget(name, ask.pick, str(field.initial or ""))
        elif isinstance(field, forms.BooleanField):
            field.widget = UnfoldBooleanSwitchWidget()
        elif isinstance(field, forms.TypedChoiceField):
            field.widget = UnfoldAdminSelectWidget(choices=field.choices)
        elif isinstance(field, forms.DateField):
            field.widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
        else:
            field.widget = _text_box()
        if path == "uniconta.company_id":
            field.widget.attrs["inputmode"] = "numeric"
            field.initial = field.initial or None
        return field

    def _initial(self, path: str) -> Any:
        stored, proposal = answer(self._fill.answers, path), self._fill.proposals.get(path)
        if path.startswith("safety."):
            stored = 0 if stored in ("off", None) else stored
        empty = isinstance(stored, bool) or stored in ("", None, 0) or path == "tenant.timezone"
        unanswered = self._fill.overwrite or (self._fill.fresh and empty)
        return proposal if unanswered and proposal not in ("", None) else stored

    def _pick_widget(self, name: str, pick: str, value: str) -> forms.Widget:
        offered = choices(pick, self._fill.live)
        if offered is None:
            return _text_box()
        known = [(choice.code, choice.shown) for choice in offered]
        typed = {value, str(self.data.get(name, "")).strip()} - {"", *dict(known)}
        is_long = is_searched(pick, self._fill.live)
        known += [(code, self._typed_shown(pick, code)) for code in sorted(typed)]
        attrs = {"data-typed": gettext("use “%s” as typed")}
        if pick in NAMES:
            attrs["data-spaces"] = "true"
        if is_long:
            attrs["data-search"] = f"{self._search_url}?list={pick}"
        widget: forms.Widget = PickWidget(attrs=attrs, choices=[("", ""), *known])
        return widget

    def _typed_shown(self, pick: str, code: str) -> str:
        """Return how a list shows a code that it does not offer."""
        row = left_out(pick, code, self._fill.live)
        if row is not None:
            return row.shown
        if is_searched(pick, self._fill.live) or pick in MADE:
            return code  # it may well be there, or it can be made, which has its own mark
        return gettext("%s · as typed, not on the list") % code

    def _is_secret(self, path: str) -> bool:
        return isinstance(model_field(path), EncryptedTextField)


class PickWidget(UnfoldAdminSelect2Widget):  # type: ignore[misc]  # unfold is untyped
    """A list with search, in which a code may be typed that it does not hold; its script is the pages' own."""

    def __init__(self, attrs: dict[str, Any], choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(attrs=attrs, choices=list(choices))
        self.attrs["class"] = "wizard-pick"


def _text_box() -> forms.Widget:
    box: forms.Widget = UnfoldAdminTextInputWidget(attrs={"spellcheck": "false"})
    return box


def _posted_rows(data: Any, rows: Sequence[TableRow]) -> list[TableRow]:
    known = {row.key: row for row in rows}
    found = []
    number = 0
    while f"row{number}-key" in data:
        key = str(data[f"row{number}-key"]).strip()
        found.append(known.get(key) or TableRow(key, key, ""))
        number += 1
    return found


def switch_rows(form: StepForm) -> list[dict[str, Any]]:
    """Return the grid of switches: a row for each entity and direction, with its events and safety interval."""
    found = []
    for kind, system, entity, label in GRID:
        events = []
        for event in ("created", "updated", "deleted"):
            name = f"webhooks.{system}.{entity}.{event}"
            events.append(
                {"field": form[name], "recommended": recommended(name)}
                if name in form.fields
                else None
            )
        safety = f"safety.{kind}"
        found.append(
            {
                "label": label,
                "events": events,
                "safety": form[safety],
                "hours": recommended(safety),
            }
        )
    return found


GRID = (
    ("customer_to_debtor", "customers1st", "customer", _("Customer → debtor")),
    ("product_to_item", "customers1st", "product", _("Product → item")),
    ("sale_to_order", "customers1st", "sale", _("Sale → order and invoice")),
    ("day_close_to_journal", "customers1st", "day_close", _("Day close → journal")),
    ("debtor_to_customer", "uniconta", "debtor", _("Debtor → customer")),
    ("item_to_product", "uniconta", "item", _("Item → product")),
)
