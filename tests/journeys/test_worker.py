"""The workers, killed in every way that hangs or orphans a plain cluster, are back within seconds."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.processes import Service, children, kill, members, own_database, wait_until

pytestmark = pytest.mark.services

RECOVERY = 40.0  # seconds on a busy machine; silent-after is 4
OPTIONS = ("--silent-after", "4", "--sweep-every", "1", "--stop-after", "15")
ONE_JOB = """
from django.utils import timezone
from settings_app.models import Tenant
from syncjobs.models import SyncJob
tenant, _ = Tenant.objects.get_or_create(slug="nordlys", name="Nordlys", status="live")
SyncJob.objects.create(tenant=tenant, kind="unknown", source_id="1", created_at=timezone.now())
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with a fresh database."""
    with own_database(tmp_path) as url:
        service = Service(url)
        service.manage("migrate", "--verbosity", "0")
        yield service


@pytest.fixture
def worker(service: Service) -> Iterator["subprocess.Popen[bytes]"]:
    """A running `worker`; whatever a test leaves of it is ended."""
    process = service.start("worker", *OPTIONS)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def heartbeat(service: Service) -> str:
    return str(service.value("SELECT beat_at FROM syncjobs_workerheartbeat") or "")


def wait_for_beat(service: Service, *, after: str = "") -> str:
    def newer() -> str:
        beat = heartbeat(service)
        return beat if beat > after else ""

    return str(wait_until(newer, seconds=RECOVERY, what="a heartbeat"))


def cluster_of(worker: "subprocess.Popen[bytes]") -> int:
    return int(wait_until(lambda: children(worker.pid), seconds=20, what="a cluster")[0])


def test_idle_workers_that_are_killed_are_replaced_and_work_goes_on(
    service: Service, worker: "subprocess.Popen[bytes]"
) -> None:
    beat = wait_for_beat(service)
    cluster = cluster_of(worker)
    sentinel = children(cluster)[0]
    # the first two children are the workers; one of them waits with the queue's lock in its hand
    kill(*children(sentinel)[:2])
    wait_until(lambda: cluster_of(worker) != cluster, seconds=RECOVERY, what="another cluster")
    assert members(cluster) == []
    wait_for_beat(service, after=beat)
    service.python(ONE_JOB)
    wait_until(
        lambda: service.value("SELECT state FROM syncjobs_syncjob") != "WAITING",
        seconds=RECOVERY,
        what="the job that no message announced",
    )


def test_a_main_process_that_is_killed_leaves_no_orphan(
    service: Service, worker: "subprocess.Popen[bytes]"
) -> None:
    wait_for_beat(service)
    cluster = cluster_of(worker)
    assert len(members(cluster)) > 3
    kill(cluster)
    wait_until(
        lambda: [pid for pid in children(worker.pid) if pid != cluster],
        seconds=RECOVERY,
        what="another cluster",
    )
    assert members(cluster) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_ends_everything(
    service: Service, worker: "subprocess.Popen[bytes]", number: signal.Signals
) -> None:
    wait_for_beat(service)
    cluster = cluster_of(worker)
    worker.send_signal(number)
    assert worker.wait(timeout=40) == 0
    assert members(cluster) == []


def test_it_makes_the_one_schedule_and_ticks(
    service: Service, worker: "subprocess.Popen[bytes]"
) -> None:
    wait_for_beat(service)
    assert service.value("SELECT count(*) FROM django_q_schedule") == 1
    assert service.value("SELECT func FROM django_q_schedule") == "syncjobs.tasks.tick"
