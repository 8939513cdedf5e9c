"""Proof sheets on the database: sealed in order, read, and checked against their seals."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.mapping import proof
from settings_app.models import Tenant
from syncjobs.models import DayCloseProof, TenantState


class ProofTable:
    """integration.ports.ProofStore on DayCloseProof."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._rows = DayCloseProof.objects.filter(tenant=tenant)

    def of(self, key: str) -> list[Mapping[str, Any]]:
        """Return the sheets of one close, oldest first."""
        return list(self._rows.filter(key=key).order_by("number").values_list("sheet", flat=True))

    def latest_close(self) -> Mapping[str, Any] | None:
        """Return the newest sheet of kind `close`."""
        rows = self._rows.filter(kind=DayCloseProof.Kind.CLOSE).order_by("-number")
        return rows.values_list("sheet", flat=True).first()

    def add(self, sheet: Mapping[str, Any]) -> None:
        """Seal and keep a sheet, tied to the newest one of the tenant."""
        with transaction.atomic():
            # the tenant's row is locked, so that two sheets are never tied to the same one
            TenantState.objects.select_for_update().get_or_create(tenant=self._tenant)
            last = self._rows.order_by("-number").first()
            previous = last.hash if last else proof.FIRST
            content = dict(sheet)
            DayCloseProof.objects.create(
                tenant=self._tenant,
                number=last.number + 1 if last else 1,
                kind=content["kind"],
                key=content["key"],
                source_id=content["key"].removesuffix(":reversal").rpartition(":")[2],
                sheet=content,
                previous_hash=previous,
                hash=proof.seal(content, previous=previous),
                sealed_at=timezone.now(),
                **_columns(content),
            )


def _columns(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a sheet stands in columns of its own, to be searched for."""
    close = sheet.get("close") or {}
    return {
        "close_no": close.get("number"),
        "register_id": close.get("register"),
        "first_no": close.get("first_no"),
        "last_no": close.get("last_no"),
        "day": date.fromisoformat(close["day"]) if close.get("day") else None,
        "waiting": len(sheet.get("waiting", ())),
    }


def is_intact(row: DayCloseProof) -> bool:
    """Tell whether a sheet is as it was sealed, stands in its columns as it was, and follows the one before it."""
    before = DayCloseProof.objects.filter(tenant=row.tenant_id, number=row.number - 1).first()
    previous = proof.FIRST if row.number == 1 else before.hash if before is not None else ""
    columns = _columns(row.sheet)
    return (
        row.previous_hash == previous
        and proof.is_intact(row.sheet, previous=previous, hash=row.hash)
        and row.key == row.sheet["key"]
        and row.kind == row.sheet["kind"]
        and all(getattr(row, name) == value for name, value in columns.items())
    )


def broken_sheets(tenant: Tenant) -> list[int]:
    """Return the numbers of the tenant's sheets that are not intact, or missing."""
    rows = DayCloseProof.objects.filter(tenant=tenant).order_by("number")
    broken: list[int] = []
    previous, wanted = proof.FIRST, 1
    for row in rows.iterator(chunk_size=200):
        broken += range(wanted, row.number)
        if row.previous_hash != previous or not is_intact(row):
            broken.append(row.number)
        previous, wanted = row.hash, row.number + 1
    return broken


def closes_holding(tenant: Tenant, receipts: Iterable[tuple[int | None, int]]) -> set[str]:
    """Return the ids of posted closes in whose range these receipts (register, number) lie."""
    wanted = set(receipts)
    if not wanted:
        return set()
    ranges = DayCloseProof.objects.filter(
        tenant=tenant,
        kind=DayCloseProof.Kind.CLOSE,
        first_no__lte=max(number for _register, number in wanted),
        last_no__gte=min(number for _register, number in wanted),
    ).values_list("register_id", "first_no", "last_no", "source_id")
    return {
        source_id
        for register, first, last, source_id in ranges
        for own, number in wanted
        if own == register and first is not None and last is not None and first <= number <= last
    }
