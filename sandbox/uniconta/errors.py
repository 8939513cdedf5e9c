"""What the vendor answers when it does not do what was asked."""

# Names seen [contracts/uniconta.md section 3]; the numbers are the sandbox's own, the vendor's are unknown [A65]
ERROR_NAMES = (
    "NoSucces", "ArgumentMissing", "AccountIsMissing", "CannotDeleteRecord", "ContainsLinesDelivered",
    "CouldNotCreate", "CouldNotDeleteRecordThatIsReferred", "CouldNotFind", "CouldNotSave",
    "CreditLimitExceeded", "ErrorInJournal", "Exception", "FieldCannotBeBlank", "FileIsTooBig",
    "IgnoreUpdate", "InvalidObject", "InvoiceNumberMissing", "ItemIsOnHold", "KeyExists", "KeyIsEmpty",
    "NoChange", "NoCompanyId", "NoLinesFound", "NoLinesToUpdate", "NoRights", "NoSubscription",
    "RecordExists", "RecordNotSelected", "SQLException", "TooManyLinesSelected",
    # not in the known list: real companies answer names that nobody has seen before
    "DebtorIsBlocked", "PeriodIsClosed",
)  # fmt: skip
NUMBERS = {name: number for number, name in enumerate(ERROR_NAMES, start=101)}
NAMES = {str(number): name for name, number in NUMBERS.items()}


class Refusal(Exception):
    """A business error: its name and, where known, the property and value it is about."""

    def __init__(self, name: str, *, field: str | None = None, value: object = None) -> None:
        super().__init__(name)
        self.name = name
        self.field = field
        self.value = None if value is None else str(value)

    @property
    def detail(self) -> str:
        """What GetLastError tells about it."""
        about = f": {self.field} '{self.value or ''}'" if self.field else ""
        return f"{self.name}{about}"


class BadField(Exception):
    """A value that the column cannot hold: answered 400 with the field's message [A74]."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Unbalanced(Exception):
    """The engine was about to post a voucher that does not sum to zero: a bug in the sandbox."""
