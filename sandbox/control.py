"""The control API: what tests and people do to the sandbox from outside, as small JSON calls."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.control_shop import SHOP_ACTIONS
from sandbox.control_staff import STAFF_ACTIONS, WRONG_STAFF_CALL
from sandbox.customers1st.refusals import Refused
from sandbox.customers1st.values import shown
from sandbox.switches import READINGS
from sandbox.web import BadJson, Reply, Request, Routes

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Body = dict[str, Any]
Action = Callable[[Request, Body], Any]
PREFIX = "/_control"


class Control:
    """Answers `/state`, `/switches`, `/faults`, `/sale`, `/close`, `/calls`, `/ledger` and more."""

    def __init__(self, sandbox: "Sandbox") -> None:
        """Control this sandbox."""
        self._sandbox = sandbox
        self._routes: Routes[Action] = Routes()
        for method, path, action in self._actions():
            self._routes.add(method, path, action)

    def handle(self, request: Request) -> Reply:
        """Answer one call; what is wrong with it comes back as 400 with a plain `error`."""
        found = self._routes.find(request.method, request.path.removeprefix(PREFIX))
        if found is None:
            paths = sorted({f"{method} {path}" for method, path, _ in self._actions()})
            return Reply(404, {"error": "unknown call", "calls": paths})
        action, _ = found
        try:
            body = request.json() if request.body else {}
            if not isinstance(body, dict):
                return Reply(400, {"error": "the body must be a JSON object"})
            return Reply(200, _plain(action(request, body)))
        except KeyError as error:
            return Reply(400, {"error": f"missing or unknown: {error}"})
        except Refused as refused:
            return Reply(400, {"error": refused.reply.body})
        except (BadJson, ValueError, TypeError, *WRONG_STAFF_CALL) as error:
            return Reply(400, {"error": f"{type(error).__name__}: {error}"})

    def expire_token(self, request: Request) -> Reply:
        """Answer as usual; the control API has no tokens."""
        return self.handle(request)

    def _actions(self) -> list[tuple[str, str, Action]]:
        own: list[tuple[str, str, Action]] = [
            ("GET", "/state", self._state),
            ("GET", "/calls", self._calls),
            ("DELETE", "/calls", self._clear_calls),
            ("GET", "/ledger", self._ledger),
            ("GET", "/switches", self._switches),
            ("POST", "/switches", self._set_switches),
            ("DELETE", "/switches", self._reset_switches),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("POST", "/bucket", self._bucket),
            ("POST", "/clock", self._clock),
            ("GET", "/hooks", self._hooks),
            ("POST", "/hooks/deliver", self._deliver),
            ("POST", "/reset", self._reset),
        ]
        return [
            *own,
            *(("POST", f"/{name}", self._shop(run)) for name, run in SHOP_ACTIONS.items()),
            *(("POST", f"/staff/{name}", self._staff(run)) for name, run in STAFF_ACTIONS.items()),
        ]

    def _shop(self, run: Callable[..., Any]) -> Action:
        def action(_: Request, body: Body) -> Any:
            return run(self._sandbox.customers1st.shop(body.pop("store", None)), body)

        return action

    def _staff(self, run: Callable[..., Any]) -> Action:
        def action(_: Request, body: Body) -> Any:
            return run(self._sandbox.uniconta.staff(body.pop("company", None)), body)

        return action

    def _state(self, _: Request, __: Body) -> Body:
        sandbox = self._sandbox
        with sandbox.customers1st.lock:
            stores = {
                str(store.id): {
                    "title": store.title,
                    "products": len(store.products),
                    "customers": len(store.customers),
                    "payments": len(store.payments),
                    "closes": len(store.closes),
                    "hooks": len(store.hooks),
                }
                for store in sandbox.customers1st.stores.values()
            }
        return {
            "now": sandbox.clock.now().isoformat(),
            "switches_changed": sandbox.switches.changed(),
            "faults": [asdict(fault) for fault in sandbox.faults.pending()],
            "calls": {name: sandbox.calls.count(name) for name in ("customers1st", "uniconta")},
            "hooks_waiting": len(sandbox.customers1st.outbox.waiting()),
            "stores": stores,
            "companies": {
                str(number): self._company(number) for number in sandbox.uniconta.companies
            },
        }

    def _company(self, number: int) -> Body:
        company = self._sandbox.uniconta.company(number)
        with self._sandbox.uniconta.lock:
            return {
                "orders": len(company.orders),
                "invoices": len(company.invoices),
                "ledger_entries": len(company.ledger),
            }

    def _calls(self, request: Request, _: Body) -> Body:
        log = self._sandbox.calls
        system, after = request.first("system"), int(request.first("after") or 0)
        rows = log.find(system, path=request.first("path") or "*", after=after)
        return {"calls": [asdict(call) for call in rows], "counts": log.by_path(system)}

    def _clear_calls(self, _: Request, __: Body) -> Body:
        self._sandbox.calls.clear()
        return {"ok": True}

    def _ledger(self, request: Request, _: Body) -> Body:
        uniconta = self._sandbox.uniconta
        wanted = request.first("company")
        company = None if wanted is None else int(wanted)
        return {
            "balances": uniconta.balances(company),
            "debtor_balances": uniconta.debtor_balances(company),
        }

    def _switches(self, _: Request, __: Body) -> Body:
        get = self._sandbox.switches.get
        return {
            name: {"value": get(name), "allowed": list(allowed)}
            for name, allowed in READINGS.items()
        }

    def _set_switches(self, _: Request, body: Body) -> Body:
        for name, value in body.items():
            self._sandbox.switches.set(name, str(value))
        return self._sandbox.switches.changed()

    def _reset_switches(self, _: Request, __: Body) -> Body:
        self._sandbox.switches.reset()
        return {"ok": True}

    def _add_fault(self, _: Request, body: Body) -> Body:
        system, kind = body.pop("system"), body.pop("kind")
        return asdict(self._sandbox.faults.add(system, kind, **body))

    def _clear_faults(self, _: Request, __: Body) -> Body:
        self._sandbox.faults.clear()
        return {"ok": True}

    def _bucket(self, _: Request, body: Body) -> Body:
        size, per_second = body["size"], body.get("per_second")
        self._sandbox.customers1st.set_bucket(
            size, per_second=None if per_second is None else float(per_second)
        )
        return {"ok": True}

    def _clock(self, _: Request, body: Body) -> Body:
        clock = self._sandbox.clock
        if "now" in body:
            clock.set(datetime.fromisoformat(body["now"]))
        if "advance" in body:
            clock.advance(float(body["advance"]))
        if body.get("run"):
            clock.run()
        return {"now": clock.now().isoformat()}

    def _hooks(self, _: Request, __: Body) -> Body:
        state = self._sandbox.customers1st
        with state.lock:
            return {
                "waiting": [
                    {"event": d.event, "url": d.url, "due_at": d.due_at, "attempts": d.attempts}
                    for d in state.outbox.waiting()
                ],
                "log": {
                    str(s.id): [dict(row) for row in s.hook_log] for s in state.stores.values()
                },
                "hooks": {str(s.id): list(s.hooks.values()) for s in state.stores.values()},
            }

    def _deliver(self, _: Request, __: Body) -> Body:
        return {"attempts": self._sandbox.deliver_hooks()}

    def _reset(self, _: Request, body: Body) -> Body:
        self._sandbox.reset(products=int(body.get("products", 0)))
        return {"ok": True}


def _plain(value: Any) -> Any:
    """Return a record as JSON can hold it: the till's instants as naive UTC, Uniconta's as ISO."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.isoformat()
    return shown(value, UTC)
