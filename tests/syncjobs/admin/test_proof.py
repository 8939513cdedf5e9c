"""Proofs, due closes and reversals as the operator, the shop's own staff and another shop's staff see them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from sandbox.customers1st.basket import card, cash, line
from syncjobs.models import DayCloseProof, DocumentRow, ProofIsSealed, SyncJob
from tests import factories
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

DUE = "admin:syncjobs_daycloseproof_due"
PAPER = "admin:syncjobs_daycloseproof_paper"
REVERSE = "admin:syncjobs_documentrow_reverse"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(world: ShopWorld) -> Client:
    return browser(User.objects.create_superuser("operator"))


@pytest.fixture
def own(world: ShopWorld) -> Client:
    return browser(factories.staff_of(world.tenant))


@pytest.fixture
def viewer(world: ShopWorld) -> Client:
    return browser(factories.staff_of(world.tenant, name="viewer", may_act=False))


@pytest.fixture
def other(world: ShopWorld) -> Client:
    return browser(factories.staff_of(factories.fjord()))


def posted(world: ShopWorld) -> DayCloseProof:
    world.sell([line(1001)], [cash(200)])
    world.sell([line(1002, discount=100)], [card()])
    world.deliver_close(world.till.close(501, counted=1195, to_bank=120).id)
    world.work()
    return DayCloseProof.objects.get()


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_paper_says_every_row_in_plain_words(
    world: ShopWorld, operator: Client, own: Client, other: Client
) -> None:
    row = posted(world)
    address = reverse(PAPER, args=[row.pk])
    for client in (operator, own):
        page = text(client.get(address))
        assert "The seal is whole" in page
        assert "Goods sold at 25 % VAT" in page
        assert "Paid with Dankort by the receipts" in page
        assert "Cash difference (below 0: money is missing)" in page
        assert "Account 5820: Z 118 til bank" in page
        assert "10001" in page
        assert page.count(">0.00<") >= 8
        assert "@media print" in page
    assert other.get(address).status_code == 404


def test_a_sheet_that_is_changed_in_the_database_shows(world: ShopWorld, own: Client) -> None:
    row = posted(world)
    sheet = row.sheet
    sheet["lines"][0]["credit"] = "1.00"
    DayCloseProof.objects.filter(pk=row.pk).update(sheet=sheet)
    assert "The seal is broken" in text(own.get(reverse(PAPER, args=[row.pk])))


def test_a_sheet_is_neither_saved_again_nor_deleted(world: ShopWorld, operator: Client) -> None:
    row = posted(world)
    with pytest.raises(ProofIsSealed):
        row.save()
    with pytest.raises(ProofIsSealed):
        row.delete()
    change = reverse("admin:syncjobs_daycloseproof_change", args=[row.pk])
    assert operator.get(change).status_code == 200
    assert operator.post(change, {"key": "x"}).status_code == 403
    gone = reverse("admin:syncjobs_daycloseproof_delete", args=[row.pk])
    assert operator.post(gone, {"post": "yes"}).status_code == 403


def test_the_list_leads_to_papers_and_due_closes(
    world: ShopWorld, own: Client, other: Client
) -> None:
    row = posted(world)
    address = reverse("admin:syncjobs_daycloseproof_changelist")
    page = text(own.get(address))
    assert reverse(PAPER, args=[row.pk]) in page
    assert reverse(DUE) in page
    assert reverse(PAPER, args=[row.pk]) not in text(other.get(address))


def test_the_preview_shows_the_exact_lines_and_writes_nothing(
    world: ShopWorld, own: Client
) -> None:
    world.sell([line(1001)], [cash(200)])
    world.work()
    close = world.till.close(501, counted=1195, to_bank=120)
    before, jobs = world.uniconta.snapshot(), SyncJob.objects.count()
    world.calls.clear()

    page = text(own.get(reverse(DUE), {"tenant": "nordlys"}))

    assert "It ties out and can be posted" in page
    assert "Z 118 kassedifference" in page
    assert "-5.00" in page
    assert world.uniconta.snapshot() == before
    assert {call.method for call in world.calls.find()} == {"GET"}
    assert (SyncJob.objects.count(), DocumentRow.objects.filter(kind="CLOSE").count()) == (jobs, 0)

    own.post(reverse(DUE), {"tenant": "nordlys", "close": str(close.id), "do": "post"})
    world.work()
    lines = DayCloseProof.objects.get().sheet["lines"]
    assert [row["credit"] for row in lines] == ["-5.00", "-120.00"]


def test_who_may_not_act_sees_no_button_and_is_refused(
    world: ShopWorld, viewer: Client, other: Client
) -> None:
    close = world.till.close(501)
    page = text(viewer.get(reverse(DUE), {"tenant": "nordlys"}))
    assert "Post this close" not in page
    wish = {"tenant": "nordlys", "close": str(close.id), "do": "post"}
    assert viewer.post(reverse(DUE), wish).status_code == 404
    assert other.get(reverse(DUE), {"tenant": "nordlys"}).status_code == 404
    assert other.post(reverse(DUE), wish).status_code == 404
    assert not SyncJob.objects.exists()


def test_a_held_close_is_posted_as_it_stands_with_a_reason(
    world: ShopWorld, own: Client, viewer: Client
) -> None:
    close = world.till.close(501)
    close.cash_start = Decimal(1000)
    second = world.till.close(501, counted=1100)
    second.cash_start = Decimal(1100)
    world.deliver_close(close.id)
    world.work()
    page = own.get(reverse(DUE), {"tenant": "nordlys"})
    (shown,) = page.context["closes"]
    wish = {
        "tenant": "nordlys",
        "close": str(second.id),
        "do": "accept",
        "seen": list(shown["told"].waivable),
    }
    assert viewer.post(reverse(DUE), {**wish, "reason": "no right"}).status_code == 404
    own.post(reverse(DUE), {**wish, "reason": " "})
    assert not DocumentRow.objects.filter(kind="CLOSE").exists()
    own.post(reverse(DUE), {**wish, "reason": "The float was raised"})
    world.work()
    sheet = DayCloseProof.objects.get(source_id=str(second.id)).sheet
    assert any(note.get("word") == "nordlys-staff: The float was raised" for note in sheet["notes"])


def test_a_reversal_needs_the_right_and_a_reason(
    world: ShopWorld, own: Client, viewer: Client, other: Client
) -> None:
    row = posted(world)
    document = DocumentRow.objects.get(kind="CLOSE")
    address = reverse(REVERSE, args=[document.pk])
    wish = {"reason": "Counted twice", "on": "2026-03-03"}
    for client in (viewer, other):
        assert client.get(address).status_code == 404
        assert client.post(address, wish).status_code == 404
    assert address in text(own.get(reverse(PAPER, args=[row.pk])))
    assert "required" in text(own.post(address, {**wish, "reason": ""}))
    assert not DocumentRow.objects.filter(kind="REVERSAL").exists()

    assert own.post(address, wish).status_code == 302
    world.work()

    paper = text(own.get(reverse(PAPER, args=[row.pk])))
    assert "This posting was reversed" in paper
    assert address not in paper
    sheet = DayCloseProof.objects.get(kind="reversal")
    assert "Counted twice" in text(own.get(reverse(PAPER, args=[sheet.pk])))
    assert "asked for before" in text(own.post(address, wish))


def test_the_right_to_reverse_is_a_permission_of_its_own(world: ShopWorld) -> None:
    user = factories.staff_of(world.tenant, name="anna", may_act=False)
    user.user_permissions.add(Permission.objects.get(codename="reverse_posting"))
    posted(world)
    document = DocumentRow.objects.get(kind="CLOSE")
    page = browser(user).get(reverse(REVERSE, args=[document.pk]))
    assert page.status_code == 200
    assert "never changed or deleted" in text(page)


def test_a_day_of_the_reversal_defaults_to_today(world: ShopWorld, own: Client) -> None:
    posted(world)
    document = DocumentRow.objects.get(kind="CLOSE")
    page = text(own.get(reverse(REVERSE, args=[document.pk])))
    assert f"{datetime.now(UTC):%Y-%m}" in page


def test_who_may_call_a_change_seen(
    world: ShopWorld, operator: Client, own: Client, viewer: Client, other: Client
) -> None:
    sale = world.sell([line(1001)], [card()])
    world.work()
    sale.tenders[0].title = "MobilePay"
    world.deliver(str(sale.id))
    world.work()
    row = DocumentRow.objects.get(kind="ORDER")
    page, seen = (
        reverse(f"admin:syncjobs_documentrow_{n}", args=[row.pk]) for n in ("change", "seen")
    )
    assert "I have seen the change" in own.get(page).content.decode()
    assert viewer.get(seen).status_code == other.get(seen).status_code == 404
    assert viewer.post(seen, {"reason": "x"}).status_code == 404
    assert other.post(seen, {"reason": "x"}).status_code == 404
    assert "Now in Customers 1st" in operator.get(seen).content.decode()
    assert own.post(seen, {"reason": ""}).status_code == 200
    row.refresh_from_db()
    assert row.facts["changed"]

    assert own.post(seen, {"reason": "Moved by hand"}).status_code == 302

    world.work()
    assert world.causes() == []
    assert own.post(seen, {"reason": "again"}).status_code == 200  # nothing is left to be seen
