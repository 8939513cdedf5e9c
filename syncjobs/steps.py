"""The log of a run, line by line, and the numbers that its remote calls add to."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.ports import CallRecord, Subject
from settings_app.models import Tenant
from syncjobs import tally
from syncjobs.models import Chapter, JobWord, Step, SyncJob, System
from syncjobs.quota import count_call
from syncjobs.telling import tell_subject, write_words

# what the clients call their vendor -> our word for it
SYSTEMS = {"Customers 1st": System.CUSTOMERS1ST, "Uniconta": System.UNICONTA}


class StepTable:
    """integration.ports.StepLog on Step; counts remote calls as well.

    A remote call is written at once, with what was noted before it; what is noted after the last one waits for `write`.
    """

    def __init__(self, tenant: Tenant, job: SyncJob | None = None) -> None:
        self._tenant = tenant
        self._job = job
        self._lines: list[Step] = []
        self._words: list[JobWord] = []
        self.called: list[System] = []  # in the order of the calls, the last one last

    def note(self, text: str, /, **evidence: Any) -> None:
        """Take down one line of the log."""
        self._add(Chapter.DECIDED, text, evidence)

    def about(self, subject: Subject) -> None:
        """Remember what the job is about; batched work is about many records and says so in its lines."""
        if self._job is not None:
            self._words += tell_subject(self._job, subject)

    def call(self, record: CallRecord) -> None:
        """Write one remote call and count it."""
        system = SYSTEMS[record.system]
        if self.called[-1:] != [system]:
            self.called.append(system)
        failed = record.status is None or record.status >= 500
        outcome = record.error or record.status
        evidence = {
            "query": record.query,
            "elapsed_ms": record.elapsed_ms,
            "request": record.request,
            "response": record.response,
        }
        chapter = Chapter.WROTE if record.write else Chapter.READ
        self._add(chapter, f"{record.system}: {record.method} {record.path} → {outcome}", evidence)
        with transaction.atomic():
            self.write()
            count_call(
                self._tenant,
                system,
                now=timezone.now(),
                failed=failed,
                elapsed_ms=record.elapsed_ms,
            )

        tally.later(
            tally.CALLS, system, "failed" if failed else "answered", total=record.elapsed_ms
        )

    def write(self) -> None:
        """Write what was noted and is not written yet."""
        if self._lines:
            Step.objects.bulk_create(self._lines)
        if self._words:
            write_words(self._words)
        self._lines, self._words = [], []

    def _add(self, chapter: Chapter, text: str, evidence: Mapping[str, Any]) -> None:
        self._lines.append(
            Step(
                tenant=self._tenant,
                job=self._job,
                chapter=chapter,
                at=timezone.now(),
                text=text,
                evidence=evidence,
            )
        )
