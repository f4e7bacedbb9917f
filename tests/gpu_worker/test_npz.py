"""Result files are the same bytes whenever they are written."""

from __future__ import annotations

import time
from io import BytesIO

import numpy as np
import pytest

from gpu_worker.npz import Streamed, save_npz


def written(arrays: dict[str, np.ndarray | Streamed]) -> bytes:
    file = BytesIO()
    save_npz(file, arrays)
    return file.getvalue()


def test_equal_arrays_give_equal_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = {"a": np.arange(1000.0), "name": np.array("čas")}
    now = written(arrays)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert written(arrays) == now


def test_what_was_written_is_read_by_numpy() -> None:
    with np.load(BytesIO(written({"a": np.eye(3), "flag": np.array(True)}))) as data:
        assert (data["a"] == np.eye(3)).all()
        assert data["flag"].item() is True


def test_objects_are_refused() -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        written({"a": np.array([{}], dtype=object)})


def test_an_array_written_in_blocks_is_the_same_file() -> None:
    whole = np.random.default_rng(1).normal(size=(5000, 7, 3)).astype(np.float32)
    blocks = (whole[start : start + 900].astype(np.float64) for start in range(0, 5000, 900))
    assert written({"a": Streamed(5000, (7, 3), np.float32, blocks)}) == written({"a": whole})
