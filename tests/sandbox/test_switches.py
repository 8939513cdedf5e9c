"""The switches are exactly the ones of the contract's register of assumptions."""

from pathlib import Path

import pytest

from sandbox.switches import READINGS, Switches
from tests.sandbox.contracts import read

#: Rows of the register without a switch: what only a shop's accountant can answer.
NOT_SWITCHES = {"A111", "A112", "A114"}
#: One reading only: there is nothing to switch.
ONE_READING = {"c1st.last_synced", "c1st.secret_overlap", "uni.hook_tables"}
SOURCES = Path(__file__).parent.parent.parent / "sandbox"


def test_every_switch_has_the_readings_of_the_register() -> None:
    rows = [row for row in read("assumptions.json") if row["switch"]]
    declared = {row["switch"]: (row["default"], *row["others"]) for row in rows}
    assert dict(READINGS) == declared


def test_the_rows_without_a_switch_are_known_by_name() -> None:
    assert {row["id"] for row in read("assumptions.json") if not row["switch"]} == NOT_SWITCHES


def test_every_switch_is_read_somewhere_in_the_sandbox() -> None:
    files = [path for path in SOURCES.rglob("*.py") if path.name != "switches.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    unread = {name for name in READINGS if f'"{name}"' not in text}
    assert unread == ONE_READING


def test_a_switch_starts_at_its_default_and_goes_back_to_it() -> None:
    switches = Switches()
    assert switches.get("c1st.naive_time") == "utc"
    switches.set("c1st.naive_time", "store_local")
    assert switches.get("c1st.naive_time") == "store_local"
    assert switches.changed() == {"c1st.naive_time": "store_local"}
    switches.reset()
    assert switches.get("c1st.naive_time") == "utc"


def test_a_wrong_reading_names_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match="allowed: utc, store_local"):
        Switches().set("c1st.naive_time", "moon")
    with pytest.raises(ValueError, match="there is no switch"):
        Switches().set("c1st.moon", "utc")
    with pytest.raises(KeyError):
        Switches().get("c1st.moon")
