"""One call on its way through the server, as the handlers see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.customers1st.models import Record, User
from sandbox.customers1st.refusals import business, not_found, validation
from sandbox.customers1st.schema import Issue
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import shown
from sandbox.switches import Switches
from sandbox.web import Reply, Request

if TYPE_CHECKING:
    from sandbox.customers1st.shop import Shop

SUPPRESS = "x-suppress-hooks"


@dataclass
class Visit:
    """A call that passed authentication, rate limit and the schema check."""

    shop: "Shop"
    user: User
    request: Request
    params: dict[str, str]
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None

    @property
    def store(self) -> Store:
        """Return the shop's records."""
        return self.shop.store

    @property
    def switches(self) -> Switches:
        """Return the switches in force."""
        return self.store.switches

    @property
    def quiet(self) -> bool:
        """Tell whether the caller suppresses hooks."""
        return SUPPRESS in self.request.headers

    @property
    def content(self) -> Record:
        """Return the wrapped object of the body; a refusal when it is absent."""
        content = self.body.get("content") if isinstance(self.body, dict) else None
        if content is None:
            raise self.invalid([Issue("content", "error_required", "body")])
        found: Record = content
        return found

    def number(self, name: str, *, what: str) -> int:
        """Return an id of the path; 404 when it is not a number."""
        try:
            return int(self.params[name])
        except ValueError:
            raise not_found(what) from None

    def reply(self, body: Any, *, status: int = 200) -> Reply:
        """Return the answer with every instant written as the API writes it."""
        return Reply(status, shown(body, self.store.zone))

    def invalid(self, issues: list[Issue]) -> Exception:
        """Return the refusal of a schema check in the shape that is switched on."""
        return validation(issues, shape=self.switches.get("c1st.validation_error"))

    def bad_filter(self, message: str) -> Exception:
        """Return the refusal of a list parameter that cannot be read."""
        return business(message, "QUERY_FILTER", store_id=self.store.id)


Handler = Callable[[Visit], Reply]
Handlers = dict[tuple[str, str], Handler]
