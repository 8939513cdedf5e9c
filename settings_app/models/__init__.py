"""The tenant file as models (DESIGN 5.5), all with change history; secrets never enter it."""

from settings_app.models.connection import Customers1stConnection, UnicontaConnection
from settings_app.models.doctor import DoctorReport
from settings_app.models.mapping import (
    FieldMaster,
    PaymentType,
    Register,
    ServiceItem,
    VariantField,
)
from settings_app.models.operation import Operation
from settings_app.models.safety import SafetyInterval
from settings_app.models.setup import Setup
from settings_app.models.tenant import Membership, Tenant
from settings_app.models.webhook_switch import WebhookSwitch

__all__ = [
    "Customers1stConnection",
    "DoctorReport",
    "FieldMaster",
    "Membership",
    "Operation",
    "PaymentType",
    "Register",
    "SafetyInterval",
    "ServiceItem",
    "Setup",
    "Tenant",
    "UnicontaConnection",
    "VariantField",
    "WebhookSwitch",
]
