"""All checks, in the order in which a person sets a tenant up."""

from integration.doctor.connections import check_connections
from integration.doctor.debtors import check_debtors
from integration.doctor.facts import Facts
from integration.doctor.finding import Finding, Level
from integration.doctor.hooks import check_hooks
from integration.doctor.items import check_items
from integration.doctor.ledger import check_ledger
from integration.doctor.records import check_records
from integration.doctor.setup import check_setup
from integration.doctor.till import check_till

CHECKS = (
    check_connections,
    check_setup,
    check_ledger,
    check_debtors,
    check_items,
    check_till,
    check_records,
    check_hooks,
)
ORDER = list(Level)


def examine(facts: Facts) -> list[Finding]:
    """Return everything that is wrong, the worst first, else in the order of the setup."""
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=lambda finding: ORDER.index(finding.kind.level))


def is_green(findings: list[Finding]) -> bool:
    """Tell whether nothing stands against going live: no finding is an error."""
    return all(finding.kind.level is not Level.ERROR for finding in findings)
