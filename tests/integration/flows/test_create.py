"""One remote create happens exactly once, wherever it is cut off."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from integration.customers1st.client import Customers1stClient
from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create import MOST_SENDS, Create, Found, create_once
from integration.flows.outcome import LookAgain
from integration.mapping.rules import Rules
from integration.ports import Document, DocumentKind, DocumentState, StaleDocument, Subject
from integration.uniconta.client import UnicontaClient
from tests.integration.flows.memory import Killed, MemoryDocuments


class NoSteps:
    """A StepLog that keeps nothing."""

    def note(self, text: str, /, **evidence: Any) -> None:
        """Take the line."""

    def about(self, subject: Subject) -> None:
        """Take what it is about."""


class Remote:
    """A vendor with documents by key, and the failures that a test wants."""

    def __init__(self) -> None:
        self.made: list[str] = ["known"]
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []
        self.searchable = True

    def send(self, key: str) -> Found:
        if self.before:
            raise self.before.pop()
        self.made.append(key)
        if self.after:
            raise self.after.pop()
        return Found(number="1")

    def look_up(self, key: str) -> Found | None:
        return Found(number="1") if self.searchable and key in self.made else None


class World:
    """One context, one remote, one clock."""

    def __init__(self) -> None:
        self.documents = MemoryDocuments()
        self.remote = Remote()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.context = Context(
            customers1st=cast(Customers1stClient, None),
            uniconta=cast(UnicontaClient, None),
            rules=Rules(),
            documents=self.documents,
            links=cast(Any, None),
            proofs=cast(Any, None),
            sales=cast(Any, None),
            steps=NoSteps(),
            now=lambda: self.now,
        )

    def know_another(self) -> None:
        known = Document(
            kind=DocumentKind.ORDER, key="known", source_id="0", state=DocumentState.SENT
        )
        self.documents.rows[(known.kind, known.key)] = known

    def create(self) -> Document:
        return create_once(
            self.context,
            Create(
                kind=DocumentKind.ORDER,
                key="key",
                source_id="1",
                what="Order",
                send=lambda: self.remote.send("key"),
                look_up=lambda: self.remote.look_up("key"),
                proves=lambda known: self.remote.look_up(known.key) is not None,
            ),
        )

    def create_until_done(self, *, tries: int = 5) -> Document:
        for _ in range(tries):
            try:
                return self.create()
            except LookAgain as again:
                self.now = again.at
        raise AssertionError("it never ended")


@pytest.fixture
def world() -> World:
    return World()


def test_a_first_attempt_needs_no_look_up_and_a_second_run_sends_nothing(world: World) -> None:
    world.remote.searchable = False

    first, second = world.create(), world.create()

    assert first == second
    assert first.state is DocumentState.SENT
    assert world.remote.made.count("key") == 1


def test_a_call_that_was_not_taken_is_not_counted_as_sent(world: World) -> None:
    for _ in range(7):  # more than the times that an unanswered call may be sent
        world.remote.before = [RetryableError("429")]
        with pytest.raises(RetryableError):
            world.create()

    document = world.create()

    assert document.state is DocumentState.SENT
    assert document.facts["sends"] == 1


def test_a_lost_reply_is_found_at_once(world: World) -> None:
    world.remote.after = [UnknownOutcome("reset")]

    assert world.create().state is DocumentState.SENT
    assert world.remote.made.count("key") == 1


def test_a_lost_call_is_sent_again_only_after_two_empty_looks_and_a_proof(world: World) -> None:
    world.know_another()
    world.remote.before = [UnknownOutcome("reset")]

    with pytest.raises(LookAgain) as again:
        world.create()
    assert again.value.at == world.now + timedelta(seconds=30)
    with pytest.raises(LookAgain):
        world.create()
    world.now = again.value.at

    assert world.create().state is DocumentState.SENT
    assert world.remote.made.count("key") == 1


def test_an_empty_answer_is_no_proof_when_no_document_is_known(world: World) -> None:
    world.remote.before = [UnknownOutcome("reset")]

    with pytest.raises(Hold) as held:
        world.create_until_done()

    assert held.value.mended_by == "unknown"
    assert "key" not in world.remote.made


def test_an_empty_answer_is_no_proof_when_the_known_document_is_not_found_either(
    world: World,
) -> None:
    world.know_another()
    world.remote.searchable = False
    world.remote.after = [UnknownOutcome("reset")]

    with pytest.raises(Hold):
        world.create_until_done()

    assert world.remote.made.count("key") == 1


def test_after_five_calls_without_an_answer_a_person_looks(world: World) -> None:
    world.know_another()
    world.remote.before = [UnknownOutcome("reset") for _ in range(MOST_SENDS)]

    with pytest.raises(Hold) as held:
        world.create_until_done(tries=10 * MOST_SENDS)

    assert f"sent {MOST_SENDS} times without an answer" in held.value.cause
    assert "key" not in world.remote.made
    assert world.remote.before == []


@pytest.mark.parametrize(
    "error", [RetryableError("429"), Refused("no", name="CreditLimitExceeded")]
)
def test_a_certain_no_is_sent_again_without_a_look_up(world: World, error: Exception) -> None:
    world.remote.before = [error]

    with pytest.raises(type(error)):
        world.create()

    assert world.create().state is DocumentState.SENT
    assert world.remote.made.count("key") == 1


def test_an_unknown_name_is_looked_into_before_it_is_believed(world: World) -> None:
    world.remote.after = [Refused("?", name="Fakturaen er dannet")]

    assert world.create().state is DocumentState.SENT


def test_an_unknown_name_of_something_that_is_not_there_is_a_no(world: World) -> None:
    world.remote.before = [Refused("?", name="Fakturaen er dannet")]

    with pytest.raises(Refused):
        world.create()

    assert world.documents.rows[(DocumentKind.ORDER, "key")].state is DocumentState.PLANNED
    assert "key" not in world.remote.made


@pytest.mark.parametrize("save", [1, 2])
@pytest.mark.parametrize("reached", [True, False])
def test_a_kill_at_any_write_leaves_exactly_one(world: World, save: int, reached: bool) -> None:
    world.know_another()
    world.documents.kill_at_save = save
    if not reached and save == 2:
        world.remote.before = [Killed()]
    with pytest.raises(Killed):
        world.create()
    world.documents.kill_at_save = 0

    assert world.create_until_done().state is DocumentState.SENT
    assert world.remote.made.count("key") == 1


def test_another_worker_that_was_faster_stops_us_before_anything_is_sent(world: World) -> None:
    world.documents.rows[(DocumentKind.ORDER, "key")] = Document(
        kind=DocumentKind.ORDER, key="key", source_id="1"
    )
    stale = world.documents.get

    def late(kind: DocumentKind, key: str) -> Document | None:
        found = stale(kind, key)
        world.documents.rows[(kind, key)] = Document(
            kind=kind, key=key, source_id="1", state=DocumentState.SENDING
        )
        return found

    world.documents.get = late  # type: ignore[method-assign]  # the other worker comes in between

    with pytest.raises(StaleDocument):
        world.create()
    assert "key" not in world.remote.made
