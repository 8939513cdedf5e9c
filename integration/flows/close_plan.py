"""What a day close would post, and everything that speaks against it; nothing is written here, so it is the preview too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integration.customers1st.payloads import DayClose, FinanceVoucher
from integration.errors import Hold, IntegrationError
from integration.flows.close_receipts import Gathered, gather, named
from integration.flows.context import Context
from integration.flows.master import store_id
from integration.mapping import proof
from integration.mapping.amounts import kroner
from integration.mapping.close_checks import (
    GOODS,
    Calibration,
    Finding,
    card_rows,
    check_bank,
    check_cash,
    check_totals,
    fitting,
    learned,
    voucher_differences,
)
from integration.mapping.day_close import (
    cash_account,
    check_range,
    close_date,
    close_lines,
    difference,
    figures,
    previous_of,
)
from integration.mapping.proof_chains import Basis
from integration.mapping.sale import SettlementLine


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A close, ready to be posted unless `findings` are left.

    `sheet` is its proof without Uniconta's numbers. `gathered` are its receipts.
    """

    close: DayClose
    lines: tuple[SettlementLine, ...]
    gathered: Gathered
    findings: tuple[Finding, ...]
    sheet: dict[str, Any]

    def check(self) -> None:
        """Hold when what the close says does not tie out (H5, H6, H3)."""
        if self.findings:
            raise Hold(
                " ".join(finding.cause for finding in self.findings),
                f"{self.findings[0].cure} When it is right as it stands, say so with “Post it as it stands”.",
                mended_by="customers1st",
            )


def find_close(context: Context, close_id: int) -> tuple[DayClose | None, list[DayClose]]:
    """Return a close and those listed beside it: newer ones, and back to the one before it of the same register.

    There is no reading by id; the newest come first, so a recent one costs one call.
    """
    seen: list[DayClose] = []
    wanted: DayClose | None = None
    in_order = True
    for close in context.customers1st.list_day_closes():
        in_order = in_order and (not seen or close.id < seen[-1].id)
        seen.append(close)
        if close.id == close_id:
            wanted = close
        elif in_order and _ends_the_search(close, wanted, close_id):
            break
    return wanted, seen


def plan_close(
    context: Context,
    close: DayClose,
    beside: Sequence[DayClose],
    *,
    accepted: Mapping[str, str] | None = None,
) -> Plan:
    """Return what a close would post; Hold when it cannot be told (H1, H2, H7).

    `accepted` holds the causes that a person has called right as they stand, with that person's word.
    """
    check_range(close, beside)
    gathered = gather(context, close)
    receipts = gathered.receipts
    lines = close_lines(close, rules=context.rules)
    previous = previous_of(close, beside)
    known = calibration(context)
    vouchers, note = _vouchers(context, close, gathered)
    findings: list[Finding] = []
    if gathered.is_whole:
        findings = [
            *check_totals(close, receipts, known),
            *check_cash(close, receipts, previous),
            *check_bank(close, vouchers, context.rules.bank_account),
        ]
    fits = fitting(close, receipts)
    reading = next((each for each in known.readings if each in fits), fits[0] if fits else GOODS)
    notes = [*_missing(gathered), *_notes(close), *note, *_voucher_notes(vouchers, lines, gathered)]
    word = accepted or {}
    waived = [finding for finding in findings if finding.cause in word]
    notes += [
        {"code": "accepted", "rule": each.rule, "text": each.cause, "word": word[each.cause]}
        for each in waived
    ]
    sheet = proof.build(
        Basis(
            close=close,
            day=close_date(close, rules=context.rules, naive_zone=context.naive_zone),
            store_id=store_id(context),
            receipts=receipts,
            lines=lines,
            cash_account=cash_account(close, context.rules),
            reading=reading,
            previous=previous,
            notes=notes,
        )
    )
    if waived:
        sheet = proof.with_accepted(sheet)
    sheet["figures"] = figures(close)
    after = learned(known, fits)
    sheet["calibration"] = {"closes": after.closes, "readings": list(after.readings)}
    left = [finding for finding in findings if finding.cause not in word]
    return Plan(
        close=close,
        lines=lines,
        gathered=gathered,
        findings=tuple(left or _open(sheet, gathered)),
        sheet=sheet,
    )


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen to a close now: its `plan`, or why there is none; `hold` is what stands in the way."""

    plan: Plan | None = None
    hold: Hold | None = None
    waits_for: str = ""


def preview_close(
    context: Context,
    close: DayClose,
    beside: Sequence[DayClose],
    *,
    accepted: Mapping[str, str] | None = None,
) -> Preview:
    """Return what posting a close would do now; nothing is written anywhere."""
    try:
        plan = plan_close(context, close, beside, accepted=accepted)
    except Hold as hold:
        return Preview(hold=hold)
    waits = plan.gathered.waits_for
    try:
        check_receipts(plan)
        plan.check()
    except Hold as hold:
        return Preview(plan=plan, hold=hold, waits_for=waits)
    return Preview(plan=plan, waits_for=waits)


def check_receipts(plan: Plan) -> None:
    """Hold while a receipt needs a person (H1)."""
    persons = plan.gathered.persons
    if not persons:
        return
    number, cause = next(iter(sorted(persons.items())))
    raise Hold(
        f"{len(persons)} receipts of the close need a person: {named(sorted(persons))}. Receipt {number}: {cause}",
        "Mend the receipts first, see their own jobs; the close then goes on by itself.",
        mended_by="receipt",
    )


def calibration(context: Context) -> Calibration:
    """Return what the earlier closes told about the store's figures."""
    latest = context.proofs.latest_close()
    if latest is None:
        return Calibration()
    kept = latest["calibration"]
    return Calibration(closes=int(kept["closes"]), readings=tuple(kept["readings"]))


def _ends_the_search(close: DayClose, wanted: DayClose | None, close_id: int) -> bool:
    """Tell whether a close is the last that is needed: of the same register, and with receipts to compare ranges."""
    if wanted is None:
        return close.id < close_id
    return close.register_id == wanted.register_id and bool(close.receipts)


def _missing(gathered: Gathered) -> list[dict[str, Any]]:
    """Return a note that names the receipts that a preview does not count yet."""
    numbers = [*gathered.persons, *gathered.under_way.values(), *gathered.not_started.values()]
    return [{"code": "not_counted", "numbers": named(sorted(numbers))}] if numbers else []


def _notes(close: DayClose) -> list[dict[str, Any]]:
    """Return what is reported and not held: a sign that the till writes the other way [A37], cards used [A36]."""
    notes = []
    own = difference(close)
    if own and close.cash_difference == -own:
        notes.append({"code": "sign", "amount": kroner(own), "told": kroner(close.cash_difference)})
    cards = card_rows(close)
    if cards is not None:
        notes.append({"code": "card_rows", "told": kroner(cards[0]), "amount": kroner(cards[1])})
    return notes


def _vouchers(
    context: Context, close: DayClose, gathered: Gathered
) -> tuple[list[FinanceVoucher], list[dict[str, Any]]]:
    """Return the vendor's own posting proposal; none, and a note, where it is not to be had [A44]."""
    if not gathered.is_whole:
        return [], []
    try:
        return context.customers1st.list_finance_vouchers(close.id), []
    except IntegrationError as error:
        return [], [{"code": "no_vouchers", "text": str(error)}]


def _voucher_notes(
    vouchers: Sequence[FinanceVoucher], lines: Sequence[SettlementLine], gathered: Gathered
) -> list[dict[str, Any]]:
    """Compare the vendor's proposal with our lines; a control only: a difference is reported [A43]."""
    if not vouchers:
        return []
    return [
        {
            "code": "voucher_differs",
            "account": account,
            "told": kroner(theirs),
            "amount": kroner(ours),
        }
        for account, (theirs, ours) in voucher_differences(
            vouchers, [*lines, *_tender_lines(gathered)]
        ).items()
    ] or [{"code": "vouchers_agree"}]


def _tender_lines(gathered: Gathered) -> list[SettlementLine]:
    """Return the receipts' payments as lines on the accounts they go to, against none that the proposal names."""
    return [
        SettlementLine(
            debtor=True,
            account="",
            offset_account=paid.account,
            credit=paid.amount,
            text=paid.title,
        )
        for receipt in gathered.receipts
        for paid in receipt.totals.paid
        if paid.account
    ]


def _open(sheet: dict[str, Any], gathered: Gathered) -> list[Finding]:
    """Return a finding for a chain that does not end in 0.00 although every check passed (H3): never expected."""
    if not gathered.is_whole:
        return []
    return [
        Finding(
            rule="H3",
            cause=f"The proof's chain “{code}” ends in {rest}, not in 0.00.",
            cure="Ask the vendor of this integration to look at the close.",
        )
        for code, rest in proof.open_chains(sheet).items()
    ]
