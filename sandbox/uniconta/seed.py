"""The companies of the seed shop: Nordlys Cykler (70123) and Fjord Sport (70124), ready for trade."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.uniconta.company import Company
from sandbox.uniconta.entities import BY_TABLE
from sandbox.uniconta.ledger import Claim, Entry, Voucher, control_account, open_claim, post
from sandbox.uniconta.records import new_row
from sandbox.uniconta.sessions import User
from sandbox.uniconta.state import UnicontaState

NORDLYS = 70123
FJORD = 70124
PASSWORD = "sandbox-password"  # noqa: S105 - the sandbox's own, for everyone to read
EQUITY = "9000"  # the other side of opening balances

# account -> name and kind (name of GLAccountType)
ACCOUNTS: Mapping[str, tuple[str, str]] = {
    "1000": ("Omsætning", "Header"),
    "1010": ("Varesalg 25 %", "PL"),
    "1050": ("Varesalg uden moms", "PL"),
    "2750": ("Udlæg fra kassen", "PL"),
    "2910": ("Kassedifferencer", "PL"),
    "2920": ("Øreafrunding", "PL"),
    "2999": ("Resultat", "Sum"),
    "5600": ("Debitorer (samlekonto)", "BalanceSheet"),
    "5810": ("Kasse 1", "BalanceSheet"),
    "5811": ("Kasse 2", "BalanceSheet"),
    "5815": ("Kasse EUR", "BalanceSheet"),
    "5820": ("Bank", "BalanceSheet"),
    "5830": ("Dankort i transit", "BalanceSheet"),
    "5831": ("MobilePay i transit", "BalanceSheet"),
    "6510": ("Salgsmoms", "BalanceSheet"),
    "6610": ("Gavekort, flerformål", "BalanceSheet"),
    "6612": ("Gavekort, enkeltformål (ekskl. moms)", "BalanceSheet"),
    "6620": ("Tilgodebeviser", "BalanceSheet"),
    "6630": ("Deposita", "BalanceSheet"),
    EQUITY: ("Egenkapital (modpost til åbningssaldi)", "BalanceSheet"),
}
# item group -> name, revenue or liability account, VAT code
ITEM_GROUPS: Mapping[str, tuple[str, str, str | None]] = {
    "1": ("Varer 25 %", "1010", "U25"),
    "0": ("Varer uden moms", "1050", "U0"),
    "GAVE": ("Gavekort, flerformål", "6610", None),
    "GAVE1": ("Gavekort, enkeltformål", "6612", "U25"),
    "TILG": ("Tilgodebeviser", "6620", None),
    "DEPO": ("Deposita", "6630", None),
}
# service item -> name, item group
SERVICE_ITEMS: Mapping[str, tuple[str, str]] = {
    "RABAT25": ("Rabat 25 %", "1"),
    "RABAT0": ("Rabat uden moms", "0"),
    "DIV25": ("Diverse 25 %", "1"),
    "DIV0": ("Diverse uden moms", "0"),
    "GAVEKORT": ("Gavekort", "GAVE"),
    "GAVEKORT1": ("Gavekort, enkeltformål", "GAVE1"),
    "TILGODE": ("Tilgodebevis", "TILG"),
    "DEPOSIT": ("Depositum", "DEPO"),
}
_CLUB: Mapping[str, Any] = {"Group": "1", "Country": 57, "Currency": "DKK", "Payment": "14D"}
# series -> next number
SERIES = {"FAKTURA": 10001, "KREDITNOTA": 50001, "ORDRE": 20001, "C1ST": 3001, "DEBITOR": 2001}
# payment term -> name, days
TERMS = {"POS": ("Kassesalg", 0), "14D": ("Netto 14 dage", 14)}
USER_FIELDS = {
    "xStyleNo": "Stylenummer",
    "xSize": "Størrelse",
    "xColor": "Farve",
    "xCustomField1": "Brugerfelt 1",
    "xCustomField2": "Brugerfelt 2",
    "xCustomField3": "Brugerfelt 3",
    "xCustomField4": "Brugerfelt 4",
    "xBarcode": "Alternativ stregkode",
}


def seed_uniconta(state: UnicontaState) -> None:
    """Fill an empty Uniconta with both companies and their server users."""
    nordlys = _open(state, NORDLYS, name="Nordlys Cykler ApS", pos_debtor="POS3000")
    _add(nordlys, "Debtor", Account="K1001", Name="Cykelklubben Fjorden", **_CLUB)
    _open(state, FJORD, name="Fjord Sport ApS", pos_debtor="POS3001")
    both = (NORDLYS, FJORD)
    state.add_user(User(login="c1st", password=PASSWORD, companies=both, default_company=FJORD))
    state.add_user(User(login="fjord", password=PASSWORD, companies=(FJORD,)))
    for company in state.companies.values():
        company.changes.clear()


def open_books(
    company: Company,
    balances: Mapping[str, Decimal],
    *,
    debtors: Mapping[str, Mapping[int, Decimal]] | None = None,
    on: datetime | None = None,
) -> None:
    """Post opening balances; `debtors` gives the open invoices (number, amount) of each debtor.

    What the debtors owe stands on their control account, which `balances` may name too (with the same sum);
    equity takes the other side unless `balances` gives it. Raises Unbalanced when they do not fit.
    """
    day = on or company.now().replace(hour=0, minute=0, second=0)
    voucher = Voucher(
        number=1, date=day, posting=company.next_posting(), serie="C1ST", origin="Opening"
    )
    with company.transaction():
        owed = _open_invoices(company, voucher, debtors or {})
        plain = [
            Entry(account=account, amount=amount, text="Primo")
            for account, amount in balances.items()
            if account != EQUITY and account not in {entry.account for entry in owed}
        ]
        total = sum((entry.amount for entry in (*owed, *plain)), Decimal(0))
        equity = Entry(account=EQUITY, amount=balances.get(EQUITY, -total), text="Primo")
        post(company, voucher, [*owed, *plain, equity])


def _open_invoices(
    company: Company, voucher: Voucher, debtors: Mapping[str, Mapping[int, Decimal]]
) -> list[Entry]:
    """Write the open items of opening balances and return their ledger entries."""
    entries = []
    for debtor, invoices in debtors.items():
        control = control_account(company, company.row("Debtor", debtor))
        for number, amount in invoices.items():
            common: dict[str, Any] = {"amount": amount, "text": "Primo", "invoice": number}
            entries.append(Entry(account=control, debtor=debtor, **common))
            claim = Claim(debtor=debtor, kind="Invoice", due=voucher.date, **common)
            open_claim(company, voucher, claim)
    return entries


def _open(state: UnicontaState, company_id: int, *, name: str, pos_debtor: str) -> Company:
    labels = {"AutoSettlement": "NoSettlement", "OrderLineStorage": "Register"}
    company = state.add_company(company_id, CompanyName=name, Country=57, Currency="DKK", **labels)
    with company.transaction():
        _seed_ledger(company)
        _seed_groups(company)
        _seed_items(company)
        debtor = {"Group": "1", "Country": 57, "Currency": "DKK", "Payment": "POS"}
        _add(company, "Debtor", Account=pos_debtor, Name=f"Kassesalg {name}", **debtor)
    return company


def _seed_ledger(company: Company) -> None:
    for account, (name, kind) in ACCOUNTS.items():
        _add(company, "GLAccount", Account=account, Name=name, AccountType=kind)
    for code, name, rate in (("U25", "Salgsmoms 25 %", 25), ("U0", "Uden moms", 0)):
        vat = {"VatType": "Sales", "Method": "Automatic", "UsedSalesVat": True}
        _add(company, "GLVat", Vat=code, Name=name, Account="6510", Rate=Decimal(rate), **vat)
    for serie, upcoming in SERIES.items():
        _add(company, "NumberSerie", Serie=serie, Name=serie, FirstValue=upcoming, Next=upcoming)
    for term, (name, days) in TERMS.items():
        _add(company, "PaymentTerm", Payment=term, Name=name, PaymentMethod="NetDays", Days=days)
    kinds = {"DefaultAccountType": "Finans", "DefaultOffsetAccountType": "Finans"}
    flags = ("GenerateVoucher", "OneVoucherForAll", "NoVATCalculation", "DeleteLines")
    settings = {**kinds, **dict.fromkeys(flags, True)}
    _add(
        company,
        "GLDailyJournal",
        Journal="C1ST",
        Name="Kasseafstemning",
        NumberSerie="C1ST",
        **settings,
    )


def _seed_groups(company: Company) -> None:
    group = {"SummeryAccount": "5600", "RevenueAccount": "1010", "RevenueFollowDC": "ItemGroup"}
    numbers = {"InvoiceSerie": "FAKTURA", "AutoNumber": "DEBITOR"}
    _add(company, "DebtorGroup", Group="1", Name="Kunder", IsDefault=True, **group, **numbers)
    for number, (name, account, vat) in ITEM_GROUPS.items():
        members = {"RevenueAccount": account, "SalesVat": vat, "IsDefault": number == "1"}
        _add(company, "InvGroup", Group=number, Name=name, **members)


def _seed_items(company: Company) -> None:
    for prompt_no, (name, prompt) in enumerate(USER_FIELDS.items(), start=1):
        field = {"Type": "String", "Length": 255, "FieldNumber": prompt_no, "Index": prompt_no}
        _add(company, "TableFields", TableNo=23, Name=name, Prompt=prompt, **field)
    for item, (name, item_group) in SERVICE_ITEMS.items():
        kinds = {"ItemType": "Service", "CostModel": "FIFO", "Group": item_group}
        _add(company, "InvItem", Item=item, Name=name, **kinds)
    goods = {"ItemType": "Item", "CostModel": "FIFO", "Group": "1", "Currency1": "DKK"}
    prices = {"SalesPrice1": Decimal("79.20"), "CostPrice": Decimal(40)}
    _add(company, "InvItem", Item="SLANGE28", Name="Slange 28 tommer", **goods, **prices)


def _add(company: Company, table: str, **members: Any) -> None:
    """Store a record with enumerator names, whatever form the switches give to labels."""
    entity = BY_TABLE[table]
    labelled = {n for n, column in entity.columns.items() if column.kind == "label"}
    plain = {name: value for name, value in members.items() if name not in labelled}
    row = new_row(company, table, plain, columns=company.columns(entity, with_user_fields=False))
    row.update({name: value for name, value in members.items() if name in labelled})
    company[table].add({**row, "Created": company.now(), "UpdatedAt": company.now()})
