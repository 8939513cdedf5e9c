"""Customers and products of both systems, record by record, in both directions.

Both sides are read whole, in pages, and kept on disk. Every record then goes through its own flow, whose reads are answered
from there and whose writes are taken down (integration.flows.rehearsal): so what a comparison says is what a repair does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integration.flows.bulk import Bulk
from integration.flows.bulk_result import Result, Verdict
from integration.flows.kind import Row
from integration.flows.pair import DIFFERS
from integration.mapping.fields import Side
from integration.ports import DocumentKind, Link
from integration.uniconta.values import number_of, text_of
from syncjobs.catalogue.shelf import Shelf
from syncjobs.catalogue.sides import PAGE, sides_of
from syncjobs.drift.halves import forget, without
from syncjobs.drift.report import Difference, Sort, State
from syncjobs.drift.work import Work
from syncjobs.holding import close_held, held_records
from syncjobs.models import JobKind, LinkRow


@dataclass(frozen=True, kw_only=True)
class Family:
    """The two job kinds of one sort of record; `record` is what a create in Customers 1st is remembered as."""

    to_company: str
    to_store: str
    record: DocumentKind


FAMILIES = (
    Family(
        to_company=JobKind.CUSTOMER_TO_DEBTOR,
        to_store=JobKind.DEBTOR_TO_CUSTOMER,
        record=DocumentKind.CUSTOMER,
    ),
    Family(
        to_company=JobKind.PRODUCT_TO_ITEM,
        to_store=JobKind.ITEM_TO_PRODUCT,
        record=DocumentKind.PRODUCT,
    ),
)


def compare_pairs(work: Work, family: Family, kinds: Sequence[str]) -> None:
    """Compare the records of a family in the directions of these job kinds; under repair bring them in step."""
    _Pairs(work.comparing_all(), family, kinds).run()


class _Pairs:
    def __init__(self, work: Work, family: Family, kinds: Sequence[str]) -> None:
        self._work, self._family, self._kinds = work, family, kinds
        self._sides = sides_of(work.context, family.to_company)
        self._back = sides_of(work.context, family.to_store).master
        self._kind = self._sides.master.kind(work.context)
        self._store = self._sides.source.shelf(known=0, at_once=True)
        self._company = self._sides.target.shelf(known=0, at_once=True)
        self._now: str = family.to_company
        self._left: list[Difference] = []
        self._broken: dict[tuple[Side, str], str] = {}  # the half that is there -> why it is alone
        self._hidden: list[tuple[Link, DocumentKind]] = []
        self._held = {kind: held_records(work.tenant, kind) for kind in kinds}

    def run(self) -> None:
        self._compare_links()
        context = self._work.context
        if not self._work.repair:
            context = without(context, self._hidden)
        bulk = Bulk(
            context,
            self._sides.master,
            source=self._store,
            target=self._company,
            report=self._report,
            dry_run=not self._work.repair,
        )
        if self._family.to_company in self._kinds:
            self._compare_records(bulk)
        if self._family.to_store in self._kinds:
            self._compare_rows(bulk)

    # Links whose halves are gone -------------------------------------------------------------

    def _compare_links(self) -> None:
        rows = LinkRow.objects.filter(
            tenant=self._work.tenant, entity=self._kind.entity, ended_at__isnull=True
        ).order_by("id")
        for pair in rows.values_list("customers1st_id", "uniconta_key", "uniconta_row").iterator():
            record, row = self._halves(*pair)
            if record is not None and row is not None:
                continue
            link = self._work.context.links.get(self._kind.entity, pair[0])
            if link is not None:
                self._judge_link(link, record, row)

    def _halves(self, record_id: str, key: str, row_id: int) -> tuple[Row | None, Row | None]:
        """Return what is there of a pair; what a list left out is read by itself before it counts as gone [A2]."""
        records = self._store.find("id", [record_id])
        if not records:
            read = self._kind.get(record_id)
            if read is not None and not read.deleted:
                records = [dict(read.raw)]
                self._store.put(read.raw)
        rows = self._company.find(self._kind.key, [key])
        if not rows and row_id:
            found = self._company.find("RowId", [str(row_id)])
            rows = [row for row in found if number_of(row.get("RowId")) == row_id]
        if not rows and not self._kind.is_gone(key):
            read_row = self._work.context.uniconta.read(
                self._sides.master.entity, {self._kind.key: key}
            )
            rows = [read_row] if read_row is not None else []
            for row in rows:
                self._company.put(row)
        return (records[0] if records else None), (rows[0] if rows else None)

    def _judge_link(self, link: Link, record: Row | None, row: Row | None) -> None:
        context, kind, family = self._work.context, self._kind, self._family
        if record is None and row is None:
            self._orphan(link)
        elif record is None:
            assert row is not None  # noqa: S101 - one of the two is there
            why = f"{kind.entity} {link.customers1st_id} was deleted in Customers 1st"
            if context.is_on("customers1st", kind.entity, "deleted"):
                self._ended(family.to_company, link.customers1st_id, Side.CUSTOMERS1ST, why)
            elif self._comes_back(family.to_store, "uniconta", kind.remote, why, link.uniconta_key):
                self._forget(link, family.record)
                self._broken[Side.UNICONTA, text_of(row.get(kind.key))] = why
        else:
            why = f"{kind.remote} {link.uniconta_key} was deleted in Uniconta"
            if context.is_on("uniconta", kind.remote, "deleted"):
                self._ended(family.to_store, link.uniconta_key, Side.UNICONTA, why)
            elif self._comes_back(
                family.to_company, "customers1st", kind.entity, why, link.customers1st_id
            ):
                self._forget(link, self._sides.master.document)
                self._broken[Side.CUSTOMERS1ST, link.customers1st_id] = why

    def _orphan(self, link: Link) -> None:
        """Take a link that holds nothing together any more."""
        difference = Difference(
            kind=self._kinds[0],
            sort=Sort.ORPHANED,
            source_id=link.customers1st_id,
            name=f"link {link.customers1st_id} = {link.uniconta_key}",
            why="neither record is there any more; the link is forgotten",
        )
        if self._work.repair:
            self._work.context.links.remove(link)
            difference.state = State.REPAIRED
        self._work.report.add(difference)

    def _ended(self, kind: str, source_id: str, winner: Side, why: str) -> None:
        """Take a half whose other one was deleted, where the switch wants it blocked or marked."""
        if kind not in self._kinds:
            return
        difference = Difference(
            kind=kind,
            sort=Sort.ORPHANED,
            source_id=source_id,
            name=why,
            where=winner.other.value,
            winner=winner.value,
            why=f"{why}; the switch for deletions wants its other half blocked or marked",
        )
        if not self._work.repair:
            self._work.report.add(difference)
            return
        flow = self._back.flow if kind == self._family.to_store else self._sides.master.flow
        self._work.run(difference, flow, self._work.context)

    def _comes_back(self, kind: str, system: str, entity: str, why: str, source_id: str) -> bool:
        """Tell whether a half that is alone gets its other one again."""
        if kind not in self._kinds:
            return False
        if self._work.context.is_on(system, entity, "created"):
            return True
        self._work.report.leave(
            kind, source_id, f"{why}; nothing is made or ended by the switches."
        )
        return False

    def _forget(self, link: Link, document: DocumentKind) -> None:
        if self._work.repair:
            forget(self._work.context, link, document)
        else:
            self._hidden.append((link, document))

    # Records ---------------------------------------------------------------------------------

    def _compare_records(self, bulk: Bulk) -> None:
        self._now = self._family.to_company
        for page in self._store.pages(PAGE):
            bulk.turn(page)
            for row in page:
                bulk.work(self._sides.source.id_of(row))
        self._end(bulk)

    def _compare_rows(self, bulk: Bulk) -> None:
        self._now = self._family.to_store
        for page in self._company.pages(PAGE):
            bulk.turn(page, side=self._sides.target.side)
            for row in page:
                if not self._was_judged(bulk, row):
                    bulk.work(self._sides.target.id_of(row), flow=self._back.flow)
        self._end(bulk)

    def _was_judged(self, bulk: Bulk, row: Row) -> bool:
        """Tell whether a row was compared already, from the side of its record."""
        if self._family.to_company not in self._kinds:
            return False
        key = self._sides.target.id_of(row)
        link = bulk.link_of(key, number_of(row.get("RowId")))
        return link is not None and bool(self._store.find("id", [link.customers1st_id]))

    def _end(self, bulk: Bulk) -> None:
        """Send the last lists, then let the records that no list can do be worked alone."""
        bulk.finish()
        left, self._left = self._left, []
        is_back = self._now == self._family.to_store
        flow = self._back.flow if is_back else self._sides.master.flow
        for difference in left:
            self._work.run(difference, flow, self._work.context)

    def _report(self, result: Result) -> None:
        report, kind = self._work.report, self._now
        report.compared[kind] += 1
        fields = _fields(result)
        if result.verdict is Verdict.SKIPPED:
            report.leave(kind, result.source_id, result.text)
            return
        if result.verdict is Verdict.UNCHANGED and not fields:
            self._close(result)
            return
        difference = self._difference(result, fields)
        if result.hold is not None:
            self._work.hold(difference, result.hold)
        elif not self._work.repair:
            report.add(difference)
        elif result.verdict is not Verdict.LEFT:
            difference.state = State.REPAIRED
            report.add(difference)
            self._close(result)
        elif result.at is not None:
            self._work.queue(difference, due_at=result.at)
            report.add(difference)
        else:
            self._left.append(difference)

    def _close(self, result: Result) -> None:
        if self._work.repair and result.source_id in self._held[self._now]:
            close_held(self._work.tenant, self._now, result.source_id)

    def _difference(self, result: Result, fields: Sequence[dict[str, str]]) -> Difference:
        to_store = self._now == self._family.to_store
        own = Side.UNICONTA if to_store else Side.CUSTOMERS1ST
        sort = _sort(result, fields)
        alone = self._broken.get((own, result.source_id), "")
        winners = {each["winner"] for each in fields}
        winner = own.value if not fields else winners.pop() if len(winners) == 1 else ""
        return Difference(
            kind=self._now,
            sort=sort,
            source_id=result.source_id,
            name=self._name(result.source_id),
            where=Side(winner).other.value if winner else "",
            winner=winner,
            why=alone or _why(sort, fields, own),
            fields=fields,
        )

    def _name(self, source_id: str) -> str:
        shelf: Shelf = self._company if self._now == self._family.to_store else self._store
        key = self._kind.key if shelf is self._company else "id"
        rows: list[dict[str, Any]] = shelf.find(key, [source_id])
        row = rows[0] if rows else {}
        return text_of(row.get("Name") or row.get("title") or row.get("name"))


def _fields(result: Result) -> list[dict[str, str]]:
    """Return the fields that differ, as the flow told them."""
    return [
        dict(each)
        for text, evidence in result.notes
        if text == DIFFERS
        for each in evidence["fields"]
    ]


def _sort(result: Result, fields: Sequence[dict[str, str]]) -> Sort:
    hold = result.hold
    if hold is not None and ("candidates" in hold.evidence or "double" in hold.evidence):
        return Sort.DOUBLE
    return Sort.DIFFERENT if fields or not (result.made or hold) else Sort.MISSING


def _why(sort: Sort, fields: Sequence[dict[str, str]], own: Side) -> str:
    if fields:
        return "; ".join(dict.fromkeys(each["why"] for each in fields))
    if sort is Sort.MISSING:
        return f"it stands in {_title(own)} only"
    return "the number of its other half is missing on it"


def _title(side: Side) -> str:
    return "Customers 1st" if side is Side.CUSTOMERS1ST else "Uniconta"
