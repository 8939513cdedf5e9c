"""What an order's lines come to: revenue and VAT per account and code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.uniconta.company import Company
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import to_money

ZERO = Decimal(0)
HUNDRED = Decimal(100)
ZONES = {"Domestic": "", "EUMember": "1", "Foreign": "2"}  # suffix of the group's account and code


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """One order line with the account and code that it is posted by; `amount` in the order's own terms."""

    row: Row
    item: Row | None
    qty: Decimal
    amount: Decimal
    account: str
    vat: str | None
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class RevenuePart:
    """Revenue and VAT of one account and code of an invoice; a sale is positive."""

    account: str
    vat: str | None
    net: Decimal
    vat_amount: Decimal


def price_line(company: Company, row: Row, *, debtor: Row, qty: Decimal) -> PricedLine:
    """Find account, code and amount of an order line; raises Refusal."""
    item = company.row("InvItem", row["Item"]) if row["Item"] else None
    if item is None and company.switches.get("uni.free_text_lines") == "ArgumentMissing":
        raise Refusal("ArgumentMissing", field="Item")
    item_group = company.row("InvGroup", item["Group"]) if item else {}
    debtor_group = company.row("DebtorGroup", debtor["Group"])
    zone = ZONES[debtor["VatZone"] or "Domestic"]
    groups = [item_group, debtor_group]
    vat = row["Vat"] or _first(groups, "SalesVat", zone)
    if debtor_group["RevenueFollowDC"] == "DebtorGroup":
        groups.reverse()
    account = _first(groups, "RevenueAccount", zone)
    if account is None:
        raise Refusal("AccountIsMissing", field="RevenueAccount", value=row["Item"])
    rate = company.row("GLVat", vat)["Rate"] if vat else ZERO
    discount = 1 - row["DiscountPct"] / HUNDRED
    amount = to_money(qty * row["Price"] * discount)
    return PricedLine(
        row=row, item=item, qty=qty, amount=amount, account=account, vat=vat, rate=rate
    )


def sum_up(
    lines: Iterable[PricedLine], *, prices_include_vat: bool, rounding: str
) -> list[RevenuePart]:
    """Return revenue and VAT per account and code, rounded as the switch says [A79]."""
    lines = list(lines)
    rates = {(line.account, line.vat): line.rate for line in lines}
    parts = []
    for key, rate in rates.items():
        amounts = [line.amount for line in lines if (line.account, line.vat) == key]
        groups = [[amount] for amount in amounts] if rounding == "per_line" else [amounts]
        vat = sum(
            (_vat(sum(group, ZERO), rate, gross=prices_include_vat) for group in groups), ZERO
        )
        net = sum(amounts, ZERO) - (vat if prices_include_vat else ZERO)
        parts.append(RevenuePart(account=key[0], vat=key[1], net=net, vat_amount=vat))
    if rounding == "per_invoice":
        return _round_per_invoice(parts, rates, gross=prices_include_vat)
    return parts


def _round_per_invoice(
    parts: list[RevenuePart], rates: Mapping[tuple[str, str | None], Decimal], *, gross: bool
) -> list[RevenuePart]:
    """Round the VAT of a code once per invoice: the first account of the code takes the difference."""
    done: dict[str | None, None] = {}
    result = []
    for part in parts:
        if part.vat in done:
            result.append(part)
            continue
        done[part.vat] = None
        same = [other for other in parts if other.vat == part.vat]
        base = sum((other.net + (other.vat_amount if gross else ZERO) for other in same), ZERO)
        vat = _vat(base, rates[(part.account, part.vat)], gross=gross)
        shift = vat - sum((other.vat_amount for other in same), ZERO)
        result.append(
            RevenuePart(
                account=part.account,
                vat=part.vat,
                net=part.net - (shift if gross else ZERO),
                vat_amount=part.vat_amount + shift,
            )
        )
    return result


def _vat(amount: Decimal, rate: Decimal, *, gross: bool) -> Decimal:
    return to_money(amount * rate / (HUNDRED + rate if gross else HUNDRED))


def _first(groups: Iterable[Row], name: str, zone: str) -> str | None:
    """Return the first group's value for the zone; a zone without one falls back to the domestic one."""
    for group in groups:
        value = group.get(name + zone) or group.get(name)
        if value:
            return str(value)
    return None
