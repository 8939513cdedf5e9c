"""History for three people: why on every form, any two versions compared, one put back, a moment looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory
from django.utils import timezone

from settings_app.models import (
    Membership,
    PaymentType,
    Setup,
    Tenant,
    UnicontaConnection,
    VariantField,
)
from settings_app.services import apply_file
from settings_app.services.restoring import PLACES
from settings_app.signals import tenant_changed
from tests.settings_app.admin.pages import MODELS, address, filled_in
from tests.settings_app.conftest import browser_of
from tests.settings_app.files import FJORD, NORDLYS

WHY = "The accountant asked for another account."


def text(response: Any) -> str:
    return str(response.content.decode())


def send(browser: Client, path: str, **values: str) -> Any:
    return browser.post(path, filled_in(browser, path) | values)


@pytest.fixture
def auditor(nordlys: Tenant) -> Client:
    """A member who may look at everything and change nothing."""
    user = User.objects.create_user("auditor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    Membership.objects.create(tenant=nordlys, user=user)
    return browser_of(user)


class TestReason:
    def test_what_moves_money_is_refused_without_a_reason(
        self, nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        path = address(Setup, nordlys.setup.pk, "change")

        page = send(nordlys_staff, path, cash_account="5899")

        assert page.status_code == 200
        assert "say why under" in text(page)
        assert Setup.objects.get(pk=nordlys.setup.pk).cash_account == "5810"

    def test_with_a_reason_it_is_kept_with_the_name(
        self, nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        path = address(Setup, nordlys.setup.pk, "change")

        assert send(nordlys_staff, path, cash_account="5899", change_reason=WHY).status_code == 302

        version = nordlys.setup.history.latest()
        assert (version.cash_account, version.history_change_reason) == ("5899", WHY)
        assert str(version.history_user) == "nordlys-staff"

    @pytest.mark.parametrize(
        "values",
        [
            {"setup-0-journal": "ANOTHER"},
            {"payment_types-0-account": "1"},
            {"payment_types-0-DELETE": "on"},
            {"registers-0-cash_account": "1"},
            {"service_items-0-item": "X"},
            {"webhook_switches-0-on": ""},
            {"uniconta-0-company_id": "1"},
            {"status": "paused"},
        ],
        ids=lambda values: next(iter(values)),
    )
    def test_on_the_tenant_page_every_part_that_moves_money_wants_it(
        self, values: dict[str, str], nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        path = address(Tenant, nordlys.pk, "change")

        page = send(nordlys_staff, path, **values)
        assert page.status_code == 200
        assert "say why under" in text(page)
        assert apply_file(NORDLYS).changes == []

        assert send(nordlys_staff, path, **values, change_reason=WHY).status_code == 302
        assert apply_file(NORDLYS, dry_run=True).changes != []

    @pytest.mark.parametrize(
        "values", [{"name": "Nordlys"}, {"safety_intervals-0-hours": "24"}], ids=str
    )
    def test_what_moves_no_money_needs_none(
        self, values: dict[str, str], nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        assert (
            send(nordlys_staff, address(Tenant, nordlys.pk, "change"), **values).status_code == 302
        )

    def test_a_draft_is_set_up_without_reasons(self, fjord: Tenant, fjord_staff: Client) -> None:
        path = address(Tenant, fjord.pk, "change")

        assert send(fjord_staff, path, **{"setup-0-journal": "KASSE"}).status_code == 302

    def test_one_reason_is_on_everything_that_was_saved_with_it(
        self, nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        path = address(Tenant, nordlys.pk, "change")
        values = {"setup-0-journal": "KASSE", "payment_types-0-account": "5832"}

        send(nordlys_staff, path, **values, change_reason=WHY)

        dankort = PaymentType.objects.get(title="Dankort")
        for row in (nordlys.setup, dankort):
            assert row.history.latest().history_change_reason == WHY
            assert str(row.history.latest().history_user) == "nordlys-staff"

    def test_a_payment_type_is_added_on_its_own_page_with_a_reason(
        self, nordlys: Tenant, fjord: Tenant, nordlys_staff: Client
    ) -> None:
        path = address(PaymentType, "add")
        values = {"tenant": str(nordlys.pk), "title": "Swish", "account": "5833"}

        assert send(nordlys_staff, path, **values).status_code == 200
        assert send(nordlys_staff, path, **values, change_reason=WHY).status_code == 302
        assert PaymentType.objects.get(title="Swish").history.get().history_change_reason == WHY

        foreign = values | {"tenant": str(fjord.pk), "title": "Viabill"}
        assert send(nordlys_staff, path, **foreign, change_reason=WHY).status_code == 200
        assert not PaymentType.objects.filter(title="Viabill").exists()

    def test_a_row_is_deleted_for_a_reason(self, nordlys: Tenant, nordlys_staff: Client) -> None:
        row = PaymentType.objects.get(title="Dankort")
        path = address(PaymentType, row.pk, "delete")

        assert "change_reason" in text(nordlys_staff.get(path))
        nordlys_staff.post(path, {"post": "yes"})
        assert PaymentType.objects.filter(pk=row.pk).exists()

        nordlys_staff.post(path, {"post": "yes", "change_reason": WHY})
        gone = PaymentType.history.filter(history_type="-").get()
        assert (gone.title, gone.history_change_reason) == ("Dankort", WHY)
        assert str(gone.history_user) == "nordlys-staff"

    def test_who_may_only_look_is_not_asked(self, nordlys: Tenant, auditor: Client) -> None:
        for path in (
            address(Tenant, nordlys.pk, "change"),
            address(Setup, nordlys.setup.pk, "change"),
        ):
            assert "change_reason" not in text(auditor.get(path))


class TestCompare:
    @pytest.fixture
    def changed(self, nordlys: Tenant) -> Tenant:
        """Nordlys after two changes of its setup and of its company."""
        for journal, account in (("KASSE", "5810"), ("KASSE2", "5820")):
            content = NORDLYS.replace("journal: C1ST", f"journal: {journal}").replace(
                'cash_account: "5810"\n  cash_diff', f'cash_account: "{account}"\n  cash_diff'
            )
            apply_file(content.replace("2222-4222", f"{account}-4222"), reason=f"for {journal}")
        return nordlys

    def test_any_two_versions_stand_side_by_side(
        self, changed: Tenant, superuser: Client, nordlys_staff: Client, fjord_staff: Client
    ) -> None:
        first, _second, third = changed.setup.history.order_by("history_id")
        path = address(Setup, changed.setup.pk, "compare")
        query = {"old": third.pk, "new": first.pk}  # whichever way they are chosen

        for browser in (superuser, nordlys_staff):
            response = browser.get(path, query)
            rows = [row for row in response.context["rows"] if row.is_changed]
            assert [(row.name, row.before, row.after) for row in rows] == [
                ("journal", "C1ST", "KASSE2"),
                ("cash_account", "5810", "5820"),
            ]
        refused = fjord_staff.get(path, query)
        assert (refused.status_code, refused["Location"]) == (302, "/admin/")

    def test_the_list_says_who_when_from_what_to_what_and_why(
        self, changed: Tenant, nordlys_staff: Client
    ) -> None:
        page = text(nordlys_staff.get(address(Setup, changed.setup.pk, "history")))

        for words in ("C1ST", "KASSE2", "for KASSE", "Journal"):
            assert words in page

    def test_versions_of_another_row_are_none_of_it(
        self, changed: Tenant, superuser: Client
    ) -> None:
        apply_file(FJORD)
        foreign = Tenant.objects.get(slug="fjord").setup.history.latest().pk
        own = changed.setup.history.latest().pk

        for query in ({"old": own, "new": foreign}, {"old": own, "new": 10**9}):
            assert (
                superuser.get(address(Setup, changed.setup.pk, "compare"), query).status_code == 404
            )
        for query in ({}, {"old": own}, {"old": "x", "new": own}):
            answer = superuser.get(address(Setup, changed.setup.pk, "compare"), query)
            assert answer.status_code == 302

    def test_the_secret_address_is_never_shown_but_that_it_changed_is(
        self, changed: Tenant, superuser: Client
    ) -> None:
        row = changed.uniconta
        versions = row.history.order_by("history_id")
        assert len({version.hook_uuid for version in versions}) == 3
        pages = [
            superuser.get(address(UnicontaConnection, row.pk, "history")),
            superuser.get(
                address(UnicontaConnection, row.pk, "compare"),
                {"old": versions[0].pk, "new": versions[2].pk},
            ),
            superuser.get(address(UnicontaConnection, row.pk, "history", versions[0].pk)),
            superuser.get(address(Tenant, changed.pk, "changes")),
            superuser.get(address(Tenant, changed.pk, "as-of")),
        ]

        for page in pages:
            for version in versions:
                assert str(version.hook_uuid) not in text(page)
        assert "another one" in text(pages[1])


class TestRevert:
    def versions(self, nordlys: Tenant) -> tuple[Any, str]:
        apply_file(NORDLYS.replace("journal: C1ST", "journal: KASSE"))
        first = nordlys.setup.history.earliest()
        return first, address(Setup, nordlys.setup.pk, "revert", first.pk)

    def test_it_writes_a_new_version_that_says_so(
        self, nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        first, path = self.versions(nordlys)

        page = text(nordlys_staff.get(path))
        assert "KASSE" in page
        assert "C1ST" in page
        assert nordlys_staff.post(path, {"change_reason": WHY}).status_code == 302

        newest = nordlys.setup.history.latest()
        assert (newest.journal, nordlys.setup.history.count()) == ("C1ST", 3)
        assert newest.history_change_reason == (
            f"reverted to the version of {first.history_date:%Y-%m-%d %H:%M:%S} UTC: {WHY}"
        )
        assert str(newest.history_user) == "nordlys-staff"
        assert apply_file(NORDLYS).changes == []

    def test_money_is_not_put_back_without_a_reason(
        self, nordlys: Tenant, nordlys_staff: Client
    ) -> None:
        _first, path = self.versions(nordlys)

        nordlys_staff.post(path, {"change_reason": "  "})

        assert Setup.objects.get(pk=nordlys.setup.pk).journal == "KASSE"

    def test_only_who_may_change_it_and_sees_it(
        self, nordlys: Tenant, auditor: Client, fjord_staff: Client
    ) -> None:
        _first, path = self.versions(nordlys)

        assert auditor.get(path).status_code == 403
        assert auditor.post(path, {"change_reason": WHY}).status_code == 403
        assert fjord_staff.post(path, {"change_reason": WHY}).status_code == 302
        assert Setup.objects.get(pk=nordlys.setup.pk).journal == "KASSE"

    def test_secrets_addresses_and_status_stay(self, nordlys: Tenant, superuser: Client) -> None:
        company = nordlys.uniconta
        changed = NORDLYS.replace("username: c1st", "username: new").replace(
            "2222-4222", "9999-4222"
        )
        changed = changed.replace("nordlys-password-1", "nordlys-password-2")
        apply_file(changed.replace("status: live", "status: paused"))
        first = company.history.earliest()

        path = address(UnicontaConnection, company.pk, "revert", first.pk)
        superuser.post(path, {"change_reason": WHY})
        path = address(Tenant, nordlys.pk, "revert", nordlys.history.earliest().pk)
        superuser.post(path, {"change_reason": WHY})

        company.refresh_from_db()
        nordlys.refresh_from_db()
        assert (company.username, company.password) == ("c1st", "nordlys-password-2")
        assert "9999-4222" in str(company.hook_uuid)
        assert nordlys.status == "paused"

    def test_what_is_no_valid_setting_any_more_is_not_put_back(
        self, nordlys: Tenant, superuser: Client, settings: Any
    ) -> None:
        apply_file(NORDLYS.replace("https://api.uniconta.com", "https://api.c1st.com"))
        settings.ALLOWED_API_HOSTS = ["api.c1st.com"]
        company = nordlys.uniconta
        first = company.history.earliest()

        superuser.post(address(UnicontaConnection, company.pk, "revert", first.pk), {})

        company.refresh_from_db()
        assert company.base_url == "https://api.c1st.com"


class TestTenantPages:
    def test_all_changes_of_a_tenant_the_newest_first(
        self, nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
    ) -> None:
        PaymentType.objects.get(title="MobilePay").delete()
        apply_file(NORDLYS.replace("journal: C1ST", "journal: KASSE"), reason="tenant apply x.yaml")

        page = nordlys_staff.get(address(Tenant, nordlys.pk, "changes"))

        newest = page.context["changes"][0]
        assert newest.record.history_change_reason == "tenant apply x.yaml"
        assert "MobilePay" in text(page)
        assert "Deleted" in text(page)
        assert fjord_staff.get(address(Tenant, nordlys.pk, "changes")).status_code == 404

    def test_older_changes_are_a_page_away(self, nordlys: Tenant, superuser: Client) -> None:
        path, seen = address(Tenant, nordlys.pk, "changes"), []
        page = superuser.get(path)
        for _round in range(9):
            seen += [change.record for change in page.context["changes"]]
            if not page.context["older"]:
                break
            page = superuser.get(path, {"until": page.context["older"]})

        kept = sum(model.history.count() for model in {type(each).instance_type for each in seen})
        assert len({(type(each), each.pk) for each in seen}) == len(seen) == kept

    def test_the_settings_as_of_a_moment_stand_beside_those_of_today(
        self, nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
    ) -> None:
        moment = timezone.now()
        apply_file(NORDLYS.replace("journal: C1ST", "journal: KASSE"))
        PaymentType.objects.get(title="MobilePay").delete()
        PaymentType.objects.create(tenant=nordlys, title="Swish", account="1")
        path = address(Tenant, nordlys.pk, "as-of")

        page = nordlys_staff.get(path, {"at": moment.isoformat()})

        differ = {
            (row.label, row.then, row.now)
            for row in page.context["settings"]
            if row.then != row.now
        }
        assert differ == {
            ("5 · Journal", "C1ST", "KASSE"),
            ("Title", "MobilePay", "–"),
            ("Account", "5831", "–"),
            ("Title", "–", "Swish"),
            ("Account", "–", "1"),
        }
        assert page.context["changed"] == 5
        assert fjord_staff.get(path).status_code == 404

    def test_before_there_was_anything_nothing_was_set(
        self, nordlys: Tenant, superuser: Client
    ) -> None:
        long_ago = (timezone.now() - timedelta(days=9)).isoformat()

        page = superuser.get(address(Tenant, nordlys.pk, "as-of"), {"at": long_ago})

        assert {row.then for row in page.context["settings"]} == {"–"}

    def test_a_moment_that_is_none_is_now(self, nordlys: Tenant, superuser: Client) -> None:
        page = superuser.get(address(Tenant, nordlys.pk, "as-of"), {"at": "soon"})

        assert page.context["changed"] == 0
        assert "no moment" in text(page)

    def test_who_sees_one_tenant_is_led_to_it(
        self, nordlys: Tenant, fjord: Tenant, nordlys_staff: Client, superuser: Client
    ) -> None:
        path = address(Tenant, "changes")

        assert nordlys_staff.get(path)["Location"] == address(Tenant, nordlys.pk, "changes")
        assert [name for name, _page in superuser.get(path).context["pages"]] == [
            "fjord",
            "nordlys",
        ]

    def test_history_wants_its_own_permission(self, nordlys: Tenant) -> None:
        user = User.objects.create_user("clerk", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="view_tenant"))
        Membership.objects.create(tenant=nordlys, user=user)

        for page in ("changes", "as-of", "changes/export/csv"):
            assert browser_of(user).get(address(Tenant, nordlys.pk, page)).status_code == 403


class TestRestoring:
    """A row of a list that was deleted is made again, by who may add one, where its place is free."""

    @pytest.fixture
    def gone(self, nordlys: Tenant, nordlys_staff: Client) -> Any:
        """A payment type that staff deleted by mistake: the version that tells so."""
        row = PaymentType.objects.get(tenant=nordlys, title="MobilePay")
        nordlys_staff.post(
            address(PaymentType, row.pk, "delete"), {"post": "yes", "change_reason": "A mistake."}
        )
        return PaymentType.history.filter(id=row.pk).latest()

    def path(self, record: Any) -> str:
        return address(record.instance_type, "restore", record.pk)

    def test_the_history_leads_to_a_preview(
        self, nordlys: Tenant, nordlys_staff: Client, gone: Any
    ) -> None:
        assert self.path(gone) in text(nordlys_staff.get(address(Tenant, nordlys.pk, "changes")))

        page = nordlys_staff.get(self.path(gone))

        assert [(row.label, row.after) for row in page.context["values"]] == [
            ("Title", "MobilePay"),
            ("Account", "5831"),
        ]
        assert "A mistake." in text(page)
        assert not PaymentType.objects.filter(pk=gone.id).exists()

    def test_it_is_the_same_row_again_and_says_who_and_why(
        self, nordlys: Tenant, nordlys_staff: Client, gone: Any
    ) -> None:
        answer = nordlys_staff.post(self.path(gone), {"change_reason": WHY})

        assert answer["Location"] == address(Tenant, nordlys.pk, "changes")
        row = PaymentType.objects.get(pk=gone.id)
        assert (row.tenant, row.title, row.account) == (nordlys, "MobilePay", "5831")
        newest = row.history.latest()
        assert newest.history_type == "+"
        assert newest.history_user.username == "nordlys-staff"
        told = f"restored as it was when deleted at {gone.history_date:%Y-%m-%d %H:%M:%S} UTC"
        assert newest.history_change_reason == f"{told}: {WHY}"
        page = nordlys_staff.get(address(Tenant, nordlys.pk, "changes"))
        change = page.context["changes"][0]
        assert {(each.name, each.after) for each in change.differences} == {
            ("title", "MobilePay"),
            ("account", "5831"),
        }
        assert self.path(gone) not in text(page)

    def test_the_settings_are_announced(
        self,
        nordlys_staff: Client,
        nordlys: Tenant,
        gone: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        heard: list[int] = []

        def hear(tenant_id: int, **kwargs: Any) -> None:
            heard.append(tenant_id)

        tenant_changed.connect(hear)
        with django_capture_on_commit_callbacks(execute=True):
            nordlys_staff.post(self.path(gone), {"change_reason": WHY})
        tenant_changed.disconnect(hear)

        assert heard == [nordlys.pk]

    def test_a_second_time_nothing_is_made(self, nordlys_staff: Client, gone: Any) -> None:
        for _time in range(2):
            nordlys_staff.post(self.path(gone), {"change_reason": WHY})

        assert PaymentType.objects.filter(title="MobilePay").count() == 1
        page = nordlys_staff.get(self.path(gone), follow=True)
        assert "It is there again already." in text(page)

    def test_what_moves_money_is_not_restored_without_a_reason(
        self, nordlys_staff: Client, gone: Any
    ) -> None:
        answer = nordlys_staff.post(self.path(gone), {"change_reason": "  "}, follow=True)

        assert "This moves money" in text(answer)
        assert not PaymentType.objects.filter(pk=gone.id).exists()

    def test_a_place_that_is_taken_is_left_alone(
        self, nordlys: Tenant, nordlys_staff: Client, gone: Any
    ) -> None:
        PaymentType.objects.create(tenant=nordlys, title="MobilePay", account="5999")

        page = nordlys_staff.get(self.path(gone))
        answer = nordlys_staff.post(self.path(gone), {"change_reason": WHY}, follow=True)

        for shown in (page, answer):
            assert "Its place is taken: “MobilePay → 5999” is there now." in text(shown)
        assert PaymentType.objects.get(title="MobilePay").account == "5999"

    def test_a_user_field_is_not_restored_beside_another_one_of_its_field(
        self, nordlys: Tenant, superuser: Client
    ) -> None:
        row = VariantField.objects.filter(tenant=nordlys).first()
        assert row is not None
        key = row.pk
        row.delete()
        VariantField.objects.create(
            tenant=nordlys, uniconta_field="xOther", customers1st_field=row.customers1st_field
        )
        gone = VariantField.history.filter(id=key).latest()

        superuser.post(self.path(gone), {"change_reason": WHY})

        assert not VariantField.objects.filter(pk=key).exists()

    def test_others_may_not_and_see_nothing(
        self, gone: Any, fjord_staff: Client, auditor: Client, nordlys: Tenant
    ) -> None:
        for person, status in ((fjord_staff, 404), (auditor, 403)):
            assert person.get(self.path(gone)).status_code == status
            assert person.post(self.path(gone), {"change_reason": WHY}).status_code == status
        assert self.path(gone) not in text(auditor.get(address(Tenant, nordlys.pk, "changes")))
        assert not PaymentType.objects.filter(pk=gone.id).exists()

    def test_a_version_that_tells_of_no_deletion_restores_nothing(
        self, nordlys: Tenant, superuser: Client
    ) -> None:
        version = PaymentType.objects.filter(tenant=nordlys)[0].history.latest()

        assert superuser.get(self.path(version)).status_code == 404

    def test_what_every_tenant_has_is_in_no_list_of_the_restorable(self) -> None:
        never_deleted = {model for model in MODELS if not deletable(model)}

        assert set(PLACES) == set(MODELS) - never_deleted


def deletable(model: type[Any]) -> bool:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    return bool(admin.site.get_model_admin(model).has_delete_permission(request))
