"""Pages show what was stored in English in the reader's language."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import job

pytestmark = pytest.mark.django_db
CAUSE = "Invoice 10001 comes to 125.00, the receipt to 100.00."
DANISH = "Faktura 10001 er på 125,00, bonen på 100,00."


@pytest.fixture
def danish(admin_client: Client) -> Client:
    admin_client.cookies.load({"django_language": "da"})
    return admin_client


def test_lists_and_stories_show_causes_in_danish(danish: Client) -> None:
    held = job(factories.nordlys(), state="NEEDS_PERSON", cause=CAUSE, cure="Correct the price.")

    pages = [
        reverse("admin:syncjobs_syncjob_changelist"),
        reverse("admin:syncjobs_syncjob_change", args=[held.pk]),
    ]

    for page in pages:
        text = danish.get(page).content.decode()
        assert DANISH in text, page
        assert CAUSE not in text, page
