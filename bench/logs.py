"""The log at a thousand jobs and at a million: every list, filter and search, and whole pages, as ratios of one run.

JOBS=100000 makes it smaller. A list is measured up to the printing of its rows, which are as many at both sizes; some
pages are measured whole. Rows that a filter finds are as many at both sizes and the oldest of all, which is the worst
place for them. Everything is looked at as the operator (all tenants), as one shop's staff, and as staff of both; the
table tells of whoever fared worst.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.core.management import call_command

from bench.setting import on_each_database, use
from bench.table import Promise, Table, run

FEW = 1000
MANY = int(os.environ.get("JOBS", "1000000"))
RUNS = 7
ALLOWED = 2.0

JOBS = """
INSERT INTO syncjobs_syncjob (tenant_id, kind, source_id, state, reason, cause, cure, candidates, mended_by, summary,
    number, name, amount, day, attempts, crashes, created_at, finished_at)
SELECT CASE WHEN i % 10 = 0 THEN {other} ELSE {tenant} END,
    CASE WHEN i % 997 = 0 OR i BETWEEN 61 AND 120 THEN 'day_close_to_journal'
        WHEN i % 3 = 0 AND i > 180 THEN 'product_to_item' ELSE 'sale_to_order' END,
    CAST(70000 + i AS text), CASE WHEN i <= 60 THEN 'NEEDS_PERSON' WHEN i <= 180 THEN 'SKIPPED' ELSE 'DONE' END,
    '', '', '', '[]', '', 'Invoice 1.', CAST(i AS text), 'Jens Hansen', i % 5000 + 0.5, '2026-03-02', 1, 0,
    {moment}, {moment}
FROM {numbers}
"""
WORDS = "INSERT INTO syncjobs_jobword (tenant_id, job_id, word) {words} ORDER BY 2"  # as they come, job by job
WORD = "SELECT tenant_id, id, {word} FROM syncjobs_syncjob WHERE {condition}"
STEPS = """
INSERT INTO syncjobs_step (tenant_id, job_id, chapter, at, text, evidence)
SELECT tenant_id, id, CASE WHEN id % 5 = 0 THEN 'WROTE' ELSE 'READ' END, created_at, 'Uniconta: POST /Query → 200', '{{}}'
FROM syncjobs_syncjob
"""
FILLED = "('syncjobs_syncjob', 'syncjobs_jobword', 'syncjobs_step')"
SEARCHED: tuple[tuple[str, str], ...] = (
    ("number", "1 = 1"),
    ("'2026-03-02'", "id <= (SELECT MIN(id) + 80 FROM syncjobs_syncjob)"),
    ("'777.50'", "id <= (SELECT MIN(id) + 80 FROM syncjobs_syncjob)"),
    ("'jens'", "1 = 1"),
    ("'nl-77'", "id <= (SELECT MIN(id) + 80 FROM syncjobs_syncjob)"),
)
PAGES = {
    "first page": "syncjob/?",
    "page in the middle": "syncjob/?before={middle}",
    "last page": "syncjob/?before={last}",
    "filter: needs a person": "syncjob/?state__exact=NEEDS_PERSON",
    "filter: done": "syncjob/?state__exact=DONE",
    "filter: day closes": "syncjob/?kind__exact=day_close_to_journal",
    "filter: skipped day closes": "syncjob/?kind__exact=day_close_to_journal&state__exact=SKIPPED",
    "filter: last 24 hours": "syncjob/?age=1",
    "search: receipt number": "syncjob/?q=77",
    "search: amount": "syncjob/?q=777,50",
    "search: day": "syncjob/?q=2/3/2026",
    "search: item": "syncjob/?q=NL-77",
    "search: a name that all have": "syncjob/?q=Jens",
    "search: that name and an item": "syncjob/?q=Jens+NL-77",
    "search: nothing there": "syncjob/?q=nowhere",
    "steps: first page": "step/?",
    "steps: last 24 hours": "step/?age=1",
}
PRINTED = {
    "whole page: the list": "/admin/syncjobs/syncjob/?",
    "whole page: one job's story": "/admin/syncjobs/syncjob/{one}/change/",
    "whole page: overview of the tenant": "/admin/overview/shop/",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One list or page: its time and the database's share of it in milliseconds, and its queries; the best of some runs, since others only
    tell how busy the machine was."""

    page: float
    database: float
    queries: int


def measure() -> Table:
    """Measure every page at both sizes, each database in a process of its own."""
    rows: dict[str, list[str]] = {title: [title] for title in (*PAGES, *PRINTED)}
    columns, promises = [""], []
    for name, found in on_each_database("bench.logs"):
        worst = {title: _worst(people) for title, people in found.items()}
        for title, (few, many) in worst.items():
            cells = (f"{each.page:.1f} ({each.database:.1f})" for each in (few, many))
            queries = {few.queries, many.queries}
            rows[title] += [*cells, f"{_ratio(few, many):.2f}", "–".join(map(str, sorted(queries)))]
        columns += [f"{name} {FEW:,}, ms", f"{MANY:,}, ms", "ratio", "queries"]
        highest = max(_ratio(*pair) for pair in worst.values())
        promises.append(
            Promise(
                f"{name}: no page takes more than {ALLOWED:g} times as long", highest <= ALLOWED
            )
        )
    return Table(
        title=f"The log at {FEW:,} and at {MANY:,} jobs",
        columns=columns,
        rows=list(rows.values()),
        promises=promises,
        note=f"In brackets what the database takes of it. The best of {RUNS} runs, of the person who fares worst.",
    )


def _worst(people: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Measured, Measured]:
    pairs = ((Measured(**few), Measured(**many)) for few, many in people.values())
    return max(pairs, key=lambda pair: _ratio(*pair))


def _ratio(few: Measured, many: Measured) -> float:
    return many.page / few.page


def _measure_one(url: str) -> None:
    use(url)
    few, many = _measured(FEW), _measured(MANY)
    told = {
        title: {name: [asdict(size[title][name]) for size in (few, many)] for name in people}
        for title, people in few.items()
    }
    print(json.dumps(told))


def _measured(count: int) -> dict[str, dict[str, Measured]]:
    """Fill the tables and look at every page as everybody."""
    from django.test import Client  # the settings must stand first

    from syncjobs.models import SyncJob

    call_command("flush", interactive=False, verbosity=0)
    people = _people()
    _fill(count, *people.tenants)
    first = SyncJob.objects.order_by("pk").values_list("pk", flat=True)[0]
    places = {"middle": first + count // 2, "last": first + 56, "one": first + count - 2}
    found: dict[str, dict[str, Measured]] = {title: {} for title in (*PAGES, *PRINTED)}
    for name, user in people.users.items():
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(user)
        for title, path in PAGES.items():
            found[title][name] = _measure(partial(_list, user, path.format(**places)))
        for title, path in PRINTED.items():
            found[title][name] = _measure(partial(_page, browser, path.format(**places)))
    return found


def _list(user: Any, path: str) -> None:
    """Do everything that a list takes but print it."""
    from django.contrib import admin
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import RequestFactory

    from syncjobs.models import Step, SyncJob

    request = RequestFactory().get(f"/admin/syncjobs/{path}")
    request.user, request.session = user, SessionStore()
    model = Step if path.startswith("step") else SyncJob
    admin.site._registry[model].get_changelist_instance(request)


def _page(browser: Any, address: str) -> None:
    answer = browser.get(address, secure=True)
    assert answer.status_code == 200, address  # noqa: S101 - a measurement of an error page says nothing


@dataclass(frozen=True, kw_only=True)
class _People:
    tenants: tuple[int, int]
    users: dict[str, Any]


def _people() -> _People:
    from django.contrib.auth.models import User
    from django.contrib.contenttypes.models import ContentType

    from settings_app.models import Tenant
    from tests import factories

    call_command("migrate", verbosity=0)
    ContentType.objects.clear_cache()
    for name in ("create_contenttypes", "create_permissions"):
        _after_migrate(name)
    shop = Tenant.objects.create(slug="shop", name="Shop", status="live")
    other = Tenant.objects.create(slug="other", name="Other", status="live")
    both = factories.staff_of(shop, other, name="both")
    users = {
        "operator": User.objects.create_superuser("boss"),
        "staff": factories.staff_of(shop),
        "both": both,
    }
    return _People(tenants=(shop.pk, other.pk), users=users)


def _after_migrate(name: str) -> None:
    """Give the flushed tables back what migrating had put there."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    make = {"create_contenttypes": create_contenttypes, "create_permissions": create_permissions}[
        name
    ]
    for config in apps.get_app_configs():
        make(config, verbosity=0)


def _fill(count: int, tenant: int, other: int) -> None:
    from django.db import connection

    is_postgres = connection.vendor == "postgresql"
    numbers = (
        f"generate_series(1, {count}) AS i"
        if is_postgres
        else f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)"  # noqa: S608 - a number of ours
    )
    # the newest 500 are of today, all others of long ago
    moment = f"CASE WHEN i > {count} - 500 THEN '{_moment()}' ELSE '2020-01-01 00:00:00' END"
    if is_postgres:
        moment = f"CAST({moment} AS timestamptz)"
    day = "CAST('2026-03-02' AS date)" if is_postgres else "'2026-03-02'"
    with connection.cursor() as cursor, _without_indexes(cursor):
        jobs = JOBS.format(tenant=tenant, other=other, moment=moment, numbers=numbers)
        cursor.execute(jobs.replace("'2026-03-02'", day))
        words = (WORD.format(word=word, condition=condition) for word, condition in SEARCHED)
        cursor.execute(WORDS.format(words=" UNION ALL ".join(words)))
        cursor.execute(STEPS.format())
    if is_postgres:  # what autovacuum does by itself
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Let the indexes of the filled tables be made afterwards: that takes a fraction of the time."""
    from django.db import connection

    name, table, source = "name", "tbl_name", "sqlite_master WHERE type = 'index'"
    sql = "sql"
    if connection.vendor == "postgresql":
        name, table, source = "indexname", "tablename", "pg_indexes WHERE schemaname = 'public'"
        sql = "indexdef"
    cursor.execute(
        f"SELECT {name}, {sql} FROM {source} AND {table} IN {FILLED} AND {sql} NOT LIKE 'CREATE UNIQUE%'"  # noqa: S608 - words of ours
    )
    indexes = cursor.fetchall()
    for name, _sql in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, sql in indexes:
        cursor.execute(sql)


def _moment() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 3600))


def _measure(work: Callable[[], None]) -> Measured:
    pages, databases, queries = [], [], 0
    for number in range(RUNS + 1):
        with _counted() as calls:
            started = time.perf_counter()
            work()
            elapsed = time.perf_counter() - started
        if number:  # the first one warms the caches up
            pages.append(elapsed * 1000)
            databases.append(sum(calls) * 1000)
            queries = len(calls)
    return Measured(page=min(pages), database=min(databases), queries=queries)


@contextmanager
def _counted() -> Iterator[list[float]]:
    from django.db import connection

    calls: list[float] = []

    def wrapper(execute: Any, *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            calls.append(time.perf_counter() - started)

    with connection.execute_wrapper(wrapper):
        yield calls


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure_one(sys.argv[1])
    else:
        run(measure)
