"""Exactly one remote create, whatever is killed, lost or repeated (DESIGN 6.1).

Our own row says `sending` before the call. While an outcome is unknown the key is looked for: at once, again after a
wait, and only when both looks found nothing, and the same look-up does find a document known to exist, it is sent again.

A first attempt needs no look-up, unless our rows may have forgotten an earlier one (context.Doubt): a record dated
before the end of a gap in our rows' life is looked for once. After a restored backup an empty answer counts as an
unknown outcome; after a mere stop of the service nothing speaks for an earlier attempt, and it counts as “not there”.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from integration.errors import Hold, Refused, RetryableError, UnknownOutcome
from integration.flows.context import Context
from integration.flows.outcome import LookAgain
from integration.ports import Document, DocumentKind, DocumentState, Subject
from integration.uniconta.replies import ERROR_NAMES

MOST_SENDS = 5
MADE = frozenset({DocumentState.SENT, DocumentState.CONFIRMED, DocumentState.HELD})
EXISTS = frozenset({"KeyExists", "RecordExists"})


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a create or a look-up told about the remote document."""

    number: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Create:
    """One remote create.

    `send` does it and does no more: what it read after the write could fail as if nothing had been written. `look_up`
    finds it by its key, then by its second anchor, None when there is none; `proves` tells
    whether that look-up finds a given document that is known to exist. `what` names it for people, `number` is what it
    shall be called where we decide that, `where` the system it is made in. `at` is when its origin happened, None where
    an earlier attempt need not be feared.
    """

    kind: DocumentKind
    key: str
    source_id: str
    what: str
    send: Callable[[], Found]
    look_up: Callable[[], Found | None]
    proves: Callable[[Document], bool] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    where: str = "Uniconta"
    at: datetime | None = None


def create_once(context: Context, plan: Create) -> Document:
    """Return the document of a remote create that is done exactly once.

    Raises LookAgain while the outcome is unknown, Hold when a person must look, and the client's errors.
    """
    stored = context.documents.get(plan.kind, plan.key)
    was = None if stored is None else stored.state
    document = stored or Document(kind=plan.kind, key=plan.key, source_id=plan.source_id)
    if was in MADE:
        return document
    if was is not DocumentState.SENDING and is_doubtful(context, plan.at, stored):
        document = _recall(context, plan, document.knowing(**plan.facts), was=was)
        if document.state in MADE:
            return document
    if was is DocumentState.SENDING:
        found = plan.look_up()
        if found is not None:
            return _found(context, document, found, f"{plan.what}: found in {plan.where}")
        _check_may_send_again(context, plan, document)
    again = replace(document, number=plan.number or document.number).knowing(**plan.facts)
    return _send(context, plan, again, was=was)


def happened_at(document: Document) -> datetime | None:
    """Return when a document's origin happened, None when that was not noted."""
    at = document.facts.get("at")
    return None if at is None else datetime.fromisoformat(str(at))


def is_doubtful(context: Context, at: datetime | None, document: Document | None) -> bool:
    """Tell whether something that happened at `at` may have been sent although our row does not say so."""
    until = context.doubt.until
    if until is None or at is None or at >= until:
        return False
    return document is None or document.facts.get("looked_for") != until.isoformat()


def _recall(
    context: Context, plan: Create, document: Document, *, was: DocumentState | None
) -> Document:
    """Look for what our rows may have forgotten; LookAgain when nothing is found and rows are surely missing."""
    found = plan.look_up()
    if found is not None:
        return remember(context, document, found, was=was, what=plan.what)
    assert context.doubt.until is not None  # noqa: S101 - is_doubtful asked
    looked = document.knowing(looked_for=context.doubt.until.isoformat())
    if not context.doubt.is_certain(plan.at):
        return looked
    unknown = looked.become(DocumentState.SENDING)
    context.documents.save(unknown, was=was)
    raise _look_again(context, plan, unknown, why="A backup was restored.")


def remember(
    context: Context, document: Document, found: Found, *, was: DocumentState | None, what: str
) -> Document:
    """Store what Uniconta has and our rows had forgotten; this proves that rows are missing."""
    context.doubt.missing_until = context.doubt.until
    sent = document.become(DocumentState.SENT, number=found.number or document.number).knowing(
        **found.facts
    )
    context.documents.save(sent, was=was)
    context.steps.note(f"{what}: found in Uniconta, our rows had forgotten it", key=sent.key)
    return sent


def _send(
    context: Context, plan: Create, document: Document, *, was: DocumentState | None
) -> Document:
    sends = int(document.facts.get("sends", 0)) + 1
    sending = document.become(DocumentState.SENDING, first_look_at=None).knowing(sends=sends)
    context.documents.save(sending, was=was)
    try:
        done = plan.send()
    except RetryableError:  # certainly nothing was done, so it was not sent
        planned = sending.become(DocumentState.PLANNED).knowing(sends=sends - 1)
        context.documents.save(planned, was=DocumentState.SENDING)
        raise
    except Refused as error:
        return _after_refusal(context, plan, sending, error)
    except UnknownOutcome as error:
        return _after_unknown(context, plan, sending, error)
    return _found(context, sending, done, f"{plan.what}: it is done")


def _after_refusal(context: Context, plan: Create, sending: Document, error: Refused) -> Document:
    """A known name says that nothing was done; any other, or “exists”, is looked into at once."""
    if error.name in EXISTS or error.name not in ERROR_NAMES:
        found = plan.look_up()
        if found is not None:
            return _found(
                context, sending, found, f"{plan.what}: refused ({error.name}), yet found"
            )
    context.documents.save(sending.become(DocumentState.PLANNED), was=DocumentState.SENDING)
    raise error


def _after_unknown(
    context: Context, plan: Create, sending: Document, error: UnknownOutcome
) -> Document:
    context.steps.note(
        f"{plan.what}: outcome unknown, looking for it", **{**error.evidence, "error": str(error)}
    )
    found = plan.look_up()
    if found is not None:
        return _found(context, sending, found, f"{plan.what}: found in {plan.where}")
    raise _look_again(context, plan, sending, why=str(error))


def _found(context: Context, document: Document, found: Found, text: str) -> Document:
    sent = document.become(
        DocumentState.SENT, number=found.number or document.number, first_look_at=None
    ).knowing(**found.facts)
    context.documents.save(sent, was=document.state)
    context.steps.about(Subject(others=(sent.number,) if sent.number else ()))
    context.steps.note(text, key=sent.key, number=sent.number)
    return sent


def _look_again(context: Context, plan: Create, document: Document, *, why: str) -> LookAgain:
    now = context.now()
    looked = document.become(document.state, first_look_at=now).knowing(why=why)
    context.documents.save(looked, was=document.state)
    return LookAgain(f"{plan.what}: {why} Looking again.", at=now + context.look_again_after)


def _check_may_send_again(context: Context, plan: Create, document: Document) -> None:
    """Return when two empty looks, apart in time, and a look-up that works prove that nothing is there."""
    why = str(document.facts.get("why") or "A worker ended while it was sent.")
    if document.first_look_at is None:
        raise _look_again(context, plan, document, why=why)
    due_at = document.first_look_at + context.look_again_after
    if context.now() < due_at:
        raise LookAgain(f"{plan.what}: {why} Looking again.", at=due_at)
    if int(document.facts.get("sends", 0)) >= MOST_SENDS:
        raise unknown_hold(
            plan.what,
            plan.number or plan.key,
            f"It was sent {MOST_SENDS} times without an answer. {why}",
            where=plan.where,
        )
    if plan.proves is None:
        return
    known = context.documents.known(plan.kind, besides=plan.key)
    if known is None:
        raise unknown_hold(
            plan.what,
            plan.number or plan.key,
            f"{why} No earlier document proves that it would be found.",
            where=plan.where,
        )
    if not plan.proves(known):
        raise unknown_hold(
            plan.what,
            plan.number or plan.key,
            f"{why} The look-up does not even find {known.key}, so finding nothing proves nothing.",
            where=plan.where,
        )
    context.steps.note(f"{plan.what}: not there, sending again", proved_by=known.key)


def unknown_hold(what: str, key: str, why: str, *, where: str = "Uniconta") -> Hold:
    """Return the hold for an outcome that only a person can find out (H12)."""
    return Hold(
        f"{what[:1].upper()}{what[1:]}: it is not known whether it is in {where}. {why}",
        f"Look for {key} in {where}. If it is there, run the job again; if not, choose “It is not in Uniconta: send again”.",
        mended_by="unknown",
    )
