"""The doctor's page as three people: the operator, Nordlys' staff, and Fjord's staff."""

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from settings_app.models import DoctorReport, Membership, PaymentType, Tenant
from settings_app.services import complete_tenant
from syncjobs.models import Step
from tests.syncjobs.doctor.spoilers import SPOILERS
from tests.syncjobs.doctor.world import World


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff_of(tenant: Tenant, *, only_look: bool = False) -> Client:
    user = User.objects.create_user(f"{tenant.slug}-{only_look}", is_staff=True)
    permissions = Permission.objects.filter(content_type__app_label="settings_app")
    if only_look:
        permissions = permissions.filter(codename__startswith="view_")
    user.user_permissions.set(permissions)
    Membership.objects.create(tenant=tenant, user=user)
    return browser_of(user)


@pytest.fixture
def operator(world: World) -> Client:
    return browser_of(User.objects.create_superuser("operator"))


@pytest.fixture
def nordlys_staff(world: World) -> Client:
    return staff_of(world.tenant)


@pytest.fixture
def fjord_staff(world: World) -> Client:
    fjord = Tenant.objects.create(slug="fjord", name="Fjord Sport")
    complete_tenant(fjord)
    return staff_of(fjord)


def page_of(world: World) -> str:
    report = DoctorReport.objects.get(tenant=world.tenant)
    return reverse("admin:settings_app_doctorreport_change", args=[report.pk])


def fix_of(world: World, number: int = 0) -> str:
    report = DoctorReport.objects.get(tenant=world.tenant)
    return reverse("admin:settings_app_doctorreport_fix", args=[report.pk, number])


LIST = "/admin/settings_app/doctorreport/"


def test_the_page_of_a_tenant_that_was_never_examined(world: World, nordlys_staff: Client) -> None:
    page = nordlys_staff.get(page_of(world)).content.decode()

    assert "never examined" in page
    assert "Examine now" in page
    assert world.sandbox.calls.count() == 0


def test_staff_let_the_doctor_look_and_read_cause_cure_and_place(
    world: World, operator: Client, nordlys_staff: Client
) -> None:
    SPOILERS["journal-missing"](world)

    assert nordlys_staff.post(page_of(world)).status_code == 302

    for browser in (operator, nordlys_staff):
        page = browser.get(page_of(world)).content.decode()
        assert "Journal “KASSE” does not exist in Uniconta." in page
        assert "journals are “C1ST”" in page
        assert "/shop/nordlys/journal/#at-setup.journal" in page
        assert "Go to “5 · Journal”" in page
        assert "Fix it for me" not in page
        assert browser.get(LIST).status_code == 200


def test_every_finding_has_a_place_on_the_page(world: World, operator: Client) -> None:
    Tenant.objects.filter(pk=world.tenant.pk).update(timezone="Atlantic/Faroe")
    for name in ("c1st-secret-missing", "pay-unmapped", "field-missing", "safety-off"):
        SPOILERS[name](world)
    world.change("GLAccount", "5820", Blocked=True)
    SPOILERS["invoice-stop"](world)
    world.examine()

    page = operator.get(page_of(world)).content.decode()

    assert f"/admin/syncjobs/tenantstate/{world.tenant.pk}/change/" in page
    guide = "/admin/syncjobs/wizardstep/shop/nordlys"
    for place in (
        "customers1st/#at-customers1st.webhook_secret",
        "payment_types/#at-payment_types.",
        "variant_fields/",
        "switches/",
        "start/#at-tenant.timezone",
        "differences/#at-setup.bank_account",  # blocked in Uniconta, or another one is chosen here
    ):
        assert f'"{guide}/{place}' in page, place
    assert "In Uniconta" in page


def test_anothers_staff_sees_and_does_nothing(world: World, fjord_staff: Client) -> None:
    SPOILERS["c1st-hook-missing"](world)
    world.examine()
    world.sandbox.calls.clear()

    assert fjord_staff.get(LIST).context["cl"].result_count == 1  # their own
    for address in (page_of(world), fix_of(world)):
        for answer in (fjord_staff.get(address), fjord_staff.post(address)):
            assert answer.status_code == 302
            assert answer["Location"] == "/admin/"
    assert world.sandbox.calls.count() == 0


def test_who_may_only_look_presses_nothing(world: World) -> None:
    SPOILERS["c1st-hook-missing"](world)
    world.examine()
    world.sandbox.calls.clear()
    browser = staff_of(world.tenant, only_look=True)

    page = browser.get(page_of(world)).content.decode()

    assert "pospayment.created" in page
    assert fix_of(world) not in page
    assert "Examine now" not in page
    for answer in (
        browser.post(page_of(world)),
        browser.get(fix_of(world)),
        browser.post(fix_of(world)),
    ):
        assert answer.status_code == 403
    assert world.sandbox.calls.count() == 0


@pytest.mark.parametrize(
    ("spoiler", "shown"),
    [
        (
            "c1st-hook-missing",
            "POST /hooks: event pospayment.created, url https://sync.example.com/",
        ),
        ("c1st-hook-disabled", "PUT /hooks/"),
        ("c1st-hook-duplicate", "DELETE /hooks/"),
        ("uni-hook-missing", "POST /Crud/Insert/TableChangeEventClient"),
        ("uni-hook-changed", "PUT /Crud/UpdateFieldsModified/TableChangeEventClient"),
        ("uni-hook-duplicate", "DELETE /Crud/Delete/TableChangeEventClient"),
    ],
)
def test_a_button_shows_exactly_what_it_sends_and_then_sends_it(
    world: World, nordlys_staff: Client, spoiler: str, shown: str
) -> None:
    SPOILERS[spoiler](world)
    world.examine()
    world.sandbox.calls.clear()
    before = world.sandbox.uniconta.snapshot()

    preview = nordlys_staff.get(fix_of(world))

    assert len(preview.context["preview"].lines) == 1
    assert preview.context["preview"].lines[0].startswith(shown)
    assert str(world.fresh().uniconta.hook_uuid) not in preview.content.decode()
    assert world.sandbox.uniconta.snapshot() == before
    assert not written(world)

    assert nordlys_staff.post(fix_of(world)).status_code == 302

    method, path = shown.split(":")[0].split(" ")
    assert [(call[0], call[1].startswith(path)) for call in written(world)] == [(method, True)]
    assert DoctorReport.objects.get(tenant=world.tenant).findings == []
    assert Step.objects.filter(text__startswith="Doctor: nordlys").count() == 1
    assert LogEntry.objects.count() == 1


def written(world: World) -> list[tuple[str, str]]:
    """Return the writing calls that both vendors got."""
    return [
        (call.method, call.path.removeprefix("/api"))
        for call in world.sandbox.calls.find()
        if call.method != "GET" and not call.path.startswith(("/Query", "/login", "/refresh"))
    ]


def test_a_renamed_payment_type_is_renamed_with_its_history(
    world: World, nordlys_staff: Client
) -> None:
    SPOILERS["pay-renamed"](world)
    world.examine()

    preview = nordlys_staff.get(fix_of(world))
    assert preview.context["preview"].lines == ["“Dankort” → “Kort” (GL account 5830)"]
    nordlys_staff.post(fix_of(world))

    row = PaymentType.objects.get(tenant=world.tenant, account="5830")
    newest = row.history.latest()
    assert (row.title, newest.history_change_reason) == ("Kort", "doctor: renamed on the till")
    assert newest.history_user.username.startswith("nordlys")
    assert DoctorReport.objects.get(tenant=world.tenant).findings == []


def test_a_button_pressed_twice_does_nothing_more(world: World, nordlys_staff: Client) -> None:
    SPOILERS["pay-renamed"](world)
    world.examine()
    stale = DoctorReport.objects.get(tenant=world.tenant).findings
    nordlys_staff.post(fix_of(world))
    DoctorReport.objects.filter(tenant=world.tenant).update(findings=stale)

    answer = nordlys_staff.post(fix_of(world), follow=True)

    assert "changed meanwhile" in answer.content.decode()
    assert PaymentType.objects.filter(tenant=world.tenant).count() == 3


def test_a_button_that_is_not_there_does_nothing(world: World, nordlys_staff: Client) -> None:
    SPOILERS["journal-missing"](world)
    world.examine()

    for number in (0, 7):
        answer = nordlys_staff.post(fix_of(world, number), follow=True)
        assert "There is no such button." in answer.content.decode()
    assert not written(world)


def test_a_vendor_that_refuses_the_fix_is_told_in_its_words(
    world: World, nordlys_staff: Client
) -> None:
    SPOILERS["c1st-hook-missing"](world)
    world.examine()
    world.sandbox.switches.set("c1st.hook_registration", "forbidden")

    answer = nordlys_staff.post(fix_of(world), follow=True)

    assert "Hooks can only be added in the app." in answer.content.decode()


def test_the_tenants_page_leads_to_the_doctor(world: World, nordlys_staff: Client) -> None:
    world.examine()

    page = nordlys_staff.get(
        f"/admin/settings_app/tenant/{world.tenant.pk}/change/"
    ).content.decode()

    assert page_of(world) in page
    assert "green" in page


def test_what_it_is_about_is_said_in_danish_and_names_are_left_alone(
    world: World, nordlys_staff: Client
) -> None:
    SPOILERS["setup-debtor-payment-type"](world)
    SPOILERS["pay-unmapped"](world)
    told = {row.kind.id: row.subject for row in world.examine().findings}
    nordlys_staff.cookies[settings.LANGUAGE_COOKIE_NAME] = "da"

    page = nordlys_staff.get(page_of(world)).content.decode()

    assert "· betalingstype for debitor (punkt 10)" in page
    assert f"· {told['pay-unmapped']}" in page


def test_errors_and_warnings_are_counted_and_told_apart(world: World) -> None:
    for spoil in ("setup-journal", "pay-on-bank-account"):
        SPOILERS[spoil](world)
    world.examine()

    page = browser_of(User.objects.create_superuser("root")).get(page_of(world)).content.decode()

    assert "1 error, 1 warning" in page
    assert page.index("finding-error") < page.index("finding-warning")


def test_a_shop_that_was_never_examined_is_not_shown_as_wrong(world: World) -> None:
    DoctorReport.objects.create(tenant=Tenant.objects.create(slug="klit", name="Klit"))

    page = browser_of(User.objects.create_superuser("root")).get(LIST).content.decode()

    row = page[page.index("klit") :]
    assert "close" not in row[: row.index("</tr>")]
