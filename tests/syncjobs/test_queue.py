"""Messages are hints; the one schedule stays the one schedule."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule

from syncjobs import queue
from tests.factories import NOON


@pytest.mark.parametrize("path", queue.TASKS.values())
def test_every_task_name_leads_to_a_function(path: str) -> None:
    assert callable(import_string(path))


def test_an_unknown_task_is_refused(db: None) -> None:
    with pytest.raises(KeyError):
        queue.enqueue("os.system")


class Undo(Exception):
    """Rolls a transaction back."""


@transaction.atomic
def enqueue_and_fail() -> None:
    queue.enqueue("work_tenant", 1)
    raise Undo


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_with_its_transaction() -> None:
    with pytest.raises(Undo):
        enqueue_and_fail()
    assert queue.depth() == 0


def test_waiting_messages_are_found_by_task_and_argument(db: None) -> None:
    queue.enqueue("work_tenant", 1)
    queue.enqueue("work_tenant", 2)
    queue.enqueue("finish_tenant", 3)
    assert queue.waiting("work_tenant", now=timezone.now()) == {(1,), (2,)}


def test_a_message_that_a_worker_took_does_not_wait(db: None) -> None:
    queue.enqueue("work_tenant", 1)
    OrmQ.objects.update(lock=timezone.now() + timedelta(hours=1))
    assert not queue.waiting("work_tenant", now=timezone.now())
    assert queue.release_taken(timezone.now()) == 1
    assert queue.waiting("work_tenant", now=timezone.now() + timedelta(seconds=1)) == {(1,)}


def test_a_long_queue_is_not_searched(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LOOK_AT", 2)
    for number in range(3):
        queue.enqueue("work_tenant", number)
    with pytest.raises(queue.QueueFull):
        queue.waiting("work_tenant", now=timezone.now())


def test_the_tick_is_the_only_schedule(db: None) -> None:
    Schedule.objects.create(name="odd", func="os.system", args="broken(")
    Schedule.objects.create(name="tick", func="x", next_run=NOON + timedelta(days=9))
    Schedule.objects.create(name="tick", func="y")
    queue.ensure_tick(NOON)
    queue.ensure_tick(NOON)
    row = Schedule.objects.get()
    assert (row.name, row.func, row.schedule_type, row.minutes, row.repeats) == (
        "tick",
        "syncjobs.tasks.tick",
        "I",
        1,
        -1,
    )
    assert row.next_run <= NOON + timedelta(minutes=1)
