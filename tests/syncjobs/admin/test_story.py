"""A job's story, told to three people: received, read, decided, wrote, proof."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from sandbox.customers1st.basket import card, line
from sandbox.demo_day import BELL
from settings_app.models import Tenant
from syncjobs.models import Chapter, Delivery, LinkRow, Step, SyncJob
from syncjobs.story_words import call_words
from tests import factories
from tests.factories import NOON
from tests.journeys.conftest import build_world, world  # noqa: F401 - fixtures
from tests.journeys.world import World
from tests.syncjobs.admin.people import operator, staff


def page_of(job: SyncJob) -> str:
    return f"/admin/syncjobs/syncjob/{job.pk}/change/"


def step(job: SyncJob, chapter: str, text: str = "x", **evidence: Any) -> Step:
    return Step.objects.create(
        tenant=job.tenant, job=job, at=NOON, chapter=chapter, text=text, evidence=evidence
    )


@pytest.mark.django_db(transaction=True)
def test_a_sale_tells_its_whole_story(world: World) -> None:  # noqa: F811 - the fixture
    world.till.sell([line(BELL, price=100)], [card()])
    world.catch_up()
    job = SyncJob.objects.get()

    assert (job.amount, job.day is not None, bool(job.number)) == (Decimal("100.00"), True, True)
    browser = staff(job.tenant)
    story = browser.get(page_of(job)).context["story"]
    assert [each.event for each in story.deliveries] == ["pospayment.created"]
    assert [part.chapter for part in story.parts][:2] == ["READ", "WROTE"]
    assert {"Uniconta: orders", "Uniconta: the invoice of an order"} <= {
        line.text for part in story.parts if part.chapter == "WROTE" for line in part.lines
    }
    made = {each.row.kind: each for each in story.written}
    assert set(made) == {"ORDER", "ORDER_LINES", "INVOICE", "SETTLEMENT"}
    assert all(each.is_there for each in made.values())
    assert len(made["ORDER_LINES"].lines) == 1
    numbers = dict(story.places[1].numbers)
    assert numbers["Invoice"] == made["INVOICE"].row.number
    page = browser.get(page_of(job)).content.decode()
    assert f"/admin/settings_app/tenant/{job.tenant_id}/as-of/?at=" in page
    for typed in (job.number, "100,00", numbers["Invoice"], f"{job.day:%d-%m-%Y} {job.number}"):
        found = browser.get("/admin/syncjobs/syncjob/", {"q": typed}).context["cl"].result_list
        assert list(found) == [job], typed


def test_the_story_is_for_its_own_people(nordlys: Tenant, fjord: Tenant) -> None:
    job = factories.held_job(nordlys)

    seen = operator().get(page_of(job))
    assert seen.status_code == 200
    assert "/as-of/" not in seen.content.decode()  # nothing was booked
    assert staff(nordlys).get(page_of(job)).status_code == 200
    other = staff(fjord)
    assert other.get(page_of(job)).status_code == 302
    assert other.post(f"/admin/syncjobs/syncjob/{job.pk}/again/").status_code == 403
    job.refresh_from_db()
    assert job.state == "NEEDS_PERSON"


def test_it_runs_again_for_who_may_press_buttons(nordlys: Tenant) -> None:
    job = factories.held_job(nordlys)
    looker = staff(nordlys, may_act=False)
    again = f"/admin/syncjobs/syncjob/{job.pk}/again/"

    assert looker.post(again).status_code == 403
    assert again not in looker.get(page_of(job)).content.decode()
    own = operator()
    assert again in own.get(page_of(job)).content.decode()
    assert own.get(again).status_code == 403
    assert own.post(again).status_code == 302
    job.refresh_from_db()
    assert job.state == "WAITING"


def test_changes_stand_field_by_field_and_evidence_is_folded(nordlys: Tenant) -> None:
    job = factories.job(nordlys, "98", kind="product_to_item", state="DONE", summary="title")
    change = {"side": "uniconta", "field": "title", "before": "<b>Old</b>", "after": "New"}
    step(job, Chapter.DECIDED, "Product: what changes", changes=[change])
    step(job, Chapter.WROTE, "Uniconta: PUT /Crud/X → 200", request="<script>", response="")
    LinkRow.objects.create(
        tenant=nordlys, entity="product", customers1st_id="98", uniconta_key="NL-8"
    )

    page = staff(nordlys).get(page_of(job))
    text = page.content.decode()

    first, second = page.context["story"].parts
    assert first.lines[0].changes == [change]
    assert first.lines[0].evidence == {}
    assert second.lines[0].evidence == {"request": "<script>"}
    assert "&lt;b&gt;Old&lt;/b&gt;" in text
    assert text.count("<details>") == 1
    assert "&lt;script&gt;" in text
    assert ("number", "NL-8") in page.context["story"].places[1].numbers


def test_what_became_of_a_write_stands_beside_it(nordlys: Tenant) -> None:
    job = factories.job(nordlys, state="DONE")
    step(job, Chapter.WROTE, "Uniconta: POST /Crud/Insert/DebtorOrderClient → 200")
    step(job, Chapter.DECIDED, "Order: done", key="k", number="1")
    step(job, Chapter.DECIDED, "Something else")

    parts = staff(nordlys).get(page_of(job)).context["story"].parts

    assert [(part.chapter, len(part.lines)) for part in parts] == [("WROTE", 2), ("DECIDED", 1)]
    assert parts[0].lines[0].text == "Uniconta: orders"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Uniconta: POST /Crud/Insert/DebtorOrderClient → 200", "Uniconta: orders"),
        ("Customers 1st: GET /pospayments/7 → 404", "Customers 1st: receipts, answered 404"),
        ("Uniconta: POST /Unheard/Of → 200", ""),
        ("Somebody edited meanwhile; compared again", ""),
    ],
)
def test_calls_are_told_in_words(text: str, words: str) -> None:
    assert call_words(text) == words


def test_a_long_log_is_cut_and_says_so(nordlys: Tenant) -> None:
    job = factories.job(nordlys, state="DONE")
    for _ in range(201):
        step(job, Chapter.READ)

    page = staff(nordlys).get(page_of(job))

    assert sum(len(part.lines) for part in page.context["story"].parts) == 200
    assert "There are more lines" in page.content.decode()


def test_ids_of_other_kinds_and_tenants_stay_out(nordlys: Tenant, fjord: Tenant) -> None:
    job = factories.job(nordlys, "1", kind="customer_to_debtor", state="DONE")
    factories.document(nordlys, "1", kind="ORDER", key="a-sale")
    factories.document(fjord, "1", kind="DEBTOR", key="not-ours")
    own = factories.document(nordlys, "1", kind="DEBTOR", key="own")
    factories.job(nordlys, "1", state="DONE")

    story = staff(nordlys).get(page_of(job)).context["story"]

    assert [each.row for each in story.written] == [own]
    assert list(story.others) == []


def test_a_story_costs_as_many_queries_however_long_it_is(
    nordlys: Tenant, django_assert_num_queries: Any
) -> None:
    job = factories.job(nordlys, "1", state="DONE")

    def grow(count: int) -> None:
        for number in range(count):
            step(job, Chapter.READ, a="b")
            factories.job(nordlys, "1", state="DONE")
            factories.document(nordlys, "1", key=f"{count}:{number}")
            Delivery.objects.create(
                tenant=nordlys,
                system="customers1st",
                event="pospayment.created",
                method="POST",
                body=b"{}",
                received_at=NOON,
                job=job,
            )

    browser: Client = staff(nordlys)
    grow(1)
    with django_assert_num_queries(12):
        browser.get(page_of(job))
    grow(15)
    with django_assert_num_queries(12):
        browser.get(page_of(job))
