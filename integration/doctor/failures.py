"""What a call that did not work means, in the words of the findings."""

from integration.doctor.facts import Denied, Failure
from integration.errors import AccessDenied, IntegrationError, Refused, RetryableError
from integration.uniconta.tokens import REFUSED, STOPPED, WRONG_COMPANY

NO_RIGHTS = frozenset({"NoRights", "NoSubscription"})
BY_REASON = {STOPPED: "login-stopped", WRONG_COMPANY: "wrong-company"}


def failure_of(error: IntegrationError) -> Failure:
    """Return why a whole system could not be read."""
    return Failure(_name_of(error), str(error))


def denied_by(resource: str, error: IntegrationError) -> Denied:
    """Return why one list could not be read."""
    name = "module-missing" if _is_about_a_module(error) else "right-missing"
    return Denied(resource, name, str(error))


def ends_all(error: IntegrationError) -> bool:
    """Tell whether an error is about the system, so that asking on makes no sense."""
    if isinstance(error, AccessDenied):
        return error.evidence.get("status") in (401, None) or "reason" in error.evidence
    return not isinstance(error, Refused)


def _name_of(error: IntegrationError) -> str:
    status = error.evidence.get("status")
    if isinstance(error, AccessDenied):
        return _refusal(error, status)
    if isinstance(error, RetryableError):
        return _outage(error, status)
    return "wrong-host"  # it answers, yet not in the vendor's words


def _refusal(error: AccessDenied, status: object) -> str:
    reason = str(error.evidence.get("reason") or "")
    if reason == REFUSED:
        if error.evidence.get("answer") == "NoCompanyId":
            return "wrong-company"
        return "wrong-host" if status in (404, 405) else "login-refused"
    if reason:
        return BY_REASON[reason]
    if _is_about_a_module(error):
        return "module-missing"
    if status is None:
        return "address-unusable"
    return "login-refused" if status == 401 else "right-missing"


def _outage(error: RetryableError, status: object) -> str:
    if status is not None:
        return "throttled" if status == 429 else "down"
    return "timeout" if "Timeout" in str(error.evidence.get("failure")) else "unreachable"


def _is_about_a_module(error: IntegrationError) -> bool:
    if isinstance(error, Refused):
        return error.name == "NoSubscription"
    return "BILLING_" in str(error.evidence.get("answer"))
