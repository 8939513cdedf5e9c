"""Keeps a record and its other half in step, for customers and products alike, whichever side the news came from.

A webhook, a safety job and a person's retry all end here: read both sides, plan (integration.mapping.pair), read the
side that is written once more, write only what differs, remember what was seen.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from integration.errors import Hold, Refused
from integration.flows.context import Context
from integration.flows.ended import ended_in_company, ended_in_store
from integration.flows.kind import Kind, R, Row
from integration.flows.outcome import Done, Outcome, Skipped
from integration.flows.refusals import hold_for
from integration.mapping.fields import Side, Values
from integration.mapping.pair import (
    Pair,
    Plan,
    Record,
    Seen,
    differing,
    plan_pair,
    seen_after,
    told_differences,
    with_unseen,
)
from integration.mapping.subject import row_subject
from integration.ports import Link
from integration.uniconta.values import moment_of, number_of, text_of

DIFFERS = "Both sides differ"  # a line of the log whose `fields` say how, and who wins
SYSTEMS = {"customers1st": "Customers 1st", "uniconta": "Uniconta"}
MOST_LOOKS = 4  # how often the plan is made anew while somebody edits under our hands


def to_uniconta(context: Context, kind: Kind[R], source_id: str) -> Outcome:
    """Bring a record of Customers 1st in step with Uniconta."""
    record = kind.get(source_id)
    if record is None or record.deleted:
        return ended_in_store(context, kind, source_id, record)
    context.steps.about(kind.subject(record))
    if why := kind.stays_home(record):
        return Skipped(why)
    link = context.links.get(kind.entity, str(record.id))
    if link is None:
        row = kind.match_row(record)
        if row is None:
            if not context.is_on("customers1st", kind.entity, "created"):
                return _switched_off("customers1st", kind.entity, "created")
            return _made(context, kind, record, kind.create_row(record), in_uniconta=True)
        return bring_in_step(context, kind, new_link(context, kind, record, row), record, row)
    values = kind.mapping.customers1st_values(record.raw)
    as_seen = link.ended_at is None and _is_as_seen(kind, values, link.seen_customers1st)
    if as_seen and not context.compares_all:
        kind.number_record(record, link.uniconta_key, "")
        return _in_step(kind, link)
    row = kind.row({kind.key: link.uniconta_key}) or _renamed_row(kind, link)
    if row is None:
        return Skipped(
            f"{kind.remote.capitalize()} {link.uniconta_key} no longer exists in Uniconta; {record.label} is left alone."
        )
    return bring_in_step(context, kind, _rekeyed(context, kind, link, record, row), record, row)


def to_customers1st(context: Context, kind: Kind[R], source_id: str) -> Outcome:
    """Bring a row of Uniconta in step with Customers 1st; `source_id` is its key, or `row:<RowId>`."""
    row = _row_of(kind, source_id)
    if row is None:
        return ended_in_company(context, kind, source_id)
    key = text_of(row.get(kind.key))
    context.steps.about(row_subject(row, key=kind.key))
    if why := kind.row_stays_home(row):
        return Skipped(why)
    link = context.links.get_by_key(kind.entity, key) or context.links.get_by_row(
        kind.entity, number_of(row.get("RowId"))
    )
    if link is None:
        return _unlinked_row(context, kind, row, key)
    values = kind.mapping.uniconta_values(row)
    as_seen = link.ended_at is None and _is_as_seen(kind, values, link.seen_uniconta)
    known = key == link.uniconta_key and {**link.facts, **kind.facts(row)} == link.facts
    if as_seen and known and not context.compares_all:
        return _in_step(kind, link)
    record = kind.get(link.customers1st_id)
    if record is None or record.deleted:
        return Skipped(
            f"{kind.entity.capitalize()} {link.customers1st_id} is deleted in Customers 1st; {key} is left alone."
        )
    return bring_in_step(context, kind, _rekeyed(context, kind, link, record, row), record, row)


def bring_in_step(context: Context, kind: Kind[R], link: Link, record: R, row: Row) -> Outcome:
    """Write what differs between two linked records, on the side that the plan says."""
    if context.compares_all:
        pair, plan = _planned(context, kind, link, record, row)
        _tell_differences(context, kind, pair, plan)
    record = kind.number_record(record, link.uniconta_key, "")
    pair, plan = _planned(context, kind, link, record, row)
    for _ in range(MOST_LOOKS):
        if plan.is_empty:
            break
        if plan.to_customers1st:
            record = kind.get(str(record.id)) or record
        if plan.to_uniconta:
            row = kind.row({kind.key: text_of(row.get(kind.key))}) or row
        before, (pair, plan) = plan, _planned(context, kind, link, record, row)
        if plan == before:
            break
        context.steps.note("Somebody edited meanwhile; compared again")
    _tell_changes(context, kind, pair, plan)
    read_back = _write(context, kind, plan, record, row)
    _tell(context, kind, plan)
    seen = seen_after(kind.mapping.fields, pair, plan, read_back)
    _keep(
        context,
        replace(
            link,
            row_id=number_of(row.get("RowId")) or link.row_id,
            facts={**link.facts, **kind.facts(row)},
            seen_customers1st=seen.customers1st,
            seen_uniconta=seen.uniconta,
            ended_at=None,
        ),
        was=context.links.get(link.entity, link.customers1st_id),
    )
    return _outcome(context, kind, plan, link)


def new_link(context: Context, kind: Kind[R], record: R, row: Row) -> Link:
    """Link two records that were found to be the same."""
    key = text_of(row.get(kind.key))
    link = Link(
        entity=kind.entity,
        customers1st_id=str(record.id),
        uniconta_key=key,
        row_id=number_of(row.get("RowId")),
        facts=kind.facts(row),
    )
    context.links.save(link)
    context.steps.note(f"{record.label} is {kind.remote} {key}")
    return link


def link_new(context: Context, kind: Kind[R], record: R, row: Row) -> Link:
    """Link a record and the row that one of them was just made from: both are seen as they are.

    What the vendor filled in by itself, or dropped, is left unseen: at the next meeting the empty side is filled.
    """
    link = Link(
        entity=kind.entity,
        customers1st_id=str(record.id),
        uniconta_key=text_of(row.get(kind.key)),
        row_id=number_of(row.get("RowId")),
        facts=kind.facts(row),
    )
    pair = pair_of(context, kind, link, record, row)
    seen = seen_after(kind.mapping.fields, pair, Plan(), {})
    uneven = differing(kind.mapping.fields, pair)
    half = {name for name in uneven if not all(pair.of(side).values[name] for side in Side)}
    link = replace(
        link,
        seen_customers1st={n: v for n, v in seen.customers1st.items() if n not in half},
        seen_uniconta={n: v for n, v in seen.uniconta.items() if n not in half},
    )
    context.links.save(link)
    if uneven:
        context.steps.note("Made, but these fields are not as they were sent", fields=list(uneven))
    kind.number_record(record, link.uniconta_key, "")
    return link


def pair_of(context: Context, kind: Kind[R], link: Link, record: R, row: Row) -> Pair:
    """Return two linked records as a pair for the planner."""
    zone = ZoneInfo(context.rules.time_zone)
    return Pair(
        name=record.label,
        customers1st=Record(
            values=kind.mapping.customers1st_values(record.raw),
            changed_at=_aware(record.updated_at, context.naive_zone),
        ),
        uniconta=Record(
            values=kind.mapping.uniconta_values(row),
            changed_at=_aware(moment_of(row.get("UpdatedAt")), zone),
        ),
        seen=Seen(customers1st=link.seen_customers1st, uniconta=link.seen_uniconta),
    )


def may_write(context: Context, kind: Kind[R], record: R, row: Row) -> frozenset[Side]:
    """Return the sides that an update may be written on: by the switches, and by what stays at home."""
    sides = set()
    if context.is_on("customers1st", kind.entity, "updated") and not kind.stays_home(record):
        sides.add(Side.UNICONTA)
    if context.is_on("uniconta", kind.remote, "updated") and not kind.row_stays_home(row):
        sides.add(Side.CUSTOMERS1ST)
    return frozenset(sides)


def masters(context: Context, entity: str) -> dict[str, str]:
    """Return the masters of an entity's fields."""
    chosen = context.rules.field_masters.items()
    return {
        name.removeprefix(f"{entity}."): master
        for name, master in chosen
        if name.startswith(f"{entity}.")
    }


def store_hold(error: Refused, *, what: str) -> Hold:
    """Return the hold for what Customers 1st refused."""
    return Hold(
        f"{what}: {error}",
        "Correct what it complains of in Uniconta or Customers 1st, then run the job again.",
        mended_by="customers1st",
        evidence=error.evidence,
    )


def _planned(context: Context, kind: Kind[R], link: Link, record: R, row: Row) -> tuple[Pair, Plan]:
    pair = pair_of(context, kind, link, record, row)
    if context.compares_all:
        pair = with_unseen(kind.mapping.fields, pair)
    plan = plan_pair(
        kind.mapping.fields,
        pair,
        may_write=may_write(context, kind, record, row),
        masters=masters(context, kind.entity),
    )
    return pair, plan


def _write(context: Context, kind: Kind[R], plan: Plan, record: R, row: Row) -> dict[Side, Values]:
    """Write both sides of a plan and return what was read afterwards."""
    key, back = text_of(row.get(kind.key)), {}
    if plan.to_uniconta:
        try:
            kind.write_row(row, plan.to_uniconta)
        except Refused as error:
            raise hold_for(error, what=f"{kind.remote} {key}") from error
        stored = kind.row({kind.key: key})
        if stored is not None:
            back[Side.UNICONTA] = kind.mapping.uniconta_values(stored)
    if plan.to_customers1st:
        try:
            written = kind.write_record(record, plan.to_customers1st)
        except Refused as error:
            raise store_hold(error, what=record.label) from error
        back[Side.CUSTOMERS1ST] = kind.mapping.customers1st_values(written.raw)
    _tell_what_did_not_stay(context, kind, plan, back)
    return back


def _tell_what_did_not_stay(
    context: Context, kind: Kind[R], plan: Plan, back: Mapping[Side, Values]
) -> None:
    fields = {each.name: each for each in kind.mapping.fields}
    for side, values in back.items():
        for name, value in plan.to(side).items():
            shown = values.get(name)
            if shown is None or fields[name].compared(shown) != fields[name].compared(value):
                context.steps.note(f"{name} did not stay as written", wrote=value, read=shown)


def _tell_changes(context: Context, kind: Kind[R], pair: Pair, plan: Plan) -> None:
    """Write what is about to change, field by field."""
    changes = [
        _change(side, name, pair.of(side).values.get(name, ""), value)
        for side in Side
        for name, value in plan.to(side).items()
    ]
    if changes:
        context.steps.note(f"{kind.entity.capitalize()}: what changes", changes=changes)


def _change(side: Side, name: str, before: str, after: str) -> dict[str, str]:
    return {"side": side.value, "field": name, "before": before, "after": after}


def _tell(context: Context, kind: Kind[R], plan: Plan) -> None:
    if plan.lost:
        context.steps.note("Changed on both sides: the newer won", lost=dict(plan.lost))
    if plan.cut:
        context.steps.note("Texts were cut to what the other side can hold", fields=list(plan.cut))
    if plan.withheld:
        context.steps.note(
            "Differs, but updates in that direction are switched off", fields=list(plan.withheld)
        )


def _tell_differences(context: Context, kind: Kind[R], pair: Pair, plan: Plan) -> None:
    fields = kind.mapping.fields
    told = told_differences(fields, pair, plan, masters(context, kind.entity))
    if told:
        context.steps.note(DIFFERS, fields=told)


def _outcome(context: Context, kind: Kind[R], plan: Plan, link: Link) -> Outcome:
    parts = []
    if plan.to_uniconta:
        parts.append(f"{kind.remote} {link.uniconta_key}: {', '.join(plan.to_uniconta)}")
    if plan.to_customers1st:
        parts.append(f"{kind.entity} {link.customers1st_id}: {', '.join(plan.to_customers1st)}")
    if parts:
        return Done("; ".join(parts))
    if plan.withheld:
        fields = ", ".join(plan.withheld)
        return Skipped(f"{fields} differ; the switch for updates in that direction is off.")
    return _in_step(kind, link)


def _in_step(kind: Kind[R], link: Link) -> Done:
    return Done(
        f"{kind.entity} {link.customers1st_id} and {kind.remote} {link.uniconta_key} are in step"
    )


def _is_as_seen(kind: Kind[R], values: Values, seen: Mapping[str, str]) -> bool:
    """Tell whether nothing changed on a side since it was last seen: an echo, or a field that we do not map.

    Then the other side is not even read; what changed there has its own call and its own safety job.
    """
    return all(
        seen.get(each.name) == each.digest(values[each.name])
        for each in kind.mapping.fields
        if each.name in values
    )


def _made(context: Context, kind: Kind[R], record: R, row: Row, *, in_uniconta: bool) -> Outcome:
    link = link_new(context, kind, record, row)
    what, key = (kind.remote, link.uniconta_key) if in_uniconta else (kind.entity, record.id)
    side = Side.UNICONTA if in_uniconta else Side.CUSTOMERS1ST
    pair = pair_of(context, kind, link, record, row)
    values = pair.of(side).values.items()
    context.steps.note(
        f"{what.capitalize()} {key}: what it holds",
        changes=[_change(side, name, "", value) for name, value in values if value],
    )
    if differing(kind.mapping.fields, pair):
        bring_in_step(context, kind, link, record, row)
    return Done(f"{what} {key} was created")


def _unlinked_row(context: Context, kind: Kind[R], row: Row, key: str) -> Outcome:
    record = kind.match_record(row)
    if record is not None:
        return bring_in_step(context, kind, new_link(context, kind, record, row), record, row)
    if not context.is_on("uniconta", kind.remote, "created"):
        return _switched_off("uniconta", kind.remote, "created")
    if row.get("Blocked"):
        return Skipped(f"{kind.remote.capitalize()} {key} is blocked; nothing is made from it.")
    return _made(context, kind, kind.create_record(row), row, in_uniconta=False)


def _switched_off(system: str, entity: str, event: str) -> Skipped:
    return Skipped(f"The webhook switch “{entity} {event}” of {SYSTEMS[system]} is off.")


def _row_of(kind: Kind[R], source_id: str) -> Row | None:
    name, _, number = source_id.partition(":")
    if name == "row" and number.isdigit():
        return kind.row({"RowId": number})
    return kind.row({kind.key: source_id})


def _renamed_row(kind: Kind[R], link: Link) -> Row | None:
    return kind.row({"RowId": str(link.row_id)}) if link.row_id else None


def _rekeyed(context: Context, kind: Kind[R], link: Link, record: R, row: Row) -> Link:
    """Follow a row that got another key in Uniconta."""
    key = text_of(row.get(kind.key))
    if key == link.uniconta_key:
        return link
    context.steps.note(f"{kind.remote.capitalize()} {link.uniconta_key} is called {key} now")
    if context.compares_all:
        why = "its key was changed in Uniconta"
        told = {"field": kind.key, "customers1st": link.uniconta_key, "uniconta": key}
        context.steps.note(DIFFERS, fields=[{**told, "winner": Side.UNICONTA.value, "why": why}])
    kind.number_record(record, key, link.uniconta_key)
    renamed = replace(link, uniconta_key=key)
    context.links.save(renamed)
    return renamed


def _keep(context: Context, link: Link, *, was: Link | None) -> None:
    if link != was:
        context.links.save(link)


def _aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=zone).astimezone(UTC)
