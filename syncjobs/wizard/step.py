"""What a step of the setup guide is: its questions, and the findings that are mended on its page."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.text import capfirst


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question: its path, and the list it is picked from (`syncjobs.wizard.picks`), empty for none.

    `label` replaces the model's own. `folded` ones are right as they stand for nearly everybody.
    """

    path: str
    pick: str = ""
    label: Any = ""
    folded: bool = False


class Check(NamedTuple):
    """Findings of one kind: the beginning of their ids, words that they hold, and the question they are mended at."""

    beginning: str
    words: str = ""
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the guide.

    `point` is the number in the setup guide, `table` a part of the tenant file with a row for each name that a system
    knows. `checks` tell which findings are mended here. `by_hand` tells how to do in the vendor's program what no call of
    ours can.
    """

    key: str
    group: Any
    title: Any
    intro: Any
    point: str = ""
    asks: tuple[Ask, ...] = ()
    table: str = ""
    checks: tuple[Check, ...] = ()
    by_hand: tuple[Any, ...] = ()

    def __str__(self) -> str:
        """Return its title in the reader's language, after the number of its point."""
        title = capfirst(str(self.title))
        return f"{self.point} · {title}" if self.point else title

    @property
    def is_connection(self) -> bool:
        """Whether it must be saved before it can be checked."""
        return self.key in {"customers1st", "uniconta"}

    @property
    def sections(self) -> set[str]:
        """The parts of the tenant file that it writes."""
        named = {ask.path.split(".")[0] for ask in self.asks} | {self.table}
        items = any("_items." in ask.path for ask in self.asks)
        return (named | ({"service_items"} if items else set())) - {""}
