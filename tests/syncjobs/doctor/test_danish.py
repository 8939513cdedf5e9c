"""Every finding that there is, read by a Dane: no English word is left in its subject, cause, cure or place."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from settings_app.models import DoctorReport
from tests import factories
from tests.english import english_words, words_of_page
from tests.syncjobs.doctor.spoilers import SPOILERS
from tests.syncjobs.doctor.world import World

VENDORS_WORDS = ("not here", "The API module is not active")  # answers, shown as they came


@pytest.fixture
def danish(world: World) -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    browser.cookies.load({"django_language": "da"})
    return browser


@pytest.mark.parametrize("name", SPOILERS)
def test_a_finding_is_danish_from_its_subject_to_its_cure(
    world: World, danish: Client, name: str
) -> None:
    SPOILERS[name](world)
    world.examine()
    report = DoctorReport.objects.get(tenant=world.tenant)

    page = danish.get(reverse("admin:settings_app_doctorreport_change", args=[report.pk]))

    text = page.content.decode()
    for words in VENDORS_WORDS:
        text = text.replace(words, "")
    assert words_of_page(text) == set()


def test_english_would_be_seen() -> None:
    assert english_words("5839 (payment type “Dankort”), varen er spærret") == {"payment"}
    assert english_words("Varegruppen “1” har U25; new items need 25 %") == {"items", "need", "new"}
    assert english_words("Kør `hooks SLUG --repair`, se customer.created og DeleteLines") == set()


def test_icons_and_code_are_no_words() -> None:
    page = '<p>Konto</p><span class="material-symbols-outlined">close</span><code>the event</code>'

    assert words_of_page(page) == set()
    assert words_of_page(f"{page}<b>the event</b>") == {"the", "event"}


@pytest.mark.parametrize("name", ["pay-renamed", "c1st-hook-missing", "uni-hook-missing"])
def test_what_a_button_would_do_is_told_in_danish_before_it_is_done(
    world: World, danish: Client, name: str
) -> None:
    SPOILERS[name](world)
    world.examine()
    report = DoctorReport.objects.get(tenant=world.tenant)

    page = danish.get(reverse("admin:settings_app_doctorreport_fix", args=[report.pk, 0]))

    text = page.content.decode()
    assert "Dette sendes til" in text or "Dette ændres i" in text
    assert words_of_page(text) == set()


def test_a_list_of_jobs_is_danish(world: World, danish: Client) -> None:
    ended = [
        ("DONE", {"summary": "product 1605 was created"}),
        ("DONE", {"summary": "customer 5051 and debtor F1 are in step"}),
        ("SKIPPED", {"reason": "Item RABAT25 is named in the setup; it is never synced to Customers 1st."}),
        ("NEEDS_PERSON", {"cause": "Invoice 7 has VAT 0.00, the receipt 179.80."}),
    ]  # fmt: skip
    for place, (state, told) in enumerate(ended):
        factories.job(world.tenant, str(place), state=state, **told)

    page = danish.get(reverse("admin:syncjobs_syncjob_changelist")).content.decode()

    assert "1605 er oprettet" in page
    assert "kunde 5051 og debitor F1 er i trit" in page
    assert "moms 0,00, bonen 179,80" in page
    assert re.search(r">\s*SKIPPED\s*<", page) is None
    assert words_of_page(page) == set()
