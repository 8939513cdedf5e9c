"""What the doctor says of one step, from the lists that the guide has read: the same checks, no call."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from integration.doctor.examination import examine
from integration.doctor.facts import Facts
from integration.doctor.finding import Finding, Level
from settings_app.models import Tenant
from syncjobs.doctor.own import own_facts
from syncjobs.wizard.live import Live
from syncjobs.wizard.step import Check, Step
from syncjobs.wizard.steps import BY_KEY, STEPS

# words of a cure -> the step that it speaks of; the number of a point says it of others
NAMED = (
    (r"payment types\b", "payment_types"),
    (r"registers\b", "registers"),
    (r"service item|[Gg]ift card|[Vv]oucher|[Dd]eposit|discount_items|misc_items", "items"),
    (r"Customers 1st connection", "customers1st"),
    (r"\bconnection", "uniconta"),
    (r"numbering in the setup", "debtor_group"),
    (r"payment term", "pos_debtor"),
    (r"expense account|bank account", "differences"),
)
# words of a cause or cure -> the question on the step's page
QUESTIONS = {
    "cash difference account": "setup.cash_difference_account",
    "rounding account": "setup.rounding_account",
    "expense account": "setup.expense_account",
    "bank account": "setup.bank_account",
    "numbering in the setup": "setup.debtor_number",
    "payment term": "setup.payment_term",
    "gift card": "setup.gift_card.kind",
    "voucher": "setup.voucher.kind",
    "deposit": "setup.deposit.kind",
}
ROWS = {"payment_types": r"“(.+?)”", "registers": r"(?i)\bregister (\d+)"}


class Spot(NamedTuple):
    """A step of the guide, and a question on its page by its path, empty for the page as a whole."""

    step: Step
    path: str


def examine_answers(tenant: Tenant, live: Live) -> list[Finding]:
    """Return everything that speaks against the stored answers, as far as the lists tell."""
    own = own_facts(tenant, now=timezone.now())
    return examine(Facts(own=own, store=live.store, company=live.company))


def of_step(step: Step, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are mended on this page."""
    return [row for row in findings if step in mending_steps(row.as_json())]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop or falsify bookings."""
    return [row for row in findings if row.kind.level is Level.ERROR]


def mending_steps(finding: Mapping[str, Any]) -> list[Step]:
    """Return the steps whose page mends a finding (as plain values): those that name its id most exactly."""
    fits = {step.key: _fit(step, finding) for step in STEPS}
    best = max(len(fit.beginning) if fit else 0 for fit in fits.values())
    return [step for step in STEPS if (fit := fits[step.key]) and len(fit.beginning) == best]


def mending_spot(finding: Mapping[str, Any]) -> Spot | None:
    """Return the step, and the question on its page, at which a finding (as plain values) is mended; None for none."""
    for step in mending_steps(finding):
        fit = _fit(step, finding)
        path = fit.path if fit else ""
        return Spot(step, path or _row_of(step, _words(finding)) or _only_question(step))
    return None


def spot_named(cause: str, cure: str) -> Spot | None:
    """Return the step, and the question on its page, that the words of a job's cause and cure speak of; None for none."""
    for words, key in NAMED:
        if re.search(words, cure):
            step = BY_KEY[key]
            break
    else:
        point = re.search(r"\bpoint (\d+)", cure)
        found = [step for step in STEPS if point and step.point == point[1]]
        if not found:
            return None
        step = found[0]
    if step.key == "uniconta" and "Customers 1st" in cause:
        step = BY_KEY["customers1st"]
    labels = [path for words, path in QUESTIONS.items() if words in f"{cause} {cure}"]
    own = [path for path in labels if any(ask.path == path for ask in step.asks)]
    return Spot(step, (own or [_row_of(step, f"{cause} {cure}") or _only_question(step)])[0])


def _only_question(step: Step) -> str:
    asked = [ask.path for ask in step.asks if not ask.folded]
    return asked[0] if len(asked) == 1 else ""


def _row_of(step: Step, words: str) -> str:
    """Return the row of a table that is named: a payment type in quotes, a register by its number."""
    pattern = ROWS.get(step.table)
    found = re.search(pattern, words) if pattern else None
    return f"{step.table}.{found[1]}" if found else ""


def _words(finding: Mapping[str, Any]) -> str:
    return f"{finding['subject']} {finding['cause']}"


def _fit(step: Step, finding: Mapping[str, Any]) -> Check | None:
    fits = [
        check
        for check in step.checks
        if str(finding["id"]).startswith(check.beginning) and check.words in _words(finding)
    ]
    return max(fits, key=lambda check: (len(check.beginning), len(check.words)), default=None)
