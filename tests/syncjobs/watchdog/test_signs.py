"""Workers leave signs where their watchdog looks, and never fail because of them."""

import os
from pathlib import Path

import pytest

from syncjobs.watchdog.signs import FOLDER, Signs, at_work


def test_a_process_in_a_task_is_busy_and_gives_a_sign_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    signs = Signs(tmp_path)
    assert (signs.busy(), signs.last()) == (0, None)
    with at_work():
        assert (signs.busy(), signs.last()) == (1, None)
    assert signs.busy() == 0
    assert signs.last() is not None


def test_a_task_that_fails_gives_a_sign_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    with pytest.raises(KeyError), at_work():
        raise KeyError
    assert Signs(tmp_path).last() is not None


def test_a_dead_process_is_not_busy(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    (tmp_path / str(child)).touch()
    (tmp_path / "last").touch()
    assert Signs(tmp_path).busy() == 0


def test_without_a_watchdog_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    with at_work():
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_stops_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "gone"))
    done = []
    with at_work():
        done.append("work")
    assert done


def test_a_new_start_forgets_the_signs_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "signs"
    signs = Signs(folder)
    signs.clear()
    (folder / "last").touch()
    (folder / str(os.getpid())).touch()
    signs.forget_last()
    assert (signs.last(), signs.busy()) == (None, 1)
    signs.clear()
    assert (signs.last(), signs.busy()) == (None, 0)
    signs.remove()
    assert not folder.exists()
