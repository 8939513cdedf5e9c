"""Lists as files: what the list shows, to whom it shows it, and nothing that a spreadsheet would run."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integration.mapping import proof
from settings_app.models import Tenant
from settings_app.services import changing
from syncjobs.models import DayCloseProof, Step
from syncjobs.proofs import ProofTable
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def superuser() -> Client:
    return browser_of(User.objects.create_superuser("root"))


@pytest.fixture
def nordlys_staff(nordlys: Tenant) -> Client:
    return browser_of(factories.staff_of(nordlys))


@pytest.fixture
def fjord_staff(fjord: Tenant) -> Client:
    return browser_of(factories.staff_of(fjord))


def content_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(response: Any) -> list[dict[str, str]]:
    text = content_of(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def export_of(model: str, kind: str = "csv") -> str:
    return reverse(f"admin:syncjobs_{model}_export", args=[kind])


def test_the_file_holds_what_the_list_shows(
    nordlys: Tenant, fjord: Tenant, superuser: Client, nordlys_staff: Client, fjord_staff: Client
) -> None:
    factories.held_job(nordlys, "70001")
    factories.job(nordlys, "70002")
    factories.job(fjord, "80001")

    def ids(browser: Client, **query: str) -> list[str]:
        return [row["Source id"] for row in rows_of(browser.get(export_of("syncjob"), query))]

    assert ids(superuser) == ["80001", "70002", "70001"]
    assert ids(nordlys_staff) == ["70002", "70001"]
    assert ids(fjord_staff) == ["80001"]
    assert ids(fjord_staff, tenant=str(nordlys.pk)) == []
    assert ids(superuser, state__exact="NEEDS_PERSON") == ["70001"]
    assert ids(superuser, q="70002") == ["70002"]
    assert ids(superuser, p="1") == ["80001", "70002", "70001"]


def test_the_list_has_buttons_that_keep_its_filters(nordlys: Tenant, superuser: Client) -> None:
    address = reverse("admin:syncjobs_syncjob_changelist")

    page = superuser.get(address, {"state__exact": "DONE"}).content.decode()

    for kind in ("csv", "xlsx"):
        assert f"{export_of('syncjob', kind)}?state__exact=DONE" in page


def test_cells_are_safe_and_readable(nordlys: Tenant, superuser: Client) -> None:
    factories.held_job(nordlys, "70001", cause="=HYPERLINK(1)", attempts=3)

    [row] = rows_of(superuser.get(export_of("syncjob")))

    assert (row["Tenant"], row["Attempts"]) == ("nordlys", "3")
    assert row["Cause"] == "'=HYPERLINK(1)"
    assert (row["State"], row["Kind"]) == ("needs a person", "sale to order")
    assert row["Created at"] == "2026-03-02 12:00:00"


def test_every_log_can_be_saved_both_ways(nordlys: Tenant, nordlys_staff: Client) -> None:
    job = factories.job(nordlys)
    Step.objects.create(tenant=nordlys, job=job, at=NOON, text="read it", evidence={"a": 1})
    factories.document(nordlys)

    for model in ("syncjob", "step", "delivery", "documentrow", "linkrow", "daycloseproof"):
        answer = nordlys_staff.get(export_of(model))
        assert answer["Content-Disposition"].endswith('.csv"')
        content_of(answer)
        book = content_of(nordlys_staff.get(export_of(model, "xlsx")))
        assert zipfile.is_zipfile(io.BytesIO(book))
    [row] = rows_of(nordlys_staff.get(export_of("step")))
    assert row["Evidence"] == '{"a": 1}'


def test_a_kind_of_file_or_a_filter_that_is_none(nordlys: Tenant, superuser: Client) -> None:
    assert superuser.get(export_of("syncjob", "pdf")).status_code == 404
    answer = superuser.get(export_of("syncjob"), {"nonsense": "1"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("admin:syncjobs_syncjob_changelist"),
    )


def test_who_may_not_see_the_list_gets_no_file(nordlys: Tenant) -> None:
    user = User.objects.create_user("nobody", is_staff=True)

    assert browser_of(user).get(export_of("syncjob")).status_code == 403


def sealed(tenant: Tenant) -> DayCloseProof:
    """Seal a small sheet."""
    amounts = (("goods", "100.00"), ("close_revenue", "-100.00"))
    rows = [{"code": code, "rate": "25", "amount": amount} for code, amount in amounts]
    line = {"account": "5810", "offset_account": "", "text": "=Z 118", "credit": "-12.50"}
    receipt = {"number": 7, "debtor": "POS3000", "invoice": 90001, "amount": "100.00"}
    ProofTable(tenant).add(
        {
            "kind": "close",
            "key": "c1st:3000:balance:118",
            "close": {"number": 118},
            "chains": [{"code": "revenue", "rows": rows}],
            "lines": [line],
            "documents": [receipt],
        }
    )
    return DayCloseProof.objects.get(tenant=tenant)


def test_a_proof_is_saved_row_by_row_with_amounts_as_numbers(
    nordlys: Tenant, nordlys_staff: Client, fjord_staff: Client
) -> None:
    row = sealed(nordlys)
    address = reverse("admin:syncjobs_daycloseproof_paper_file", args=[row.pk, "csv"])

    rows = rows_of(nordlys_staff.get(address))

    told = [(each["Text"], each["Amount"], each["Reference"]) for each in rows]
    assert ("Goods sold at 25 % VAT, returns deducted, prices with VAT", "100.00", "") in told
    assert ("Left over", "0.00", "") in told
    assert ("'=Z 118", "-12.50", "") in told
    assert ("7", "100.00", "90001") in told
    assert rows[-2]["Text"] == row.hash
    assert rows[-1]["Text"] == proof.FIRST
    assert fjord_staff.get(address).status_code == 404


def test_documents_and_proofs_lead_to_the_settings_of_their_time(
    nordlys: Tenant, superuser: Client
) -> None:
    nordlys.setup.save()  # a first version
    document = factories.document(nordlys)
    row = sealed(nordlys)
    with changing("later"):
        nordlys.setup.journal = "KASSE"
        nordlys.setup.save()
    pages = [
        reverse("admin:syncjobs_documentrow_change", args=[document.pk]),
        reverse("admin:syncjobs_daycloseproof_change", args=[row.pk]),
        reverse("admin:syncjobs_daycloseproof_paper", args=[row.pk]),
    ]

    for page in pages:
        text = superuser.get(page).content.decode()
        start = text.index(reverse("admin:settings_app_tenant_as_of", args=[nordlys.pk]))
        link = text[start : text.index('"', start)]
        settings = superuser.get(link).context["settings"]
        [journal] = [each for each in settings if each.label.endswith("Journal")]
        assert (journal.then, journal.now) == ("C1ST", "KASSE")


def test_the_history_of_a_tenant_is_a_file_too(
    nordlys: Tenant, fjord: Tenant, superuser: Client, fjord_staff: Client
) -> None:
    nordlys.setup.save()
    with changing("=cmd"):
        nordlys.setup.journal = "KASSE"
        nordlys.setup.save()
    own = reverse("admin:settings_app_tenant_changes_export", args=[nordlys.pk, "csv"])
    every = reverse("admin:settings_app_tenant_changes_of_all_export", args=["csv"])

    last = [row for row in rows_of(superuser.get(own)) if row["Field"].endswith("Journal")][-1]
    assert (last["Tenant"], last["Before"], last["After"]) == ("nordlys", "C1ST", "KASSE")
    assert last["Why"] == "'=cmd"
    assert last["When (UTC)"].startswith(f"{timezone.now():%Y-%m-%d}")
    assert {row["Tenant"] for row in rows_of(superuser.get(every))} == {"fjord", "nordlys"}
    assert fjord_staff.get(own).status_code == 403  # no permission to read history

    book = content_of(superuser.get(own.replace("csv", "xlsx")))
    assert zipfile.is_zipfile(io.BytesIO(book))


def test_danish_excel_opens_the_file_in_columns_with_its_numbers_and_in_danish(
    nordlys: Tenant, superuser: Client
) -> None:
    cause = "Invoice 10001 comes to 1125.00, the receipt to 100.00."
    factories.held_job(nordlys, "70001", cause=cause, cure="=Correct; the price", amount="-1375.00")
    superuser.cookies.load({"django_language": "da"})

    text = content_of(superuser.get(export_of("syncjob"))).decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert (row["Butik"], row["Tilstand"], row["Beløb"]) == (
        "nordlys",
        "kræver en person",
        "-1375,00",
    )
    assert row["Årsag"] == "Faktura 10001 er på 1.125,00, bonen på 100,00."
    assert row["Løsning"] == "'=Correct; the price"
