"""What becomes of one half of a pair when the other is deleted: it is blocked or marked, never destroyed."""

from dataclasses import replace

from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.kind import Kind, R
from integration.flows.outcome import Done, Outcome, Skipped
from integration.ports import Link

MOST_ENDS = 20  # blocked or marked in an hour, until a person has looked


def ended_in_store(context: Context, kind: Kind[R], source_id: str, record: R | None) -> Outcome:
    """Block the row of a record that is deleted, or does not exist."""
    link = context.links.get(kind.entity, source_id)
    if link is None:
        return Skipped(
            f"{kind.entity.capitalize()} {source_id} does not exist, and never did for Uniconta.",
            nothing_left=True,
        )
    if skipped := _may_not_end(context, "customers1st", kind.entity, link):
        return skipped
    row = kind.row({kind.key: link.uniconta_key})
    if row is None:
        return Skipped(
            f"{kind.remote.capitalize()} {link.uniconta_key} does not exist either.",
            nothing_left=True,
        )
    _check_number_of_ends(context)
    done = kind.end_row(row)
    context.links.save(replace(link, ended_at=context.now()))
    return Done(done)


def ended_in_company(context: Context, kind: Kind[R], source_id: str) -> Outcome:
    """Mark the record of a row that does not exist; `source_id` is its key, or `row:<RowId>`."""
    link = _link_of(context, kind, source_id)
    if link is None:
        return Skipped(
            f"There is no {kind.remote} {source_id}, and never was for Customers 1st.",
            nothing_left=True,
        )
    if skipped := _may_not_end(context, "uniconta", kind.remote, link):
        return skipped
    if not kind.is_gone(link.uniconta_key):
        raise Hold(
            f"{kind.remote.capitalize()} {link.uniconta_key} is not found by a search, yet it can be read.",
            "Look at the record in Uniconta, then run the job again.",
            mended_by="uniconta",
        )
    record = kind.get(link.customers1st_id)
    if record is None or record.deleted:
        return Skipped(
            f"{kind.entity.capitalize()} {link.customers1st_id} does not exist either.",
            nothing_left=True,
        )
    _check_number_of_ends(context)
    done = kind.end_record(record)
    context.links.save(replace(link, ended_at=context.now()))
    return Done(done)


def _may_not_end(context: Context, system: str, entity: str, link: Link) -> Skipped | None:
    if link.ended_at is not None:
        return Skipped(
            f"It was deleted, and its other half blocked or marked at {link.ended_at:%Y-%m-%d %H:%M}.",
            nothing_left=True,
        )
    if not context.is_on(system, entity, "deleted"):
        return Skipped(f"It was deleted; the switch {system} {entity} deleted is off.")
    return None


def _check_number_of_ends(context: Context) -> None:
    """Stop when too many are deleted at once; from then on a person must let it go on."""
    gate = context.gate
    if not gate.delete_stop and not context.may_end():
        gate.delete_stop = (
            f"More than {MOST_ENDS} records were deleted within an hour; that may be a mistake."
        )
    if gate.delete_stop:
        raise Hold(
            gate.delete_stop,
            "Look at what was deleted. If it is right, release the delete stop on the tenant's state.",
            mended_by="deletes",
        )


def _link_of(context: Context, kind: Kind[R], source_id: str) -> Link | None:
    name, _, number = source_id.partition(":")
    if name == "row" and number.isdigit():
        return context.links.get_by_row(kind.entity, int(number))
    return context.links.get_by_key(kind.entity, source_id)
