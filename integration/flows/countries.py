"""How a company writes a country, told by its own debtors: the contract knows one number only [A70]."""

from typing import Any

from integration.errors import Refused
from integration.flows.context import Context
from integration.flows.customer_search import ENTITY
from integration.flows.master import rows_by_key
from integration.mapping.countries import DENMARK, DENMARKS_NUMBER, names_of
from integration.uniconta.values import number_of

TAKE = 1


def country_member(context: Context, iso: str) -> Any:
    """Return what `Country` of a debtor is for a code, empty for no country; None when no debtor shows it.

    Asked of Uniconta once a day for each country other than Denmark that customers have.
    """
    if iso in ("", DENMARK):
        return _plain_member(context, iso)
    known: dict[str, Any] = dict(context.cache.get("countries") or {})
    if iso not in known:
        known[iso] = _shown(context, iso)
        context.cache["countries"] = known
    return known[iso]


def _plain_member(context: Context, iso: str) -> Any:
    """Return Denmark, or no country, in the form of the POS debtor's country."""
    pos = context.rules.pos_debtor
    row = rows_by_key(context, ENTITY, "Account", [pos]).get(pos, {})
    country = row.get("Country")
    by_name = isinstance(country, str) and number_of(country) == 0 and country not in ("", "0")
    if by_name:
        return "Denmark" if iso else "Unknown"
    return DENMARKS_NUMBER if iso else 0


def _shown(context: Context, iso: str) -> Any:
    """Return the country of any debtor that bears one of its names."""
    try:
        for name in names_of(iso):
            for row in context.uniconta.query(ENTITY, {"CountryName": name}, take=TAKE):
                return row.get("Country")
    except Refused:  # it cannot be searched by name
        return None
    return None
