"""Every change of a setting is signed: by people, by commands, by jobs; and every way of writing leaves a version."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from settings_app.models import PaymentType, Tenant
from settings_app.services import apply_file, changing
from settings_app.services.history import tracked_models
from tests.settings_app.files import NORDLYS

pytestmark = pytest.mark.django_db


def newest(row: Any) -> Any:
    return type(row).history.filter(id=row.pk).latest()


def test_a_version_is_signed_with_reason_and_user(nordlys: Tenant) -> None:
    user = User.objects.create_user("karen")

    with changing("  The bank closed the account.  ", user=user):
        nordlys.setup.bank_account = "5821"
        nordlys.setup.save()

    version = newest(nordlys.setup)
    assert version.history_change_reason == "The bank closed the account."
    assert version.history_user == user


def test_outside_nothing_is_signed(nordlys: Tenant) -> None:
    with changing("inside"):
        pass
    nordlys.save()

    assert newest(nordlys).history_change_reason is None


def test_the_inner_reason_prevails_and_the_rows_own_over_both(nordlys: Tenant) -> None:
    with changing("outer"):
        with changing("inner"):
            nordlys.save()
        assert newest(nordlys).history_change_reason == "inner"
        setattr(nordlys, "_change_reason", "own")  # noqa: B010 - simple_history reads it off the row
        nordlys.save()

    assert newest(nordlys).history_change_reason == "own"


def test_a_replaced_secret_is_named_and_never_told(nordlys: Tenant) -> None:
    company = nordlys.uniconta
    company.password = "a-new-password"
    with changing("leaked"):
        company.save()

    assert newest(company).history_change_reason == "leaked (new: password)"
    assert "a-new-password" not in repr(list(company.history.values()))

    company.save()
    assert newest(company).history_change_reason is None


def test_tenant_apply_leaves_a_version_of_every_row_with_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "nordlys.yaml"
    path.write_text(NORDLYS, encoding="utf-8")

    call_command("tenant", "apply", str(path), verbosity=0)

    tenant = Tenant.objects.get()
    for model in tracked_models():
        own = {"id": tenant.pk} if model is Tenant else {"tenant_id": tenant.pk}
        versions = model.history.filter(**own)
        assert versions.values("id").distinct().count() == model.objects.filter(**own).count()
        assert all(
            version.history_change_reason.startswith("tenant apply nordlys.yaml")
            for version in versions
        )


def test_deleting_many_at_once_leaves_a_version_of_each(nordlys: Tenant) -> None:
    with changing("all gone"):
        PaymentType.objects.filter(tenant=nordlys).delete()

    gone = PaymentType.history.filter(tenant_id=nordlys.pk, history_type="-")
    assert [row.history_change_reason for row in gone] == ["all gone", "all gone"]


def test_a_list_that_a_file_replaces_leaves_a_version_of_what_went(nordlys: Tenant) -> None:
    apply_file(NORDLYS.replace('  - {title: MobilePay, account: "5831"}\n', ""), reason="trimmed")

    [gone] = PaymentType.history.filter(history_type="-")
    assert (gone.title, gone.history_change_reason) == ("MobilePay", "trimmed")


def test_no_code_writes_settings_past_their_history() -> None:
    names = "|".join(model.__name__ for model in tracked_models())
    managers = r"payment_types|registers|service_items|variant_fields|field_masters|webhook_switches|safety_intervals"
    past = re.compile(
        rf"\b(?:(?:{names})\.(?:objects|_default_manager|_base_manager)|\.(?:{managers}))"
        r"[^\n=]*\.(?:update|bulk_create|bulk_update|_raw_delete)\("
    )
    found = [
        f"{path}: {match[0]}"
        for folder in ("settings_app", "syncjobs", "config")
        for path in Path(folder).rglob("*.py")
        for match in past.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []
