"""Checks of the connections: what is stored, whether each system answers, and what may be read there."""

from collections.abc import Iterator
from datetime import timedelta

from integration.doctor.facts import CompanyFacts, Denied, Facts, Failure, Own, StoreFacts
from integration.doctor.finding import Finding
from integration.doctor.kinds import finding
from integration.words import word

MOST_SKEW = timedelta(minutes=2)
WARN_PERCENT = 80  # of the calls that the shop may make in a day
NAMES = {"c1st": "Customers 1st", "uni": "Uniconta"}
CURES = {
    "address-unusable": "Enter the access data of the connection again; they hold letters that cannot be sent.",
    "unreachable": "Correct the address of the connection. If it is right, ask the operator whether the server may call it.",
    "timeout": "Run the doctor again in some minutes. If it stays so, look at the vendor's status page and the address.",
    "down": "Run the doctor again in some minutes. If it stays so, ask the vendor.",
    "throttled": "Run the doctor again in some minutes, and see who else uses this access.",
    "wrong-host": "Correct the address of the connection.",
    "right-missing": "Give the user this right in {system}.",
    "module-missing": "Order the module or subscription that the vendor names, or ask the vendor.",
}
LOGIN_CURES = {
    "c1st": "Enter the API token of Settings, API, API users in Customers 1st again.",
    "uni": "Correct user and password of the Uniconta connection.",
}
OWN_CURES = {
    "login-stopped": "Correct user and password of the Uniconta connection; saving it allows log-ins again.",
    "wrong-company": "Correct the company id of the Uniconta connection, or give the user access to the company in Uniconta.",
}


def check_connections(facts: Facts) -> Iterator[Finding]:
    """Say what is wrong with the way to both systems."""
    own = facts.own
    yield from _stored_customers1st(own)
    yield from _reach("c1st", own.customers1st.base_url, facts.store)
    yield from _stored_uniconta(own)
    yield from _reach("uni", own.uniconta.base_url, facts.company)
    yield from _rights(facts)
    yield from _quota(own)
    yield from _public_address(own)


def _stored_customers1st(own: Own) -> Iterator[Finding]:
    if own.customers1st.address_error:
        yield _refused_address("c1st", own.customers1st.base_url, own.customers1st.address_error)
    if not own.has_token:
        yield finding(
            "c1st-token-missing",
            subject="API token",
            cause="The Customers 1st connection has no API token.",
            cure="Make an API user in Customers 1st (Settings, API, API users) and enter its token in the connection.",
        )
    if not own.has_webhook_secret and any(row[0] == "customers1st" for row in own.switches):
        yield finding(
            "c1st-secret-missing",
            subject="webhook secret",
            cause="The Customers 1st connection has no webhook secret, so that every webhook is refused.",
            cure="Enter the store's signing secret in the Customers 1st connection.",
        )
    if own.is_store_shared:
        yield finding(
            "c1st-store-shared",
            subject="API token",
            cause="Another tenant of this service has the same API token: each sale would be booked twice.",
            cure="Enter this store's own API token, or delete the token of the other tenant.",
        )


def _stored_uniconta(own: Own) -> Iterator[Finding]:
    if own.uniconta.address_error:
        yield _refused_address("uni", own.uniconta.base_url, own.uniconta.address_error)
    if not own.company_id:
        yield finding(
            "uni-company-missing",
            subject="company id",
            cause="The Uniconta connection has no company id.",
            cure="Enter the number of the company in Uniconta.",
        )
    if not own.username:
        yield finding(
            "uni-user-missing",
            subject=word("user"),
            cause="The Uniconta connection has no user.",
            cure="Enter the login id of the server user.",
        )
    if own.username and not own.has_password:
        yield _no_password(own)


def _no_password(own: Own) -> Finding:
    cure = "Enter the server user's password in the Uniconta connection."
    if own.session_until is None:
        return finding(
            "uni-password-missing",
            subject=own.username,
            cause=f"No password is stored for the Uniconta user “{own.username}”.",
            cure=cure,
        )
    return finding(
        "uni-token-expiring",
        subject=own.username,
        cause=f"The Uniconta session of “{own.username}” ends at {own.session_until:%Y-%m-%d %H:%M} UTC,"
        " and without a password there is no new one.",
        cure=cure,
    )


def _refused_address(prefix: str, url: str, why: str) -> Finding:
    return finding(
        f"{prefix}-address-refused",
        subject=url,
        cause=why,
        cure=f"Correct the address of the {NAMES[prefix]} connection, or ask the operator to list the host.",
    )


def _reach(
    prefix: str, url: str, system: StoreFacts | CompanyFacts | Failure | None
) -> Iterator[Finding]:
    if isinstance(system, Failure):
        yield finding(
            f"{prefix}-{system.name}",
            subject=url,
            cause=system.text,
            cure=_cure(prefix, system.name),
        )
    elif (
        system is not None and system.clock_skew is not None and abs(system.clock_skew) > MOST_SKEW
    ):
        seconds = int(system.clock_skew.total_seconds())
        where = "ahead of" if seconds > 0 else word("behind")
        yield finding(
            f"{prefix}-clock-skew",
            subject=NAMES[prefix],
            cause=f"The clock of {NAMES[prefix]} is {abs(seconds)} seconds {where} ours.",
            cure="Let the operator set this server's clock by a time server (NTP).",
        )


def _cure(prefix: str, name: str) -> str:
    if name == "login-refused":
        return LOGIN_CURES[prefix]
    return (OWN_CURES.get(name) or CURES[name]).format(system=NAMES[prefix])


def _rights(facts: Facts) -> Iterator[Finding]:
    if isinstance(facts.store, StoreFacts):
        for denied in facts.store.denied:
            if _needs(facts.own, denied.resource):
                yield _denied("c1st", denied)
        if facts.store.products == ():
            yield finding(
                "c1st-products-empty",
                subject=word("products"),
                cause="The API user sees no product at all.",
                cure="If the store has products, give the API user the right to read them in Customers 1st.",
            )
    if isinstance(facts.company, CompanyFacts):
        for denied in facts.company.denied:
            yield _denied("uni", denied)
        for table, member, why in facts.company.not_searchable:
            yield finding(
                "uni-not-searchable",
                subject=f"{table}.{member}",
                cause=f"{table} cannot be searched by {member}: {why} After a lost answer a person must look.",
                cure="Ask the vendor why; everything else works.",
            )


def _needs(own: Own, resource: str) -> bool:
    """Tell whether a list is needed by what is set up."""
    rules = own.rules
    if resource == "customers":
        return own.wants("customers1st", "customer") or bool(rules.debtor_payment_type)
    if resource == "day closes":
        return own.wants_closes
    if resource == "gift cards":
        return any((rules.gift_card, rules.voucher, rules.deposit))
    return True


def _denied(prefix: str, denied: Denied) -> Finding:
    return finding(
        f"{prefix}-{denied.name}",
        subject=denied.resource,
        cause=f"{denied.resource} cannot be read: {denied.text}",
        cure=CURES[denied.name].format(system=NAMES[prefix]),
    )


def _quota(own: Own) -> Iterator[Finding]:
    most = own.calls_limit
    if 100 * own.calls_today >= WARN_PERCENT * most:
        told = f"{own.calls_today} of the {most} Uniconta calls of a day are used today."
    elif own.calls_forecast is not None and own.calls_forecast > most:
        told = (
            f"{own.calls_today} of the {most} Uniconta calls of a day are used today; the day will come to about"
            f" {own.calls_forecast}."
        )
    else:
        return
    yield finding(
        "uni-quota-low",
        subject=own.username,
        cause=told,
        cure="Find out what calls so often (the overview shows the calls of today), or buy more calls from Uniconta and raise the"
        " number under alerts and quota.",
    )


def _public_address(own: Own) -> Iterator[Finding]:
    remote = [c.base_url for c in (own.customers1st, own.uniconta) if not c.is_local]
    if own.is_public_url_local and own.switches and remote:
        yield finding(
            "public-address-local",
            subject=own.public_url,
            cause=f"The vendors are to call {own.public_url}, which nobody outside this machine reaches.",
            cure="Let the operator set PUBLIC_BASE_URL to the address under which this server is known.",
        )
