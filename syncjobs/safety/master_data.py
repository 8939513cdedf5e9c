"""The safety jobs of customers and products, in both directions: changed records are brought in step in lists."""

from collections.abc import Iterator, Mapping

from integration.flows.bulk import Bulk
from integration.flows.bulk_result import Result, Verdict
from integration.mapping.fields import Side
from syncjobs.catalogue.sides import CannotTellChanges, Row, paged, sides_of
from syncjobs.folding import fold
from syncjobs.holding import close_held, held_records, hold_record
from syncjobs.models import JobKind, LinkRow
from syncjobs.safety.cursor import BLIND_EVERY, EVERYTHING_EVERY, Cursor
from syncjobs.safety.search import Search

OTHER_WAY: Mapping[str, str] = {
    JobKind.CUSTOMER_TO_DEBTOR: JobKind.DEBTOR_TO_CUSTOMER,
    JobKind.DEBTOR_TO_CUSTOMER: JobKind.CUSTOMER_TO_DEBTOR,
    JobKind.PRODUCT_TO_ITEM: JobKind.ITEM_TO_PRODUCT,
    JobKind.ITEM_TO_PRODUCT: JobKind.PRODUCT_TO_ITEM,
}
MOST_TOLD = 200  # records named in one line of the log


def sweep_master_data(search: Search) -> None:
    """Bring every changed record in step; what no list can do becomes a job, what a person must decide says so."""
    _Sweep(search).run()


class _Sweep:
    def __init__(self, search: Search) -> None:
        self._search, self._result = search, search.result
        self._steps = search.context.steps
        search.context.compares_all = search.full  # nothing is taken on trust then
        sides = sides_of(search.context, self._result.kind)
        self._source = sides.source
        self._entity = sides.master.kind(search.context).entity
        self._cursor = Cursor(search.run, now=search.now)
        self._everything = self._must_read_everything()
        known = LinkRow.objects.filter(tenant=search.tenant).count()
        self._shelf = sides.source.shelf(known=known)
        self._bulk = Bulk(
            search.context,
            sides.master,
            source=self._shelf,
            target=sides.target.shelf(known=known, at_once=self._everything),
            report=self._report,
            dry_run=self._result.dry_run,
        )
        self._told: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        self._held = held_records(search.tenant, self._result.kind)

    def run(self) -> None:
        for page in paged(self._rows()):
            self._shelf.turn(page)
            self._bulk.turn(page)
            for row in page:
                self._cursor.saw(self._source.changed_at(row))
                self._bulk.work(self._source.id_of(row))
        self._bulk.finish()
        self._tell()
        self._cursor.keep(everything=self._everything)

    def _must_read_everything(self) -> bool:
        search = self._search
        if search.since is not None:
            return False
        if search.full or self._cursor.after is None:
            return True
        is_store = self._source.side is Side.CUSTOMERS1ST
        return is_store and not self._cursor.has_read_everything(within=EVERYTHING_EVERY)

    def _rows(self) -> Iterator[Row]:
        """Return what changed; everything where that cannot be told, by itself once a day only."""
        search, after = self._search, self._cursor.after
        if search.since is not None:
            after = search.since.astimezone(self._source.zone).replace(tzinfo=None)
        if after is not None and not self._everything:
            try:
                yield from self._source.read_changed(after)
            except CannotTellChanges as error:
                self._steps.note("Uniconta cannot tell what changed.", error=str(error))
            else:
                return
        if search.scheduled and self._cursor.has_read_everything(within=BLIND_EVERY):
            self._everything = False
            return
        self._everything = True
        yield from self._source.read_all()

    def _report(self, result: Result) -> None:
        self._result.count(result)
        if self._result.dry_run:
            return
        if result.verdict is Verdict.LEFT:
            self._search.queue(result.source_id, due_at=result.at)
            self._look_from_the_other_side(result.source_id)
        elif result.hold is not None:
            hold_record(self._search.tenant, self._result.kind, result.source_id, result.hold)
        elif result.source_id in self._held and result.verdict is not Verdict.SKIPPED:
            close_held(self._search.tenant, self._result.kind, result.source_id)
        if result.verdict in (Verdict.CREATED, Verdict.UPDATED):
            self._search.note_out_of_step(result.source_id)
            for text, evidence in result.notes:
                self._steps.note(text, record=result.source_id, **evidence)
        texts = self._told[result.verdict]
        if result.verdict is not Verdict.UNCHANGED and len(texts) < MOST_TOLD:
            texts.append(f"{result.source_id}: {result.text}" if result.text else result.source_id)

    def _look_from_the_other_side(self, source_id: str) -> None:
        """Let a linked record be looked at from its other half, too: a single job trusts what was last seen of its own."""
        if not self._search.full:
            return
        is_store = self._source.side is Side.CUSTOMERS1ST
        links = LinkRow.objects.filter(tenant=self._search.tenant, entity=self._entity)
        own, other = "customers1st_id", "uniconta_key"
        own, other = (own, other) if is_store else (other, own)
        for key in links.filter(**{own: source_id}).values_list(other, flat=True):
            fold(self._search.tenant, OTHER_WAY[self._result.kind], key, now=self._search.now)

    def _tell(self) -> None:
        """Write one line of the log about the run, with the records by name."""
        told = {verdict.value: texts for verdict, texts in self._told.items() if texts}
        if told:
            self._steps.note(f"Safety job {self._result.kind}", **told)
