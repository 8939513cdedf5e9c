"""Customers 1st without sockets: the shops, their tokens and the door every call comes through."""

import threading
from typing import Any

from sandbox.clock import Clock
from sandbox.customers1st import (
    customers_api,
    giftcards,
    hooks_api,
    products_api,
    sales_api,
    settings_api,
    tags,
    till_api,
)
from sandbox.customers1st.bucket import Bucket
from sandbox.customers1st.hooks import Outbox, Sender, post
from sandbox.customers1st.models import User
from sandbox.customers1st.refusals import Refused, business
from sandbox.customers1st.rights import is_allowed
from sandbox.customers1st.schema import (
    Endpoint,
    check_body,
    check_query,
    endpoints,
    without_unknown,
)
from sandbox.customers1st.shop import Shop
from sandbox.customers1st.store import Numbers, Store
from sandbox.customers1st.visit import Handler, Handlers, Visit
from sandbox.faults import Faults
from sandbox.switches import Switches
from sandbox.web import BadJson, Reply, Request, Routes

BASE_PATH = "/api"
BUCKET_SIZE = 80
BUCKET_PER_SECOND = 8.0
HANDLERS: Handlers = {
    **products_api.HANDLERS,
    **tags.HANDLERS,
    **customers_api.HANDLERS,
    **sales_api.HANDLERS,
    **till_api.HANDLERS,
    **giftcards.HANDLERS,
    **hooks_api.HANDLERS,
    **settings_api.HANDLERS,
}


class Customers1st:
    """The vendor's server: `handle` answers calls, `shop` is the door for staff and tests."""

    def __init__(
        self, *, clock: Clock, switches: Switches, faults: Faults, sender: Sender = post
    ) -> None:
        """Start without shops; `sender` delivers hooks (real HTTP by default)."""
        self.clock = clock
        self.switches = switches
        self.lock = threading.RLock()
        self.numbers = Numbers()
        self.stores: dict[int, Store] = {}
        self.outbox = Outbox(
            clock=clock, switches=switches, faults=faults, lock=self.lock, sender=sender
        )
        self._bucket_size: int | None = BUCKET_SIZE
        self._bucket_per_second = BUCKET_PER_SECOND
        self._buckets: dict[str, Bucket] = {}
        self._routes = _routes()

    def add_store(self, store: Store) -> Shop:
        """Open a shop."""
        with self.lock:
            self.stores[store.id] = store
            return self.shop(store.id)

    def shop(self, store_id: int | None = None) -> Shop:
        """Return the door to a shop; without an id the first one."""
        wanted = next(iter(self.stores)) if store_id is None else store_id
        return Shop(store=self.stores[wanted], outbox=self.outbox, lock=self.lock)

    def set_bucket(self, size: int | None = BUCKET_SIZE, per_second: float | None = None) -> None:
        """Shrink or widen every token's bucket, full again; size None lifts the limit."""
        with self.lock:
            self._bucket_size = size
            self._bucket_per_second = BUCKET_PER_SECOND if per_second is None else per_second
            self._buckets.clear()

    def clear(self) -> None:
        """Forget everything: shops, numbers, buckets and waiting deliveries."""
        with self.lock:
            self.stores.clear()
            self.numbers = Numbers()
            self.outbox.clear()
            self.set_bucket()

    def handle(self, request: Request) -> Reply:
        """Answer one call."""
        with self.lock:
            try:
                return self._answer(request)
            except Refused as refused:
                return refused.reply

    def expire_token(self, request: Request) -> Reply:
        """Make the call's token void and answer as to an unknown one."""
        with self.lock:
            token = _token(request)
            for store in self.stores.values():
                store.users = [user for user in store.users if user.token != token]
            return self._unauthorized().reply

    def _answer(self, request: Request) -> Reply:
        store, user = self._authenticate(request)
        self._throttle(user)
        if self.switches.get("c1st.billing") == "module_missing":
            message = "The API module is not active."
            raise business(message, "BILLING_MODULE_NOT_ACTIVE", status=403, store_id=store.id)
        endpoint, handler, params = self._route(request)
        visit = Visit(self.shop(store.id), user, request, params)
        if not is_allowed(user, request.method, endpoint.path):
            return self._forbidden(endpoint, store)
        strict = self.switches.get("c1st.strict") == "on"
        visit.query, issues = check_query(endpoint, request.query, strict=strict)
        if issues:
            raise visit.invalid(issues)
        self._read_body(visit, endpoint, strict=strict)
        reply = handler(visit)
        reply.facts["store"] = store.id
        return reply

    def _authenticate(self, request: Request) -> tuple[Store, User]:
        token = _token(request)
        for store in self.stores.values():
            for user in store.users:
                if token and user.token == token:
                    return store, user
        raise self._unauthorized()

    def _unauthorized(self) -> Refused:
        if self.switches.get("c1st.auth_error") == "plain_text":
            return Refused(Reply(401, "Unauthorized.", content_type="text/plain"))
        return business("Unauthorized.", "UNAUHTORIZED", status=401)

    def _forbidden(self, endpoint: Endpoint, store: Store) -> Reply:
        reading = self.switches.get("c1st.auth_error")
        response = endpoint.response or ""
        if reading == "empty_list_when_restricted" and response.startswith("Search"):
            return Reply(200, {"content": [], "hasMore": False})
        if reading == "empty_list_when_restricted" and response.endswith("List"):
            return Reply(200, [])
        if reading == "plain_text":
            return Reply(403, "Forbidden.", content_type="text/plain")
        return business("Forbidden.", "UNAUHTORIZED", status=403, store_id=store.id).reply

    def _throttle(self, user: User) -> None:
        if self._bucket_size is None:
            return
        if user.token not in self._buckets:
            self._buckets[user.token] = Bucket(
                clock=self.clock, size=self._bucket_size, per_second=self._bucket_per_second
            )
        if not self._buckets[user.token].take():
            raise Refused(self._throttled())

    def _throttled(self) -> Reply:
        reading = self.switches.get("c1st.throttle_body")
        size: Any = self._bucket_size
        regen: Any = int(self._bucket_per_second)
        if reading != "number_figures":
            size, regen = str(size), str(regen)
        body = {
            "error": "API Resource limit reached.",
            "bucket_size": size,
            "bucket_regen": regen,
        }
        return Reply(429, body, {"Retry-After": "1"} if reading == "retry_after" else {})

    def _route(self, request: Request) -> tuple[Endpoint, Handler, dict[str, str]]:
        path = request.path
        if path.startswith(f"{BASE_PATH}/"):
            found = self._routes.find(request.method, path.removeprefix(BASE_PATH))
            if found is not None:
                (endpoint, handler), params = found
                return endpoint, handler, params
            if self._routes.knows_path(path.removeprefix(BASE_PATH)):
                raise business("Method not allowed.", "BAD_REQUEST", status=405)
        raise business("Not found.", "CLIENT_ERROR", status=404)

    def _read_body(self, visit: Visit, endpoint: Endpoint, *, strict: bool) -> None:
        if endpoint.body is None:
            return
        try:
            body = visit.request.json()
        except BadJson as error:
            store_id = visit.store.id
            raise business("The body is not JSON.", "BAD_REQUEST", store_id=store_id) from error
        issues = check_body(endpoint.body, body, strict=strict)
        if issues:
            raise visit.invalid(issues)
        visit.body = body if strict else without_unknown(endpoint.body, body)


def _routes() -> Routes[tuple[Endpoint, Handler]]:
    routes: Routes[tuple[Endpoint, Handler]] = Routes()
    for endpoint in endpoints():
        handler = HANDLERS[endpoint.method, endpoint.path]
        routes.add(endpoint.method, endpoint.path, (endpoint, handler))
    return routes


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
