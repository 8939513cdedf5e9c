"""The one signal."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from settings_app.models import PaymentType, Tenant
from settings_app.services import apply_file
from settings_app.signals import tenant_changed
from tests.settings_app.files import NORDLYS


@pytest.fixture
def heard() -> Iterator[list[int]]:
    ids: list[int] = []

    def listen(sender: Any, *, tenant_id: int, **kwargs: Any) -> None:
        ids.append(tenant_id)

    tenant_changed.connect(listen)
    yield ids
    tenant_changed.disconnect(listen)


@pytest.mark.django_db(transaction=True)
def test_applying_a_file_says_so_once_it_is_committed(heard: list[int]) -> None:
    with transaction.atomic():
        apply_file(NORDLYS)
        assert heard == []

    assert heard == [Tenant.objects.get().pk]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_changes_nothing_and_a_dry_run_say_nothing(heard: list[int]) -> None:
    apply_file(NORDLYS)
    heard.clear()

    apply_file(NORDLYS)
    apply_file(NORDLYS.replace("C1ST", "ANDEN"), dry_run=True)

    assert heard == []


def test_deleting_a_row_in_the_admin_says_so(
    nordlys: Tenant,
    superuser: Client,
    heard: list[int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = PaymentType.objects.filter(tenant=nordlys).first()
    assert row is not None
    data = {"post": "yes", "change_reason": "The shop takes no cards any more."}

    with django_capture_on_commit_callbacks(execute=True):
        superuser.post(f"/admin/settings_app/paymenttype/{row.pk}/delete/", data)

    assert heard == [nordlys.pk]
    assert not PaymentType.objects.filter(pk=row.pk).exists()
