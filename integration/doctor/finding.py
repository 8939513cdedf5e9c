"""What the doctor says: one finding, and the kind it is of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad: an error stops or falsifies bookings, a warning may, an info is to be known."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Place(StrEnum):
    """Where a finding is mended: a part of the tenant, a vendor's own program, or the server."""

    TENANT = "tenant"
    CUSTOMERS1ST_CONNECTION = "customers1st_connection"
    UNICONTA_CONNECTION = "uniconta_connection"
    SETUP = "setup"
    PAYMENT_TYPES = "payment_types"
    REGISTERS = "registers"
    SERVICE_ITEMS = "service_items"
    VARIANT_FIELDS = "variant_fields"
    SWITCHES = "switches"
    SAFETY = "safety"
    STATE = "state"
    IN_CUSTOMERS1ST = "in_customers1st"
    IN_UNICONTA = "in_uniconta"
    SERVER = "server"


class Fix(StrEnum):
    """What a button may mend: nothing that moves money, nothing that could be made twice."""

    HOOKS_CUSTOMERS1ST = "hooks-customers1st"
    HOOKS_UNICONTA = "hooks-uniconta"
    RENAME_PAYMENT_TYPE = "rename-payment-type"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of finding; `id` never changes, `title` says in one sentence what is wrong."""

    id: str
    level: Level
    place: Place
    title: str
    fix: Fix | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, with its name.

    `subject` names what it is about, `cause` and `cure` are for people; `arguments` is what the fix needs.
    """

    kind: Kind
    subject: str
    cause: str
    cure: str
    arguments: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values (DESIGN section 5.3)."""
        fix = self.kind.fix
        return {
            "id": self.kind.id,
            "level": self.kind.level.value,
            "subject": self.subject,
            "cause": self.cause,
            "cure": self.cure,
            "place": self.kind.place.value,
            "fix": fix.value if fix else None,
            "fix_arguments": list(self.arguments),
        }
