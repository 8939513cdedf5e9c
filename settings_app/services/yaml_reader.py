"""Reads the tenant file strictly: every error names the path and the line."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Reader = Callable[["Place"], Any]
BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class FileError(ValueError):
    """The tenant file cannot be applied; the message names path, line and cure."""


@dataclass(frozen=True)
class Place:
    """One node of the file and where it stands."""

    node: yaml.Node
    path: str

    def error(self, message: str) -> FileError:
        """Return an error about this place."""
        line = self.node.start_mark.line + 1
        return FileError(f"{self.path or 'the file'} (line {line}): {message}")

    def child(self, node: yaml.Node, name: str) -> "Place":
        """Return a place below this one."""
        return Place(node, f"{self.path}.{name}" if self.path else name)

    @property
    def tag(self) -> str:
        """The YAML type: str, int, float, bool, null, timestamp, map or seq."""
        return self.node.tag.rpartition(":")[2]


def parse(text: str) -> Place:
    """Return the root of a YAML text; raises FileError with the line when it is none."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FileError(f"The file is not YAML: {' '.join(str(error).split())}") from error
    if node is None:
        raise FileError("The file is empty.")
    return Place(node, "")


def mapping(readers: Mapping[str, Reader], *, required: tuple[str, ...] = ()) -> Reader:
    """Return a reader of a mapping with exactly these keys; unknown and doubled ones are refused."""

    def read(place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, child in pairs(place):
            if name not in readers:
                known = ", ".join(readers)
                raise child.error(f"unknown key; known here: {known}")
            found[name] = readers[name](child)
        for name in required:
            if name not in found:
                raise place.error(f"“{name}” is missing")
        return found

    return read


def pairs(place: Place) -> list[tuple[str, Place]]:
    """Return the keys and values of a mapping."""
    if place.tag == "null":
        return []
    if not isinstance(place.node, yaml.MappingNode):
        raise place.error("a mapping (key: value) is expected here")
    found: dict[str, Place] = {}
    for key, value in place.node.value:
        name = str(key.value)
        if name in found:
            raise place.child(key, name).error("stands here twice")
        found[name] = place.child(value, name)
    return list(found.items())


def sequence(reader: Reader) -> Reader:
    """Return a reader of a list."""

    def read(place: Place) -> list[Any]:
        if place.tag == "null":
            return []
        if not isinstance(place.node, yaml.SequenceNode):
            raise place.error("a list (- …) is expected here")
        return [
            reader(Place(node, f"{place.path}[{number}]"))
            for number, node in enumerate(place.node.value)
        ]

    return read


def text(place: Place) -> str:
    """Read a text; a whole number is taken as it is written."""
    if place.tag == "null":
        return ""
    if place.tag not in {"str", "int"}:
        raise place.error(f"a text is expected, not a {place.tag}; put it in quotes")
    return str(place.node.value).strip()


def boolean(place: Place) -> bool:
    """Read true or false."""
    if place.tag != "bool":
        raise place.error("true or false is expected")
    return BOOLS[str(place.node.value).lower()]


def integer(place: Place) -> int:
    """Read a whole number, quoted or not."""
    value = str(place.node.value)
    if place.tag not in {"int", "str"} or not re.fullmatch(r"\d+", value):
        raise place.error("a whole number is expected")
    return int(value)


def day(place: Place) -> datetime.date | None:
    """Read a date as YYYY-MM-DD; empty means none."""
    if place.tag == "null" or (place.tag == "str" and not place.node.value):
        return None
    try:
        return datetime.date.fromisoformat(str(place.node.value))
    except ValueError:
        raise place.error("a date such as 2026-01-01 is expected") from None


def choice(*values: str) -> Reader:
    """Return a reader of one of these words."""

    def read(place: Place) -> str:
        word = text(place)
        if word not in values:
            raise place.error(f"one of {', '.join(values)} is expected, not “{word}”")
        return word

    return read


def hours(place: Place) -> int:
    """Read a safety interval: 3, 6, 12, 24 or off (YAML reads off as false: both mean off)."""
    if place.tag == "bool" and not boolean(place):
        return 0
    value = str(place.node.value)
    if value in {"off", "0"}:
        return 0
    if value in {"3", "6", "12", "24"}:
        return int(value)
    raise place.error("one of 3, 6, 12, 24 or off is expected")
