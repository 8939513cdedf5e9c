"""A list of remote creates: each record exactly once, whatever is refused, lost, cut short or killed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.customers1st.client import Customers1stClient
from integration.errors import Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.create_list import Created, ListTarget, NewRecord, create_list
from integration.mapping.rules import Rules
from integration.ports import DocumentKind, DocumentState
from integration.uniconta.client import UnicontaClient
from tests.integration.flows.memory import Killed, MemoryDocuments
from tests.integration.flows.test_create import NoSteps

TARGET = ListTarget(kind=DocumentKind.ITEM, entity="InvItemClientUser", member="Item")
FORMS = ("objects", "code", "partial")


class Uniconta:
    """A company whose lists are all or none (objects, code) or leave the bad rows out (partial)."""

    def __init__(self, form: str = "objects", *, names_the_bad: bool = True) -> None:
        self.form, self.names_the_bad = form, names_the_bad
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.writes: list[int] = []
        self.finds = 0
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    def insert_list(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        self.writes.append(len(rows))
        if self.before:
            raise self.before.pop()
        good = [row for row in rows if self._refusal(row, rows) is None]
        if self.form != "partial" and len(good) < len(rows):
            raise next(error for row in rows if (error := self._refusal(row, rows)))
        self.rows |= {row["Item"]: row for row in good}
        if self.after:
            raise self.after.pop()
        return [] if self.form == "code" else good

    def insert(self, entity: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
        self.writes.append(1)
        error = self._refusal(row, [row])
        if error:
            raise error
        self.rows[row["Item"]] = row
        return row

    def find(self, entity: str, member: str, values: Any) -> list[Mapping[str, Any]]:
        self.finds += 1
        return [self.rows[value] for value in values if value in self.rows]

    def _refusal(self, row: Mapping[str, Any], rows: Any) -> Refused | None:
        if row["Item"] in self.rows:
            return Refused("exists", name="KeyExists", property="Item", value=row["Item"])
        if row["Name"] == "bad":
            value = row["Item"] if self.names_the_bad else ""
            return Refused("no", name="CouldNotFind", property="Item" if value else "", value=value)
        return None


class World:
    """One context and one company."""

    def __init__(self, uniconta: Uniconta | None = None) -> None:
        self.uniconta = uniconta or Uniconta()
        self.documents = MemoryDocuments()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.context = Context(
            customers1st=cast(Customers1stClient, None),
            uniconta=cast(UnicontaClient, self.uniconta),
            rules=Rules(),
            documents=self.documents,
            links=cast(Any, None),
            proofs=cast(Any, None),
            sales=cast(Any, None),
            steps=NoSteps(),
            now=lambda: self.now,
        )

    def create(self, *names: str) -> Created:
        return create_list(self.context, TARGET, records(names))

    def states(self) -> set[DocumentState]:
        return {document.state for document in self.documents.rows.values()}


def records(names: Sequence[str]) -> list[NewRecord]:
    return [
        NewRecord(
            source_id=str(place),
            key=f"key:{place}",
            number=f"N{place}",
            row={"Item": f"N{place}", "Name": name},
            what=f"Item N{place}",
        )
        for place, name in enumerate(names)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_good_list_is_one_call(form: str) -> None:
    world = World(Uniconta(form))
    created = world.create(*["good"] * 100)
    assert world.uniconta.writes == [100]
    assert len(created.made) == len(world.uniconta.rows) == 100
    assert created.made["7"] == {"Item": "N7", "Name": "good"}
    assert world.states() == {DocumentState.SENT}
    assert world.uniconta.finds == (1 if form == "code" else 0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names_the_bad", [True, False])
def test_a_bad_record_keeps_no_good_one_out(form: str, *, names_the_bad: bool) -> None:
    world = World(Uniconta(form, names_the_bad=names_the_bad))
    names = ["good"] * 100
    names[40] = names[41] = "bad"
    created = world.create(*names)
    assert set(created.refused) == {"40", "41"}
    assert set(created.made) == {str(place) for place in range(100)} - {"40", "41"}
    assert len(world.uniconta.rows) == 98
    assert created.refused["40"].name == "CouldNotFind"
    assert len(world.uniconta.writes) <= 20
    assert world.documents.rows[DocumentKind.ITEM, "key:40"].state is DocumentState.PLANNED


def test_a_number_that_somebody_else_made_is_not_ours() -> None:
    world = World()
    world.uniconta.rows["N1"] = {"Item": "N1", "Name": "theirs"}
    created = world.create("good", "good", "good")
    assert set(created.made) == {"0", "2"}
    assert created.refused["1"].name == "KeyExists"
    assert world.uniconta.rows["N1"]["Name"] == "theirs"


def test_a_lost_reply_is_looked_for_and_never_sent_again() -> None:
    world = World()
    world.uniconta.after = [UnknownOutcome("cut")]
    created = world.create(*["good"] * 50)
    assert len(created.made) == 50
    assert world.uniconta.writes == [50]
    assert world.create(*["good"] * 50).made.keys() == created.made.keys()
    assert world.uniconta.writes == [50]


def test_a_list_that_never_came_is_sent_again_after_two_looks() -> None:
    world = World()
    world.uniconta.before = [UnknownOutcome("cut")]
    later = world.create("good", "good").later
    due_at = world.now + timedelta(seconds=30)
    assert later == {"0": due_at, "1": due_at}
    assert world.create("good", "good").later == later  # too early
    assert world.uniconta.writes == [2]
    world.now = due_at
    assert set(world.create("good", "good").made) == {"0", "1"}
    assert world.uniconta.writes == [2, 2]


def test_what_shows_up_late_is_found_at_the_second_look() -> None:
    world = World()
    world.uniconta.before = [UnknownOutcome("slow")]
    world.create("good", "good")
    world.uniconta.rows["N0"] = {"Item": "N0", "Name": "good"}
    world.now += timedelta(seconds=30)
    assert set(world.create("good", "good").made) == {"0", "1"}
    assert world.uniconta.writes == [2, 1]


def test_what_is_never_answered_needs_a_person_in_the_end() -> None:
    world = World()
    for _ in range(5):
        world.uniconta.before = [UnknownOutcome("cut")]
        world.create("good")
        world.now += timedelta(seconds=30)
    held = world.create("good").held
    assert "N0" in held["0"].cure
    assert world.uniconta.writes == [1] * 5


def test_a_busy_vendor_leaves_nothing_in_doubt() -> None:
    world = World()
    world.uniconta.before = [RetryableError("slow down")]
    with pytest.raises(RetryableError):
        world.create("good", "good")
    assert world.states() == {DocumentState.PLANNED}
    assert set(world.create("good", "good").made) == {"0", "1"}


@given(
    names=st.lists(st.sampled_from(["good", "good", "bad"]), min_size=1, max_size=12),
    form=st.sampled_from(FORMS),
    names_the_bad=st.booleans(),
    faults=st.lists(st.sampled_from(["before", "after", "busy"]), max_size=4),
    kill_at=st.integers(0, 6),
)
def test_every_good_record_is_made_once_whatever_goes_wrong(
    names: list[str], form: str, names_the_bad: bool, faults: list[str], kill_at: int
) -> None:
    world = World(Uniconta(form, names_the_bad=names_the_bad))
    world.documents.kill_at_save = kill_at
    created = Created()
    for _ in range(20):
        fault = faults.pop() if faults else ""
        before: dict[str, BaseException] = {
            "before": UnknownOutcome("cut"),
            "busy": RetryableError("busy"),
        }
        world.uniconta.before = [before[fault]] if fault in before else []
        world.uniconta.after = [UnknownOutcome("cut")] if fault == "after" else []
        with suppress(RetryableError, Killed):
            created = world.create(*names)
        world.now += timedelta(seconds=30)
    good = {str(place) for place, name in enumerate(names) if name == "good"}
    assert set(created.made) == good
    assert set(world.uniconta.rows) == {f"N{place}" for place in good}
    assert set(created.refused) == {str(place) for place in range(len(names))} - good
