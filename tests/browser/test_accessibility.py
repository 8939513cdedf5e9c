"""No serious finding of axe on the main pages, and nothing to be pushed sideways on a tablet."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from sandbox.customers1st.basket import card, cash, line, mobilepay
from settings_app.models import DoctorReport, PaymentType
from settings_app.services import apply_file
from syncjobs.doctor import run_doctor
from syncjobs.models import DayCloseProof, Issue, SyncJob
from tests.browser.conftest import Open, Picture
from tests.browser.pages import step_address
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SERIOUS = {"serious", "critical"}
DRAWN = {"index": "overview", "doctor": "doctor"}


@pytest.fixture
def filled(world: ShopWorld) -> ShopWorld:
    """A shop with a booked sale, a sale that waits for a person, a close with its proof, and a doctor who looked."""
    world.sell([line(1001)], [cash(200)])
    world.sell([line(1002, discount=100)], [card()])
    world.deliver_close(world.till.close(501, counted=1195, to_bank=120).id)
    world.work()
    PaymentType.objects.get(title="MobilePay").delete()
    world.sell([line(1001)], [mobilepay()])
    world.work()
    run_doctor(world.tenant)
    apply_file("tenant: {slug: klit, name: Klit Outdoor ApS, status: draft}")  # one of two shops
    return world


def addresses(world: ShopWorld) -> dict[str, str]:
    """Return the main pages, now that there are rows for all of them."""
    tenant, setup = world.tenant, world.tenant.setup
    held = SyncJob.objects.get(state="NEEDS_PERSON")
    done = SyncJob.objects.filter(state="DONE").first()
    assert done is not None
    gone = PaymentType.history.get(history_type="-")
    return {
        "index": reverse("admin:index"),
        "overview": reverse("tenant-overview", args=[tenant.slug]),
        "jobs": reverse("admin:syncjobs_syncjob_changelist"),
        "story": reverse("admin:syncjobs_syncjob_change", args=[done.pk]),
        "held story": reverse("admin:syncjobs_syncjob_change", args=[held.pk]),
        "issues": reverse("admin:syncjobs_issue_changelist"),
        "issue": reverse("admin:syncjobs_issue_change", args=[Issue.objects.get().pk]),
        "guide": step_address(tenant, "differences"),
        "switches": step_address(tenant, "switches"),
        "payment types": step_address(tenant, "payment_types"),
        "live": step_address(tenant, "live"),
        "new shop": reverse("admin:wizard_new"),
        "proofs": reverse("admin:syncjobs_daycloseproof_changelist"),
        "proof": reverse(
            "admin:syncjobs_daycloseproof_paper", args=[DayCloseProof.objects.get().pk]
        ),
        "doctor": reverse(
            "admin:settings_app_doctorreport_change",
            args=[DoctorReport.objects.get(tenant=tenant).pk],
        ),
        "tenants": reverse("admin:settings_app_tenant_changelist"),
        "setup": reverse("admin:settings_app_setup_change", args=[setup.pk]),
        "history": reverse("admin:settings_app_setup_history", args=[setup.pk]),
        "changes": reverse("admin:settings_app_tenant_changes", args=[tenant.pk]),
        "restore": reverse("admin:settings_app_paymenttype_restore", args=[gone.pk]),
    }


def test_axe_finds_nothing_serious_on_the_main_pages(
    filled: ShopWorld, page: Page, picture: Picture
) -> None:
    found = {}
    for name, address in addresses(filled).items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if name in DRAWN:
            picture(page, DRAWN[name])
        rows = [
            f"{row['id']} ({row['impact']}): {node['html'][:300]} | {node['target']}"
            for row in Axe().run(page).response["violations"]
            for node in row["nodes"]
            if row["impact"] in SERIOUS
        ]
        if rows:
            found[name] = rows
    assert found == {}


def test_the_main_pages_fit_a_tablet(filled: ShopWorld, person: Open) -> None:
    page = person(width=820, height=1180)
    wide = {}
    for name, address in addresses(filled).items():
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 820:
            wide[name] = width
    assert wide == {}
