"""Change URLs: what the vendor calls when a master record changes (contracts/uniconta.md section 10).

One attempt per change, no repeat, no signature; the outcome stands on the TableChangeEventClient row.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests
import simplejson

from sandbox.uniconta.company import Change, Company
from sandbox.uniconta.entities import BY_TABLE, TABLE_IDS
from sandbox.uniconta.records import show_row
from sandbox.uniconta.table import Row

ALL_TABLES = 0  # [A108]
SHIFT = 100  # of the table ids under uni.table_ids shifted
STORAGE_ROWS = 500000  # row ids of the storage table, under uni.hook_storage storage_rowid [A107]
TIMEOUT = 10  # seconds


@dataclass(frozen=True, kw_only=True)
class HookCall:
    """One call of a change URL, ready to be sent; `event_row` is the registration's row id."""

    company_id: int
    event_row: int
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


Sender = Callable[[HookCall], int]  # returns the status; raises OSError when there was no answer


def build_calls(company: Company, change: Change) -> list[HookCall]:
    """Return the calls that a change causes, one per registration that listens to it."""
    if company.switches.get("uni.hook_self") == "silent" and not change.by_person:
        return []
    return [
        _build_call(company, change, event)
        for event in company["TableChangeEvent"]
        if _listens(company, event, change)
    ]


def send_over_http(call: HookCall) -> int:
    """Send a call with a real HTTP request."""
    answer = requests.request(
        call.method,
        call.url,
        data=call.body or None,
        headers=dict(call.headers),
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    return answer.status_code


def record_outcome(company: Company, call: HookCall, *, error: str | None) -> None:
    """Write on the registration how its last call went."""
    event = company["TableChangeEvent"].get(call.event_row)
    if event is not None:
        company["TableChangeEvent"].change(
            event, HasError=error is not None, ErrorMessage=error, LastEvent=company.now()
        )


class ChangeUrls:
    """The queue of calls and what sends them: nobody, a callable, or a thread that speaks HTTP."""

    def __init__(
        self,
        *,
        lock: threading.RLock,
        company: Callable[[int], Company | None],
        now: Callable[[], datetime],
    ) -> None:
        self.sender: Sender | None = None
        self.sent: list[HookCall] = []
        self._waiting: deque[tuple[datetime, HookCall]] = deque()  # due at, call
        self._held: list[tuple[datetime, HookCall]] = []  # go out after the next one
        self._lock = lock
        self._company = company
        self._now = now
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopping = False

    @property
    def pending(self) -> list[HookCall]:
        """The calls that have not been sent yet."""
        with self._lock:
            return [call for _, call in (*self._waiting, *self._held)]

    def queue(self, call: HookCall, *, fault: str = "", seconds: float = 0) -> None:
        """Put a call into the queue; `fault` is the kind of a hook fault, `seconds` the delay of a late one."""
        if fault == "hook_drop":
            return
        due = self._now() + timedelta(seconds=seconds if fault == "hook_late" else 0)
        with self._lock:
            if fault == "hook_reorder":
                self._held.append((due, call))
                return
            self._waiting.append((due, call))
            if fault == "hook_duplicate":
                self._waiting.append((due, call))
            self._waiting.extend(self._held)
            self._held.clear()

    def clear(self) -> None:
        """Forget every call, sent or not."""
        with self._lock:
            self._waiting.clear()
            self._held.clear()
            self.sent.clear()

    def notify(self) -> None:
        """Send what is due: at once through a callable, soon through the thread."""
        if self._thread is not None:
            self._wake.set()
        elif self.sender is not None:
            self.deliver()

    def deliver(self) -> int:
        """Send every call that is due and return their number; does nothing without a sender."""
        count = 0
        sender = self.sender
        while sender is not None and (call := self._next_due()) is not None:
            self._send(call, sender)
            count += 1
        return count

    def start(self, *, sender: Sender = send_over_http) -> None:
        """Send from a background thread until `stop`."""
        self.sender = sender
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="uniconta-change-urls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the background thread; what it has not sent stays in the queue."""
        if self._thread is None:
            return
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=TIMEOUT + 1)
        self._thread = None
        self.sender = None

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(timeout=0.2)  # late calls become due without anybody's notice
            self._wake.clear()
            self.deliver()

    def _next_due(self) -> HookCall | None:
        with self._lock:
            for position, (due, call) in enumerate(self._waiting):
                if due <= self._now():
                    del self._waiting[position]
                    return call
        return None

    def _send(self, call: HookCall, sender: Sender) -> None:
        """Send outside the lock, so that a receiver may read from us meanwhile."""
        try:
            status = sender(call)
            error = None if status < 300 else str(status)
        except OSError as failure:  # requests' exceptions are OSErrors
            error = type(failure).__name__
        with self._lock:
            self.sent.append(call)
            company = self._company(call.company_id)
            if company is not None:  # it may have been cleared away meanwhile
                record_outcome(company, call, error=error)


def _listens(company: Company, event: Row, change: Change) -> bool:
    shift = SHIFT if company.switches.get("uni.table_ids") == "shifted" else 0
    wanted = event["TableId"]
    if event["Disable"] or event["Job"]:
        return False
    if event["OnlyOnCreate"] and change.operation != "Add":
        return False
    return wanted in (ALL_TABLES, TABLE_IDS[change.table] + shift)


def _build_call(company: Company, change: Change, event: Row) -> HookCall:
    posts = event["UsePost"] == 1 and company.switches.get("uni.hook_method") == "post"
    query = _query(company, change, event, posts=posts)
    joint = "&" if "?" in event["Url"] else "?"
    return HookCall(
        company_id=company.id,
        event_row=event["RowId"],
        method="POST" if posts else "GET",
        url=f"{event['Url']}{joint}{query}",
        headers={"Content-Type": "application/json"} if posts else {},
        body=_body(company, change) if posts else b"",
    )


def _query(company: Company, change: Change, event: Row, *, posts: bool) -> str:
    """Return the query in the form of the switches [A104] [A105] [A107]."""
    names = company.switches.get("uni.hook_names")
    # a bare call was seen in lower case, Action=add; one about stock was not
    bare = not posts and names == "action" and change.table != "InvItemStorage"
    entity = _entity_table(change)
    row_id = change.row["RowId"]
    if (
        change.table == "InvItemStorage"
        and company.switches.get("uni.hook_storage") == "storage_rowid"
    ):
        row_id += STORAGE_ROWS
    operation = change.operation.lower() if bare else change.operation
    word = "Action" if names == "action" else "Operation"
    key = quote(str(change.row[BY_TABLE[entity].key[0]]))
    parts = [
        f"CompanyId={company.id}",
        f"Table={change.table}",
        f"RowId={row_id}",
        f"Key={key}",
        f"{word}={operation}",
        *_argument(company, event),
    ]
    return ("?" if names == "question_marks" else "&").join(parts)


def _argument(company: Company, event: Row) -> list[str]:
    handling = company.switches.get("uni.hook_argument")
    if not event["Argument"] or handling == "dropped":
        return []
    if handling == "as_Argument":
        return [f"Argument={quote(event['Argument'], safe='')}"]
    return [event["Argument"]]


def _body(company: Company, change: Change) -> bytes:
    """Return the record as JSON; for stock it is the item."""
    entity = BY_TABLE[_entity_table(change)]
    columns = company.columns(entity, with_user_fields=True)
    shown: dict[str, Any] = show_row(company, entity, change.row, columns=columns)
    return simplejson.dumps(shown, use_decimal=True, ensure_ascii=False).encode()


def _entity_table(change: Change) -> str:
    return "InvItem" if change.table == "InvItemStorage" else change.table
