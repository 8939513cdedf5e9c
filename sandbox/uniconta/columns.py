"""Columns: what a member of an entity may hold."""

from dataclasses import dataclass

KINDS = {"d": "number", "i": "integer", "b": "flag", "dt": "instant", "country": "country"}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One member: its kind (text, number, integer, flag, instant, country or label) and its limits."""

    name: str
    kind: str
    length: int | None = None
    enumeration: str = ""
    read_only: bool = False


def parse_columns(text: str) -> dict[str, Column]:
    """Return the columns of a text like `Account:s20 Name:s100 CurBalance:d!`."""
    return {column.name: column for column in map(_parse, text.split())}


def _parse(token: str) -> Column:
    name, kind = token.split(":")
    read_only = kind.endswith("!")
    kind = kind.rstrip("!")
    if kind in KINDS:
        return Column(name=name, kind=KINDS[kind], read_only=read_only)
    if kind[0] == "s":
        length = int(kind[1:]) if kind[1:] else None
        return Column(name=name, kind="text", length=length, read_only=read_only)
    return Column(name=name, kind="label", enumeration=kind, read_only=read_only)
