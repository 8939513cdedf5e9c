"""Checks of item groups and their VAT, the items of the setup and user fields."""

from collections.abc import Iterator
from decimal import Decimal

from integration.doctor.debtors import named
from integration.doctor.facts import CompanyFacts, Facts, Row, Rows
from integration.doctor.finding import Finding
from integration.doctor.kinds import finding
from integration.doctor.ledger import is_income
from integration.doctor.roles import FULL, SetupItem, setup_items
from integration.mapping.rules import Rules
from integration.uniconta.labels import member_of
from integration.uniconta.values import amount_of, flag_of, number_of, text_of
from integration.words import word

NEW_ITEMS = ""  # stands for the items that we make; they have no number yet
LONGEST_VALUE = 255  # of the Customers 1st fields that user fields carry
# fields of Customers 1st as the setup guide calls them
SOURCES = {
    "styleno": "style number",
    "size": word("size"),
    "color": word("colour"),
    "alternativebarcode": "alternative barcodes",
    **{f"customfield{number}": f"own field {number}" for number in range(1, 5)},
}
# TableFieldsClient.Type: the contract knows `String`; the other words are likely ones, what is unknown is not judged
NOT_TEXT = frozenset({"integer", "heltal", "double", "decimaltal", "boolean", "boolsk", "datetime", "dato"})  # fmt: skip


def check_items(facts: Facts) -> Iterator[Finding]:
    """Say what is wrong with item groups, the setup's items, and what products are written to."""
    company, rules = facts.company, facts.own.rules
    if not isinstance(company, CompanyFacts):
        return
    groups, items = (company.tables.get(n) for n in ("InvGroupClient", "InvItemClient"))
    if groups is not None and rules.default_item_group and rules.default_item_group not in groups:
        yield finding(
            "item-group-missing",
            subject=rules.default_item_group,
            cause=f"Item group “{rules.default_item_group}” does not exist in Uniconta.",
            cure=f"Correct point 3 of the setup. The company's groups are {named(groups)}.",
        )
    if items is not None:
        yield from _setup_items(rules, items)
        if groups is not None:
            yield from _vat(company, rules, groups, items)
            yield from _card_accounts(company, rules, groups, items)
    fields = company.tables.get("TableFieldsClient")
    if fields is not None:
        yield from _fields(rules, fields)


def _setup_items(rules: Rules, items: Rows) -> Iterator[Finding]:
    by_number: dict[str, list[SetupItem]] = {}
    for item in setup_items(rules):
        by_number.setdefault(item.number, []).append(item)
    for number, uses in by_number.items():
        subject = f"Service item {number} ({', '.join(use.what for use in uses)})"
        row = items.get(number)
        if row is None:
            yield finding(
                "item-missing",
                subject=subject,
                cause=f"Item {number} does not exist in Uniconta.",
                cure="Make the service item there, or correct it in the setup.",
            )
        else:
            yield from _item(number, row, subject)


def _item(number: str, row: Row, subject: str) -> Iterator[Finding]:
    if flag_of(row.get("Blocked")):
        yield finding(
            "item-blocked",
            subject=subject,
            cause=f"Item {number} is blocked.",
            cure="Unblock it in Uniconta.",
        )
    if member_of("ItemType", row.get("ItemType")) not in {"Service", None}:
        yield finding(
            "item-not-service",
            subject=subject,
            cause=f"Item {number} is of type “{text_of(row['ItemType'])}”; it would move stock.",
            cure="Make it a service item in Uniconta.",
        )
    if flag_of(row.get("UseVariants")):
        yield finding(
            "item-variants",
            subject=subject,
            cause=f"Item {number} uses variants; an order line of ours names none.",
            cure="Switch variants off for this item in Uniconta.",
        )


def _vat(company: CompanyFacts, rules: Rules, groups: Rows, items: Rows) -> Iterator[Finding]:
    """Compare each group's VAT with what is sold through it; one finding a group, whoever uses it."""
    wanted: dict[str, list[tuple[Decimal, str, bool]]] = {}
    if rules.default_item_group:
        wanted[rules.default_item_group] = [(FULL, NEW_ITEMS, False)]
    for item in setup_items(rules):
        group = text_of(items.get(item.number, {}).get("Group"))
        if group:
            wanted.setdefault(group, []).append((item.rate, item.number, item.card))
    for group, uses in wanted.items():
        if group in groups:
            yield from _group_vat(company, rules, group, groups[group], uses)


def _group_vat(
    company: CompanyFacts, rules: Rules, group: str, row: Row, uses: list[tuple[Decimal, str, bool]]
) -> Iterator[Finding]:
    codes = company.tables.get("GLVatClient")
    code = text_of(row.get("SalesVat")) or _debtors_code(company, rules)
    if codes is None:
        return
    vat = codes.get(code)
    if code and vat is None:
        yield finding(
            "vat-code-missing",
            subject=f"item group {group}",
            cause=f"Item group “{group}” has the VAT code {code}, which does not exist.",
            cure="Correct the sales VAT code of the group in Uniconta.",
        )
        return
    if vat is not None and flag_of(vat.get("Blocked")):
        yield finding(
            "vat-code-blocked",
            subject=code,
            cause=f"VAT code {code} of item group “{group}” is blocked.",
            cure="Unblock it in Uniconta, or give the group another code.",
        )
    rate = amount_of((vat or {}).get("Rate"))
    wrong = [use for use in uses if use[0] != rate]
    if wrong:
        yield _wrong_rate(group, code, rate, wrong)


def _debtors_code(company: CompanyFacts, rules: Rules) -> str:
    """Return the VAT code of the POS debtor's group, which counts where the item's group has none."""
    debtor = company.tables.get("DebtorClient", {}).get(rules.pos_debtor, {})
    groups = company.tables.get("DebtorGroupClient", {})
    return text_of(groups.get(text_of(debtor.get("Group")), {}).get("SalesVat"))


def _wrong_rate(
    group: str, code: str, rate: Decimal, wrong: list[tuple[Decimal, str, bool]]
) -> Finding:
    told = ", ".join(
        f"{wish:f} % VAT for the item {number}" if number else f"{wish:f} % VAT for new items"
        for wish, number, _card in wrong
    )
    has = f"the VAT code {code} of {rate:f} %" if code else "no VAT code"
    if all(card for _wish, _what, card in wrong):
        return finding(
            "card-vat-rate",
            subject=f"item group {group}",
            cause=f"Item group “{group}” has {has}; it needs {told}, by the kind that is set up.",
            cure="Move the item to a group with that VAT in Uniconta, or correct the kind (multi or single) in the setup.",
        )
    return finding(
        "item-group-vat-rate",
        subject=f"item group {group}",
        cause=f"Item group “{group}” has {has}; it needs {told}.",
        cure="Correct the sales VAT code of the group in Uniconta, or choose other items or another group.",
    )


def _card_accounts(
    company: CompanyFacts, rules: Rules, groups: Rows, items: Rows
) -> Iterator[Finding]:
    accounts = company.tables.get("GLAccountClient", {})
    for item in setup_items(rules):
        group = groups.get(text_of(items.get(item.number, {}).get("Group")), {})
        account = text_of(group.get("RevenueAccount"))
        if item.card and is_income(accounts.get(account, {})):
            yield finding(
                "card-account",
                subject=f"Service item {item.number} ({item.what})",
                cause=f"Item {item.number} is booked on {account}, an account of income and cost; a sold card is a debt of the shop.",
                cure="Give the item's group a liability account in Uniconta.",
            )


def _fields(rules: Rules, fields: Rows) -> Iterator[Finding]:
    for name, field in rules.variant_fields.items():
        row, source = fields.get(name), SOURCES.get(field, field)
        if row is None:
            yield finding(
                "field-missing",
                subject=name,
                cause=f"Items in Uniconta have no user field {name}, which carries {source}.",
                cure=f"Save point 8 of the setup guide, which makes {name} in Uniconta (text, {LONGEST_VALUE} characters), or choose another field there.",
            )
        else:
            yield from _field(name, source, row)


def _field(name: str, source: str, row: Row) -> Iterator[Finding]:
    kind, length = text_of(row.get("Type")), number_of(row.get("Length"))
    if kind.lower() in NOT_TEXT:
        yield finding(
            "field-wrong-type",
            subject=name,
            cause=f"User field {name} is of type “{kind}”; {source} is text.",
            cure=f"Make {name} a text field in Uniconta.",
        )
    elif 0 < length < LONGEST_VALUE:
        yield finding(
            "field-too-short",
            subject=name,
            cause=f"User field {name} holds {length} characters, {source} may have {LONGEST_VALUE}; a longer text is refused.",
            cure=f"Lengthen {name} to {LONGEST_VALUE} in Uniconta.",
        )
    if flag_of(row.get("ReadOnly")):
        yield finding(
            "field-read-only",
            subject=name,
            cause=f"User field {name} is read-only.",
            cure=f"Let {name} be written in Uniconta.",
        )
