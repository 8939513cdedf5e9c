"""One pair of records → what is written on which side. Pure: for one webhook and for lists of thousands alike.

The rules (docs/mapping.md says the same to people):

* Only a field that changed on a side since it was last seen there moves; what is in step stays, so nothing echoes.
* Changed on one side: that side wins. On both: the newer record wins, a tie goes to Customers 1st; where only one
  direction may be written, its source wins. A field with a master always comes from its master.
* What the loser had changed is told as `lost`. The first time a pair meets, an empty value never empties the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from integration.errors import Hold
from integration.mapping.fields import Field, Side, Values

NEVER = datetime(1, 1, 1, tzinfo=UTC)
NEWEST = "newest"
Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was last seen on each side: field name → fingerprint. A field that is absent was never in step."""

    customers1st: Mapping[str, str] = field(default_factory=dict)
    uniconta: Mapping[str, str] = field(default_factory=dict)

    def of(self, side: Side) -> Mapping[str, str]:
        """Return the fingerprints of one side."""
        return self.customers1st if side is Side.CUSTOMERS1ST else self.uniconta


@dataclass(frozen=True, kw_only=True)
class Record:
    """One side's record: the values of its mapped fields and when the vendor says it changed (aware)."""

    values: Values
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two linked records. `name` is what people call the pair in a cause or a step."""

    name: str
    customers1st: Record
    uniconta: Record
    seen: Seen = field(default_factory=Seen)

    def of(self, side: Side) -> Record:
        """Return one side's record."""
        return self.customers1st if side is Side.CUSTOMERS1ST else self.uniconta


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What has to be written on each side. `withheld`: fields that differ and whose direction is switched off.

    `lost`: field → the changed value that is overwritten. `cut`: fields whose text is longer than both sides hold.
    """

    to_customers1st: Values = field(default_factory=dict)
    to_uniconta: Values = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)
    cut: tuple[str, ...] = ()

    def to(self, side: Side) -> Values:
        """Return what is written on one side."""
        return self.to_customers1st if side is Side.CUSTOMERS1ST else self.to_uniconta

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written."""
        return not (self.to_customers1st or self.to_uniconta)


@dataclass(frozen=True, kw_only=True)
class EntityMapping:
    """How the records of one kind are read: `entity` is customer or product, as in links and `field_masters`."""

    entity: str
    fields: tuple[Field, ...]
    customers1st_values: Callable[[Raw], Values]
    uniconta_values: Callable[[Raw], Values]


def plan_pair(
    fields: Iterable[Field],
    pair: Pair,
    *,
    may_write: frozenset[Side],
    masters: Mapping[str, str] | None = None,
) -> Plan:
    """Return what brings a pair in step; `masters` maps a field's name to a side, or to newest.

    Raises Hold for a value that cannot be carried over: an identifier too long, a required text that is empty.
    """
    moved = [each for each in fields if _differs(each, pair) and _has_moved(each, pair)]
    masters = masters or {}
    free = [each for each in moved if masters.get(each.name, NEWEST) == NEWEST]
    winner = _winner(free, pair, may_write)
    work = _Work(pair=pair, may_write=may_write)
    for each in moved:
        master = masters.get(each.name, NEWEST)
        source = winner if master == NEWEST else Side(master)
        work.take(each, _filled(each, source, pair) if master == NEWEST else source)
    return work.plan()


def plan_new(fields: Iterable[Field], record: Record, *, onto: Side, name: str) -> Plan:
    """Return what a record that does not exist yet on a side is made with."""
    work = _Work(
        pair=Pair(name=name, customers1st=record, uniconta=record), may_write=frozenset({onto})
    )
    for each in fields:
        if record.values.get(each.name) or onto in each.required:
            work.take(each, onto.other)
    return work.plan()


def differing(fields: Iterable[Field], pair: Pair) -> tuple[str, ...]:
    """Return the names of the fields that both sides tell and that are not in step."""
    return tuple(each.name for each in fields if _differs(each, pair))


def with_unseen(fields: Iterable[Field], pair: Pair) -> Pair:
    """Return the pair without the fingerprints of fields that differ although neither side moved since they were taken.

    Nobody can tell who changed such a field, so the pair counts as meeting in it for the first time.
    """
    stale = {each.name for each in fields if _differs(each, pair) and not _has_moved(each, pair)}
    if not stale:
        return pair
    left, right = ({n: v for n, v in pair.seen.of(s).items() if n not in stale} for s in Side)
    return replace(pair, seen=Seen(customers1st=left, uniconta=right))


def told_differences(
    fields: Iterable[Field], pair: Pair, plan: Plan, masters: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return each field that a plan moves or withholds, with both values, the side that wins and why, for people."""
    told = []
    for each in fields:
        winner = _winner_in(plan, each.name)
        if winner is None and each.name not in plan.withheld:
            continue
        told.append(
            {
                "field": each.name,
                **{side.value: pair.of(side).values.get(each.name, "") for side in Side},
                "winner": "" if winner is None else winner.value,
                "why": "updates in that direction are switched off"
                if winner is None
                else _why(each, winner, pair, masters),
            }
        )
    return told


def _winner_in(plan: Plan, name: str) -> Side | None:
    return next((side.other for side in Side if name in plan.to(side)), None)


def _why(each: Field, winner: Side, pair: Pair, masters: Mapping[str, str]) -> str:
    if masters.get(each.name, NEWEST) != NEWEST:
        return f"the setup names {_title(winner)} for this field"
    if _is_first(each, pair) and not each.compared(pair.of(winner.other).values[each.name]):
        return f"it is empty in {_title(winner.other)}"
    if not _changed(each, winner.other, pair):
        return f"it was changed in {_title(winner)}"
    times = {side: pair.of(side).changed_at or NEVER for side in Side}
    if times[winner] > times[winner.other]:
        return f"{_title(winner)} was changed last"
    if times[winner] == times[winner.other]:
        return "both were changed at the same time; Customers 1st then wins"
    return "only that direction may be written"


def seen_after(
    fields: Iterable[Field], pair: Pair, plan: Plan, read_back: Mapping[Side, Values]
) -> Seen:
    """Return what is now known of both sides.

    A field that was not written counts as seen as it was when the plan was made: an edit in between is noticed later. A
    withheld field keeps what was seen before, so that it moves when its direction is switched on.
    """
    fields = list(fields)
    return Seen(
        customers1st=_seen_side(Side.CUSTOMERS1ST, fields, pair, plan, read_back),
        uniconta=_seen_side(Side.UNICONTA, fields, pair, plan, read_back),
    )


def _seen_side(
    side: Side, fields: list[Field], pair: Pair, plan: Plan, read_back: Mapping[Side, Values]
) -> dict[str, str]:
    seen, written = dict(pair.seen.of(side)), plan.to(side)
    back = read_back.get(side, {})
    for each in fields:
        if each.name in plan.withheld or each.name not in pair.of(side).values:
            continue
        value = pair.of(side).values[each.name]
        if each.name in written:
            value = back.get(each.name, written[each.name])
        seen[each.name] = each.digest(value)
    return seen


def _differs(each: Field, pair: Pair) -> bool:
    left, right = pair.customers1st.values, pair.uniconta.values
    if each.name not in left or each.name not in right:
        return False
    return each.compared(left[each.name]) != each.compared(right[each.name])


def _has_moved(each: Field, pair: Pair) -> bool:
    return any(_changed(each, side, pair) for side in Side)


def _changed(each: Field, side: Side, pair: Pair) -> bool:
    return pair.seen.of(side).get(each.name) != each.digest(pair.of(side).values[each.name])


def _is_first(each: Field, pair: Pair) -> bool:
    return any(each.name not in pair.seen.of(side) for side in Side)


def _winner(fields: list[Field], pair: Pair, may_write: frozenset[Side]) -> Side:
    left, right = (any(_changed(each, side, pair) for each in fields) for side in Side)
    if left != right:
        return Side.CUSTOMERS1ST if left else Side.UNICONTA
    if len(may_write) == 1:
        return next(iter(may_write)).other
    newer = (pair.customers1st.changed_at or NEVER) >= (pair.uniconta.changed_at or NEVER)
    return Side.CUSTOMERS1ST if newer else Side.UNICONTA


def _filled(each: Field, source: Side, pair: Pair) -> Side:
    """Return the side that a field comes from: at the first meeting the one that has a value."""
    if _is_first(each, pair) and not each.compared(pair.of(source).values[each.name]):
        return source.other
    return source


@dataclass(kw_only=True)
class _Work:
    pair: Pair
    may_write: frozenset[Side]
    written: dict[Side, dict[str, str]] = field(default_factory=lambda: {side: {} for side in Side})
    withheld: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)

    def take(self, each: Field, source: Side) -> None:
        value, target = self.pair.of(source).values.get(each.name, ""), source.other
        if target not in self.may_write:
            self.withheld.append(each.name)
            return
        if not value and not each.clears:
            return
        if not value and target in each.required:
            raise Hold(
                f"{self.pair.name} has no {each.name}, which {_title(target)} needs.",
                f"Fill in {each.name} in {_title(source)}.",
                mended_by=source.value,
                evidence={"field": each.name},
            )
        self.written[target][each.name] = each.fitted(value, of=self.pair.name)
        if each.is_cut(value):
            self.cut.append(each.name)
        old = self.pair.of(target).values.get(each.name, "")
        if old and target is not source and _changed(each, target, self.pair):
            self.lost[each.name] = old

    def plan(self) -> Plan:
        return Plan(
            to_customers1st=self.written[Side.CUSTOMERS1ST],
            to_uniconta=self.written[Side.UNICONTA],
            withheld=tuple(self.withheld),
            lost=self.lost,
            cut=tuple(self.cut),
        )


def _title(side: Side) -> str:
    return "Customers 1st" if side is Side.CUSTOMERS1ST else "Uniconta"
