"""Registrations at Customers 1st (contracts/customers1st.md section 8)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from integration.customers1st.hooks import HookLogEntry, RestHook
from integration.errors import ContractBroken, Refused
from syncjobs.hooks.registration import Registration, mend


class HookApi(Protocol):
    """What a comparison needs of the Customers 1st client."""

    def list_hooks(self) -> list[RestHook]:
        """Return all registered webhooks."""
        ...

    def list_hook_log(self) -> list[HookLogEntry]:
        """Return the vendor's delivery log."""
        ...

    def create_hook(self, event: str, url: str) -> int:
        """Register a webhook and return its id."""
        ...

    def update_hook(self, hook: RestHook) -> None:
        """Write a registered webhook."""
        ...

    def delete_hook(self, hook_id: int) -> None:
        """Remove a registered webhook."""
        ...


@dataclass(frozen=True, kw_only=True)
class Store:
    """Our registrations at one store: those whose address is `url` or holds our `uuid`."""

    client: HookApi
    url: str
    uuid: str
    repair: bool

    def compare(self, wished: Sequence[str]) -> list[Registration]:
        """Return the state of each registration; with `repair` ours are created, mended and removed."""
        hooks = self.client.list_hooks()
        ours = [hook for hook in hooks if self._is_ours(hook)]
        failing = self._failing() if ours else set()
        found: list[Registration] = []
        for event in wished:
            found += self._of_event(event, [hook for hook in ours if hook.event == event], failing)
        found += [self._unwished(hook) for hook in ours if hook.event not in wished]
        found += [_named(hook, "foreign") for hook in hooks if not self._is_ours(hook)]
        return found

    def _failing(self) -> set[int]:
        try:
            return failing_hooks(self.client.list_hook_log())
        except (Refused, ContractBroken):
            return set()  # the log is a hint only [A53]

    def _is_ours(self, hook: RestHook) -> bool:
        return hook.url == self.url or self.uuid in hook.url.lower()

    def _of_event(
        self, event: str, hooks: Sequence[RestHook], failing: set[int]
    ) -> list[Registration]:
        if not hooks:
            return [self._missing(event)]
        best, *doubles = sorted(hooks, key=self._order)
        return [
            self._kept(best, failing=best.id in failing),
            *(self._superfluous(hook, "duplicate") for hook in doubles),
        ]

    def _order(self, hook: RestHook) -> tuple[bool, bool, int]:
        """Put the registration first that needs least mending."""
        return (hook.url != self.url, not hook.active, hook.id)

    def _missing(self, event: str) -> Registration:
        return self._mended(
            Registration(name=event, state="missing"),
            to="created",
            write=lambda: str(self.client.create_hook(event, self.url)),
        )

    def _kept(self, hook: RestHook, *, failing: bool) -> Registration:
        if hook.url == self.url and hook.active:
            return _named(hook, "failing" if failing else "ok")
        return self._mended(
            _named(hook, "changed" if hook.url != self.url else "disabled"),
            to="mended",
            write=lambda: self.client.update_hook(replace(hook, url=self.url, active=True)),
        )

    def _superfluous(self, hook: RestHook, state: str) -> Registration:
        return self._mended(
            _named(hook, state), to="removed", write=lambda: self.client.delete_hook(hook.id)
        )

    def _mended(self, found: Registration, *, to: str, write: Callable[[], object]) -> Registration:
        if not self.repair:
            return found
        cure = f"Do it by hand in the app (Settings, API), address {self.url}, events"
        return mend(found, to=to, write=write, cure=cure)

    def _unwished(self, hook: RestHook) -> Registration:
        """Judge a registration of ours whose switch is off: the wish has changed."""
        return self._superfluous(hook, "changed")


def failing_hooks(log: Iterable[HookLogEntry]) -> set[int]:
    """Return the ids of the registrations whose newest tried delivery did not come through [A53]."""
    newest: dict[int, HookLogEntry] = {}
    for entry in log:
        tried = entry.status in {"successful", "failed"} or (
            entry.status == "pending" and entry.attempts > 0
        )
        if entry.hook_id is None or not tried:
            continue
        known = newest.get(entry.hook_id)
        if known is None or _age_key(entry) > _age_key(known):
            newest[entry.hook_id] = entry
    return {hook_id for hook_id, entry in newest.items() if entry.status != "successful"}


def _age_key(entry: HookLogEntry) -> tuple[str, int]:
    """Sort by the vendor's times, all of the same zone and form, whatever order the log has."""
    return (entry.initiated_at.isoformat() if entry.initiated_at else "", entry.id)


def _named(hook: RestHook, state: str) -> Registration:
    return Registration(name=hook.event, state=state, remote_id=str(hook.id))
