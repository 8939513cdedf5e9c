"""A repair of registrations that sends nothing: what it would send, in words, for a person to look at first."""

import json
from collections.abc import Mapping
from typing import Any

from integration.customers1st.hooks import HookLogEntry, RestHook
from syncjobs.hooks.company import RowApi
from syncjobs.hooks.store import HookApi

Row = Mapping[str, Any]


class StoreRehearsal:
    """Reads through the real client and tells what a repair would write at Customers 1st."""

    def __init__(self, client: HookApi, told: list[str]) -> None:
        self._client = client
        self._told = told

    def list_hooks(self) -> list[RestHook]:
        """Return all registered webhooks."""
        return self._client.list_hooks()

    def list_hook_log(self) -> list[HookLogEntry]:
        """Return the vendor's delivery log."""
        return self._client.list_hook_log()

    def create_hook(self, event: str, url: str) -> int:
        """Tell that a webhook would be registered."""
        self._told.append(f"POST /hooks: event {event}, url {url}, active 1")
        return 0

    def update_hook(self, hook: RestHook) -> None:
        """Tell that a webhook would be written."""
        self._told.append(
            f"PUT /hooks/{hook.id}: event {hook.event}, url {hook.url}, active {int(hook.active)}"
        )

    def delete_hook(self, hook_id: int) -> None:
        """Tell that a webhook would be removed."""
        self._told.append(f"DELETE /hooks/{hook_id}")


class CompanyRehearsal:
    """Reads through the real client and tells what a repair would write at Uniconta."""

    def __init__(self, client: RowApi, told: list[str]) -> None:
        self._client = client
        self._told = told

    def query(self, entity: str) -> list[dict[str, Any]]:
        """Return all rows of an entity."""
        return self._client.query(entity)

    def insert(self, entity: str, row: Row) -> dict[str, Any]:
        """Tell that a record would be inserted."""
        self._told.append(f"POST /Crud/Insert/{entity}: {_told(row)}")
        return {}

    def update_fields(self, entity: str, original: Row, modified: Row) -> None:
        """Tell which members of a record would be changed."""
        changed = {n: value for n, value in modified.items() if original.get(n) != value}
        self._told.append(
            f"PUT /Crud/UpdateFieldsModified/{entity}, row {original.get('RowId')}: {_told(changed)}"
        )

    def delete(self, entity: str, row: Row) -> None:
        """Tell that a record would be deleted."""
        self._told.append(f"DELETE /Crud/Delete/{entity}: row {row.get('RowId')}")


def _told(row: Row) -> str:
    return json.dumps(dict(row), ensure_ascii=False, default=str)
