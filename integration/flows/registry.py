"""Which function syncs which job kind; a kind that is missing here is not built yet."""

from collections.abc import Callable, Mapping

from integration.flows.context import Context
from integration.flows.day_close import day_close_to_journal
from integration.flows.outcome import Outcome
from integration.flows.sale import sale_to_order

FLOWS: Mapping[str, Callable[[Context, str], Outcome]] = {
    "sale_to_order": sale_to_order,
    "day_close_to_journal": day_close_to_journal,
}
