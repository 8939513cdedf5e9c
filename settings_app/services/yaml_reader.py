"""Reads the tenant file strictly: every error names the path and the line."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

LARGEST = 2_147_483_647  # what every database takes
Reader = Callable[["Place"], Any]
BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class FileError(ValueError):
    """The tenant file cannot be applied; the message names path, line and cure.

    `path` and `text` are the place and the complaint by themselves, for who shows the place in another way.
    """

    def __init__(self, message: str, *, path: str = "", text: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.text = text or message


@dataclass(frozen=True)
class Place:
    """One node of the file and where it stands."""

    node: yaml.Node
    path: str

    def error(self, message: str) -> FileError:
        """Return an error about this place."""
        line = self.node.start_mark.line + 1
        return FileError(
            f"{self.path or 'the file'} (line {line}): {message}", path=self.path, text=message
        )

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
    except RecursionError as error:
        raise FileError("The file is nested too deeply.") from error
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
        raise place.error("nothing stands here; leave the key out or write {}")
    if place.tag != "map" or not isinstance(place.node, yaml.MappingNode):
        raise place.error("a mapping (key: value) is expected here")
    found: dict[str, Place] = {}
    for key, value in place.node.value:
        name = text(place.child(key, "(key)"))
        if name in found:
            raise place.child(key, name).error("stands here twice")
        found[name] = place.child(value, name)
    return list(found.items())


def entries(place: Place) -> list[Place]:
    """Return the entries of a list."""
    if place.tag == "null":
        raise place.error("nothing stands here; leave the key out or write []")
    if place.tag != "seq" or not isinstance(place.node, yaml.SequenceNode):
        raise place.error("a list (- …) is expected here")
    return [Place(node, f"{place.path}[{number}]") for number, node in enumerate(place.node.value)]


def nearest(place: Place, *names: str) -> Place:
    """Return the place that these keys lead to, or the last one on the way that exists."""
    for name in names:
        if not isinstance(place.node, yaml.MappingNode):
            break
        place = dict(pairs(place)).get(name, place)
    return place


def sequence(reader: Reader, *, unique: str) -> Reader:
    """Return a reader of a list of mappings of which no two have the same value of `unique`."""

    def read(place: Place) -> list[Any]:
        found: dict[Any, Any] = {}
        for child in entries(place):
            row = reader(child)
            if row[unique] in found:
                raise child.error(f"{unique} “{row[unique]}” stands here twice")
            found[row[unique]] = row
        return list(found.values())

    return read


def text(place: Place) -> str:
    """Read a text; a whole number is taken as it is written, everything else wants quotes."""
    if place.tag == "null":
        return ""
    value = place.node.value
    if place.tag not in {"str", "int"} or not isinstance(value, str):
        raise place.error(f"a text is expected, not a {place.tag}; put it in quotes")
    if place.tag == "int" and not re.fullmatch(r"[0-9]+", value):
        raise place.error(f"{value} may be read in two ways; put it in quotes")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value):
        raise place.error("the text holds a line break or a control character")
    return value.strip()


def boolean(place: Place) -> bool:
    """Read true or false."""
    word = str(place.node.value).lower()
    if place.tag != "bool" or word not in BOOLS:
        raise place.error("true or false is expected")
    return BOOLS[word]


def integer(place: Place) -> int:
    """Read a whole number, quoted or not."""
    value = str(place.node.value)
    if place.tag not in {"int", "str"} or not re.fullmatch(r"[0-9]{1,18}", value):
        raise place.error("a whole number is expected")
    if int(value) > LARGEST:
        raise place.error(f"a whole number of at most {LARGEST} is expected")
    return int(value)


def day(place: Place) -> datetime.date | None:
    """Read a date as YYYY-MM-DD; empty means none."""
    if place.tag == "null" or (place.tag == "str" and not place.node.value):
        return None
    try:
        return datetime.datetime.strptime(str(place.node.value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
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
    value = str(place.node.value) if place.tag in {"int", "str"} else ""
    if value in {"off", "0"}:
        return 0
    if value in {"3", "6", "12", "24"}:
        return int(value)
    raise place.error("one of 3, 6, 12, 24 or off is expected")
