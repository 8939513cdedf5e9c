"""A message is taken once, oldest first, and on PostgreSQL it rings."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from django_q.models import OrmQ

from syncjobs import broker
from syncjobs.broker import RingingBroker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> RingingBroker:
    monkeypatch.setattr(broker, "LONGEST_WAIT", 0.01)
    return RingingBroker("c1u")


def test_messages_are_taken_oldest_first_and_once(queue: RingingBroker) -> None:
    ids = [queue.enqueue(text) for text in ("one", "two")]

    assert queue.dequeue() == [(ids[0], "one")]
    assert queue.dequeue() == [(ids[1], "two")]
    assert not queue.dequeue()
    assert OrmQ.objects.filter(lock__gt=timezone.now()).count() == 2  # until they are acknowledged


def test_a_message_of_another_cluster_is_left_alone(queue: RingingBroker) -> None:
    RingingBroker("another").enqueue("one")

    assert not queue.dequeue()


def test_a_message_that_was_rolled_back_is_none(queue: RingingBroker) -> None:
    with transaction.atomic():
        queue.enqueue("one")
        transaction.set_rollback(True)

    assert not queue.dequeue()


@pytest.mark.services
def test_a_message_ends_the_wait(queue: RingingBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot ring")
    monkeypatch.setattr(
        broker, "LONGEST_WAIT", 120.0
    )  # without the ring it outlives the test's patience
    waiting, wait = threading.Event(), RingingBroker._wait

    def told_wait(self: RingingBroker) -> None:
        waiting.set()
        wait(self)

    monkeypatch.setattr(RingingBroker, "_wait", told_wait)
    taken: list[tuple[int, str]] = []
    waiter = threading.Thread(target=_take_one, args=(queue, taken), daemon=True)
    waiter.start()
    assert waiting.wait(timeout=60)

    RingingBroker("c1u").enqueue("one")
    waiter.join(timeout=60)

    assert [text for _, text in taken] == ["one"]


def _take_one(queue: RingingBroker, taken: list[tuple[int, str]]) -> None:
    try:
        while not taken:
            taken.extend(queue.dequeue() or ())
    finally:
        connections.close_all()
