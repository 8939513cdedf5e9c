"""Records that the setup needs and Uniconta lacks: a journal with its number series, service items, user fields.

Each is planned as a plain row, which a person sees before it is sent; then it is made once, like every other create.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integration.flows.context import Context
from integration.flows.create import MADE, Create, Found, create_once
from integration.ports import Document, DocumentKind, DocumentState
from integration.uniconta.labels import Form, label
from integration.uniconta.payloads import text_of

ITEM_TABLE = 23  # items, in TableFieldsClient (contracts/uniconta.md section 11)
FIELD_LENGTH = 255  # of the Customers 1st fields that user fields carry
FIRST_VOUCHER = 1
# how the journal must be (contracts/uniconta.md section 11, GLDailyJournalClient; [A95] [A102])
JOURNAL_ON = ("GenerateVoucher", "OneVoucherForAll", "NoVATCalculation", "DeleteLines")


@dataclass(frozen=True, kw_only=True)
class SetupRecord:
    """One record to be made: its entity, the members that name it, and the row as it is sent.

    `what` names it for people.
    """

    entity: str
    keys: Mapping[str, str]
    row: Mapping[str, Any]
    what: str

    @property
    def number(self) -> str:
        """What it is called in Uniconta."""
        return list(self.keys.values())[-1]


def series_record(serie: str) -> SetupRecord:
    """Return the number series of our journal: each journal should have its own (section 12.3)."""
    return SetupRecord(
        entity="NumberSerieClient",
        keys={"Serie": serie},
        row={"Serie": serie, "Name": f"Bilag {serie}", "FirstValue": FIRST_VOUCHER},
        what=f"Number series {serie}",
    )


def journal_record(journal: str, *, serie: str, form: Form) -> SetupRecord:
    """Return the journal as the posting needs it; `form` is how the company writes its enumerations."""
    ledger = label("AccountType", "Ledger", form)
    row = {
        "Journal": journal,
        "Name": "Kasseafstemning",
        "NumberSerie": serie,
        "DefaultAccountType": ledger,
        "DefaultOffsetAccountType": ledger,
        **dict.fromkeys(JOURNAL_ON, True),
    }
    return SetupRecord(
        entity="GLDailyJournalClient",
        keys={"Journal": journal},
        row=row,
        what=f"Journal {journal}",
    )


def item_record(item: str, *, name: str, group: str, form: Form) -> SetupRecord:
    """Return a service item: it moves no stock, and its group decides account and VAT [A81]."""
    row = {
        "Item": item,
        "Name": name,
        "Group": group,
        "ItemType": label("ItemType", "Service", form),
        "CostModel": label("CostModel", "FIFO", form),
    }
    return SetupRecord(
        entity="InvItemClient", keys={"Item": item}, row=row, what=f"Service item {item}"
    )


def field_record(name: str, *, prompt: str, form: Form) -> SetupRecord:
    """Return a user field of items: text, as long as what the till may hold [A72] [A73].

    Only the English word for text is known; in another form it is left out, and the doctor looks at what came of it.
    """
    row: dict[str, Any] = {
        "TableNo": ITEM_TABLE,
        "Name": name,
        "Prompt": prompt,
        "Length": FIELD_LENGTH,
    }
    if form in (Form.ENGLISH, Form.NAME):
        row["Type"] = "String"
    return SetupRecord(
        entity="TableFieldsClient",
        keys={"TableNo": str(ITEM_TABLE), "Name": name},
        row=row,
        what=f"User field {name}",
    )


def make_records(context: Context, records: Iterable[SetupRecord]) -> list[str]:
    """Make what is not there yet, in order, each once; returns the names of what was made.

    Raises LookAgain while an outcome is unknown, Hold when a person must look, and the client's errors.
    """
    made = []
    for record in records:
        plan = _plan(context, record)
        stored = context.documents.get(plan.kind, plan.key)
        is_open = stored is not None and stored.state is DocumentState.SENDING
        if not is_open and _is_there(context, record):
            continue
        create_once(context, plan)
        made.append(record.what)
    return made


def _plan(context: Context, record: SetupRecord) -> Create:
    key = f"setup:{record.entity}:{record.number}"
    return Create(
        kind=DocumentKind.SETUP,
        key=_free_key(context, key),
        source_id=key,
        what=record.what,
        number=record.number,
        send=_sender(context, record),
        look_up=lambda: Found(number=record.number) if _is_there(context, record) else None,
        facts={"entity": record.entity},
    )


def _free_key(context: Context, key: str) -> str:
    """Return the key of this attempt: what was made once and deleted there since is made anew, under a key of its own."""
    number, free = 1, key
    while (stored := context.documents.get(DocumentKind.SETUP, free)) is not None and _made(stored):
        number += 1
        free = f"{key}:{number}"
    return free


def _made(document: Document) -> bool:
    return document.state in MADE


def _sender(context: Context, record: SetupRecord) -> Callable[[], Found]:
    def send() -> Found:
        context.uniconta.insert(record.entity, record.row)
        return Found(number=record.number)

    return send


def _is_there(context: Context, record: SetupRecord) -> bool:
    """Look for the record by what names it; its key is the vendor's own, so a second one is refused."""
    rows = context.uniconta.query(record.entity, dict(record.keys))
    return any(
        all(text_of(row.get(name)) == value for name, value in record.keys.items()) for row in rows
    )
