"""One call of the Web API, and the table of paths."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.switches import Switches
from sandbox.uniconta.company import Company
from sandbox.uniconta.crud import Desk
from sandbox.uniconta.entities import Entity, find_entity
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.sessions import Session
from sandbox.web import Reply, Request


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call with a valid session."""

    request: Request
    company: Company
    session: Session
    names: Mapping[str, str]  # the parts of the path
    companies: Mapping[int, Company]

    @property
    def switches(self) -> Switches:
        """The readings in force."""
        return self.company.switches

    def body(self) -> Any:
        """Return the body as JSON, None when there is none."""
        return self.request.json() if self.request.body else None

    def desk(self, name: str) -> Desk:
        """Return the desk of the entity in the path; raises Refusal for an unknown one."""
        exact = self.switches.get("uni.path_case") == "sensitive"
        found = find_entity(self.names[name], exact=exact)
        if found is None:
            raise Refusal("InvalidObject", field="entityName", value=self.names[name])
        entity, with_user_fields = found
        return Desk(
            company=self.company,
            entity=entity,
            with_user_fields=with_user_fields,
            login=self.session.number,
        )


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path of the Web API; `area` tells how its refusals are worded."""

    method: str
    path: str
    handler: Handler
    area: str = "crud"
    all_or_nothing: bool = True

    def match(self, request: Request, *, exact: bool) -> Mapping[str, str] | None:
        """Return the parts of the path when the request is meant for this route."""
        if request.method != self.method:
            return None
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/&]+)", self.path)
        found = re.fullmatch(pattern, request.path.rstrip("/"), 0 if exact else re.IGNORECASE)
        return found.groupdict() if found else None


def find_route(
    routes: Sequence[Route], request: Request, *, exact: bool
) -> tuple[Route, Mapping[str, str]] | None:
    """Return the route of a request and the parts of its path; None when there is none."""
    for route in routes:
        names = route.match(request, exact=exact)
        if names is not None:
            return route, names
    return None


def entity_names(entity: Entity) -> dict[str, Any]:
    """Return an entity as the list of tables shows it."""
    return {"Name": entity.name, "Table": entity.table, "TableId": entity.table_id}
