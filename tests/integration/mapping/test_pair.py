"""The planner of a pair: pure, idempotent, symmetric, never an echo."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import Hold
from integration.mapping.fields import Field, Side, Values
from integration.mapping.pair import Pair, Plan, Record, Seen, plan_new, plan_pair, seen_after

T0 = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIELDS = (
    Field(name="name", uniconta="Name", length=8, required=frozenset({Side.UNICONTA})),
    Field(name="phone", uniconta="Phone", length=8),
    Field(name="city", uniconta="City", length=8),
)
BOTH = frozenset(Side)
texts = st.text("abcæ ", max_size=10)
names = st.text("abcæ", min_size=1, max_size=10)
values = st.fixed_dictionaries({"name": names, "phone": texts, "city": texts})
moments = st.none() | st.integers(0, 3).map(lambda hours: T0 + timedelta(hours=hours))


def synced(both: Values) -> Pair:
    """Return a pair that is in step and known to be."""
    pair = Pair(name="it", customers1st=Record(values=both), uniconta=Record(values=both))
    return replace(pair, seen=seen_after(FIELDS, pair, Plan(), {}))


def edited(pair: Pair, side: Side, at: datetime | None = None, **changes: str) -> Pair:
    """Return the pair after an edit on one side."""
    record = Record(values={**pair.of(side).values, **changes}, changed_at=at)
    if side is Side.CUSTOMERS1ST:
        return replace(pair, customers1st=record)
    return replace(pair, uniconta=record)


def applied(pair: Pair, plan: Plan) -> Pair:
    """Return the pair after its plan was carried out."""
    seen = seen_after(FIELDS, pair, plan, {})
    left = {**pair.customers1st.values, **plan.to_customers1st}
    right = {**pair.uniconta.values, **plan.to_uniconta}
    return replace(
        pair,
        customers1st=replace(pair.customers1st, values=left),
        uniconta=replace(pair.uniconta, values=right),
        seen=seen,
    )


def plan_of(pair: Pair, may: frozenset[Side] = BOTH, **masters: str) -> Plan:
    return plan_pair(FIELDS, pair, may_write=may, masters=masters)


IN_STEP = synced({"name": "Anna", "phone": "1", "city": "Ribe"})


def test_what_is_in_step_is_left_alone() -> None:
    assert plan_of(IN_STEP) == Plan()


@pytest.mark.parametrize("side", Side)
def test_a_change_on_one_side_goes_to_the_other_alone(side: Side) -> None:
    plan = plan_of(edited(IN_STEP, side, phone="2"))

    assert plan.to(side.other) == {"phone": "2"}
    assert plan.to(side) == {}
    assert plan.lost == {}


@pytest.mark.parametrize("newer", Side)
def test_changed_on_both_the_newer_record_wins_and_the_losers_values_are_told(newer: Side) -> None:
    pair = edited(IN_STEP, newer, T0 + timedelta(seconds=1), phone="2")
    pair = edited(pair, newer.other, T0, phone="3", city="Aalborg")

    plan = plan_of(pair)

    assert plan.to(newer.other) == {"phone": "2", "city": "Ribe"}
    assert plan.to(newer) == {}
    assert plan.lost == {"phone": "3", "city": "Aalborg"}


def test_a_tie_and_an_unknown_time_go_to_customers1st() -> None:
    for at in (T0, None):
        pair = edited(
            edited(IN_STEP, Side.CUSTOMERS1ST, at, phone="2"), Side.UNICONTA, at, phone="3"
        )
        assert plan_of(pair).to_uniconta == {"phone": "2"}


def test_where_one_direction_may_be_written_its_source_wins() -> None:
    pair = edited(IN_STEP, Side.CUSTOMERS1ST, T0, phone="2")
    pair = edited(pair, Side.UNICONTA, T0 + timedelta(hours=1), phone="3")

    assert plan_of(pair, frozenset({Side.UNICONTA})).to_uniconta == {"phone": "2"}


def test_a_switched_off_change_is_withheld_and_goes_when_the_switch_is_turned() -> None:
    pair = edited(IN_STEP, Side.CUSTOMERS1ST, phone="2")

    plan = plan_of(pair, frozenset({Side.CUSTOMERS1ST}))

    assert plan == Plan(withheld=("phone",))
    assert plan_of(applied(pair, plan)).to_uniconta == {"phone": "2"}


@pytest.mark.parametrize("master", Side)
@pytest.mark.parametrize("changed", Side)
def test_a_field_with_a_master_always_comes_from_it(master: Side, changed: Side) -> None:
    pair = edited(IN_STEP, changed, T0, phone="2", city="Aalborg")

    plan = plan_of(pair, phone=master.value)

    assert plan.to(changed.other)["city"] == "Aalborg"
    expected = "2" if master is changed else "1"
    assert plan.to(master.other)["phone"] == expected
    assert "phone" not in plan.to(master)


def test_at_the_first_meeting_nothing_is_emptied_and_the_newer_fills() -> None:
    pair = Pair(
        name="it",
        customers1st=Record(values={"name": "Anna", "phone": "1", "city": ""}, changed_at=T0),
        uniconta=Record(
            values={"name": "Anne", "phone": "", "city": "Ribe"},
            changed_at=T0 - timedelta(days=1),
        ),
    )

    plan = plan_of(pair)

    assert plan.to_uniconta == {"name": "Anna", "phone": "1"}
    assert plan.to_customers1st == {"city": "Ribe"}
    assert plan.lost == {"name": "Anne"}


def test_a_field_that_a_side_does_not_tell_does_not_move() -> None:
    pair = edited(IN_STEP, Side.CUSTOMERS1ST, phone="2")
    quiet = {name: value for name, value in pair.uniconta.values.items() if name != "phone"}

    assert plan_of(replace(pair, uniconta=Record(values=quiet))).is_empty


def test_what_did_not_stay_as_written_is_not_written_again_and_empties_nothing() -> None:
    pair = edited(IN_STEP, Side.CUSTOMERS1ST, city="Aalborg")
    plan = plan_of(pair)
    seen = seen_after(FIELDS, pair, plan, {Side.UNICONTA: {**pair.uniconta.values, "city": ""}})
    lost = replace(edited(pair, Side.UNICONTA, city=""), seen=seen)

    assert plan_of(lost).is_empty


def test_an_edit_between_plan_and_write_is_noticed_later() -> None:
    pair = edited(IN_STEP, Side.CUSTOMERS1ST, phone="2")
    plan = plan_of(pair)
    back = {"name": "Anna", "phone": "2", "city": "Skagen"}  # the city is somebody's edit
    after = replace(
        pair,
        uniconta=Record(values=back),
        seen=seen_after(FIELDS, pair, plan, {Side.UNICONTA: back}),
    )

    assert plan_of(after).to_customers1st == {"city": "Skagen"}


def test_a_required_text_cannot_be_emptied() -> None:
    with pytest.raises(Hold, match="it has no name"):
        plan_of(edited(IN_STEP, Side.CUSTOMERS1ST, name=""))
    with pytest.raises(Hold, match="Customer 7 has no name"):
        plan_new(FIELDS, Record(values={"name": ""}), onto=Side.UNICONTA, name="Customer 7")


@given(values, values, values, moments, moments)
def test_one_pass_brings_both_in_step_and_the_next_writes_nothing(
    start: Values, left: Values, right: Values, left_at: datetime | None, right_at: datetime | None
) -> None:
    pair = edited(synced(start), Side.CUSTOMERS1ST, left_at, **left)
    pair = edited(pair, Side.UNICONTA, right_at, **right)

    after = applied(pair, plan_of(pair))

    for field in FIELDS:
        assert field.compared(after.customers1st.values[field.name]) == field.compared(
            after.uniconta.values[field.name]
        )
    assert plan_of(after) == Plan()


@given(values, values, st.none() | values, moments, moments)
def test_only_one_side_is_written_at_a_known_pair_and_no_echo_follows(
    left: Values, right: Values, start: Values | None, left_at: datetime, right_at: datetime
) -> None:
    seen = Seen() if start is None else synced(start).seen
    pair = Pair(
        name="it",
        customers1st=Record(values=left, changed_at=left_at),
        uniconta=Record(values=right, changed_at=right_at),
        seen=seen,
    )

    plan = plan_of(pair)
    after = applied(pair, plan)

    assert plan_of(after) == Plan()
    if start is not None:
        assert not (plan.to_uniconta and plan.to_customers1st)


@given(values, values, values, st.integers(1, 3))
def test_the_sides_can_change_places(
    start: Values, left: Values, right: Values, hours: int
) -> None:
    fields = tuple(replace(field, required=frozenset()) for field in FIELDS)
    later = T0 + timedelta(hours=hours)
    one = edited(
        edited(synced(start), Side.CUSTOMERS1ST, T0, **left), Side.UNICONTA, later, **right
    )
    other = edited(
        edited(synced(start), Side.UNICONTA, T0, **left), Side.CUSTOMERS1ST, later, **right
    )

    plan = plan_pair(fields, one, may_write=BOTH)
    mirrored = plan_pair(fields, other, may_write=BOTH)

    assert plan.to_customers1st == mirrored.to_uniconta
    assert plan.to_uniconta == mirrored.to_customers1st
    assert plan.lost == mirrored.lost


def test_an_amount_that_is_not_told_empties_nothing() -> None:
    fields = (FIELDS[0], replace(FIELDS[1], clears=False), FIELDS[2])

    plan = plan_pair(
        fields,
        edited(IN_STEP, Side.CUSTOMERS1ST, T0, phone="", city=""),
        may_write=BOTH,
        masters={},
    )

    assert plan.to_uniconta == {"city": ""}
