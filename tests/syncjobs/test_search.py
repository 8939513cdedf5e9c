"""Jobs are found by what was written about them when they were worked."""

from datetime import date
from decimal import Decimal

import pytest

from integration.ports import Subject
from settings_app.models import Tenant
from syncjobs import search
from syncjobs.models import JobWord, SyncJob
from syncjobs.search import find_jobs
from syncjobs.telling import tell_subject, write_words
from tests import factories

SALE = Subject(
    number="1043",
    name="Jens Hansen",
    amount=Decimal("1234.50"),
    day=date(2026, 3, 2),
    others=("C1001", "NL-77"),
)


def told(tenant: Tenant, source_id: str, subject: Subject) -> SyncJob:
    job = factories.job(tenant, source_id)
    write_words(tell_subject(job, subject))
    job.save()
    return job


@pytest.mark.parametrize("common", [search.COMMON, 0])
@pytest.mark.parametrize(
    "typed", ["1043", "c1001", "nl-77", "hansen", "1.234,50", "2/3/2026", "jens 1043", "70001", ""]
)
def test_a_sale_is_found_whether_its_words_are_rare_or_common(
    nordlys: Tenant, typed: str, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    job = told(nordlys, "70001", SALE)
    if typed:
        told(nordlys, "70002", Subject(number="1044", name="Jens Olsen", amount=Decimal(5)))

    assert list(find_jobs(SyncJob.objects.all(), typed)) == [job]


@pytest.mark.parametrize("common", [search.COMMON, 0])
@pytest.mark.parametrize("typed", ["1045", "jens 1044", "3/2/2026"])
def test_what_fits_no_job_finds_none(
    nordlys: Tenant, typed: str, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    told(nordlys, "70001", SALE)

    assert not find_jobs(SyncJob.objects.all(), typed).exists()


def test_only_the_given_jobs_are_searched(nordlys: Tenant, fjord: Tenant) -> None:
    told(nordlys, "70001", SALE)
    other = told(fjord, "70001", SALE)

    assert list(find_jobs(SyncJob.objects.filter(tenant=fjord), "hansen 70001")) == [other]


def test_telling_again_adds_and_doubles_nothing(nordlys: Tenant) -> None:
    job = told(nordlys, "70001", SALE)
    before = JobWord.objects.count()

    write_words(tell_subject(job, SALE))
    assert JobWord.objects.count() == before
    write_words(tell_subject(job, Subject(others=("20017",))))
    job.save()

    job.refresh_from_db()
    assert (job.number, job.amount, job.day) == ("1043", Decimal("1234.50"), date(2026, 3, 2))
    assert list(find_jobs(SyncJob.objects.all(), "20017 1043")) == [job]


def test_long_texts_are_cut_to_what_the_columns_hold(nordlys: Tenant) -> None:
    job = told(nordlys, "1", Subject(number="9" * 100, name="x" * 300, others=("y" * 100,)))

    job.refresh_from_db()
    assert (len(job.number), len(job.name)) == (60, 200)
    assert list(find_jobs(SyncJob.objects.all(), "y" * 100)) == [job]
