"""Rows that lie in a file instead of memory: read like an array's, and gone with the last reference."""

import numpy as np
import pytest

from gpu_worker.spilled import Columns, Mapped, Picked, Spilled, gathered, pieces


def counted(count: int) -> Spilled[np.float32]:
    """Rows (2,) 0 1, 2 3, … in a file."""
    rows = Spilled((2,), np.float32)
    for piece in pieces(count, 3):
        rows.append(np.arange(2 * piece.start, 2 * piece.stop).reshape(-1, 2))
    return rows


def test_rows_come_back_by_number_and_by_stretch() -> None:
    rows, array = counted(8), np.arange(16, dtype=np.float32).reshape(8, 2)
    assert len(rows) == 8
    assert np.array_equal(rows[:], array)
    assert np.array_equal(rows[2:5], array[2:5])
    assert np.array_equal(rows[5:100], array[5:])
    assert np.array_equal(rows[-1], array[-1])
    assert rows[6:2].shape == (0, 2)
    assert rows[:].dtype == np.float32


def test_a_row_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        counted(3)[3]


def test_rows_can_be_added_after_some_were_read() -> None:
    rows = counted(2)
    assert rows[:].tolist() == [[0, 1], [2, 3]]
    rows.append(np.array([[9.0, 9.0]]))
    assert rows[1:].tolist() == [[2, 3], [9, 9]]


def test_rows_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of"):
        counted(1).append(np.zeros((1, 3)))


@pytest.mark.parametrize("at", [[0, 1], [3, 3], [4, 3]])
def test_rows_are_placed_only_behind_those_there_are(at: list[int]) -> None:
    with pytest.raises(ValueError, match="is there already"):
        counted(2).place(np.array(at), np.zeros((2, 2)))


def test_rows_that_nobody_gave_are_not_a_number() -> None:
    rows = Spilled((1,), np.float64)
    rows.place(np.array([2, 3, 5]), np.array([[2.0], [3.0], [5.0]]))
    rows.place(np.array([], np.int64), np.zeros((0, 1)))
    rows.fill(7)
    assert np.array_equal(rows[:].ravel(), [np.nan, np.nan, 2, 3, np.nan, 5, np.nan], equal_nan=True)


def test_rows_made_of_others_are_made_when_read() -> None:
    doubled = Mapped(counted(4), lambda rows: rows * 2)
    assert doubled[1:3].tolist() == [[4, 6], [8, 10]]
    assert doubled[3].tolist() == [12, 14]
    assert len(doubled) == 4


def test_single_rows_are_gathered_in_the_order_asked_for() -> None:
    assert gathered(counted(9), np.array([7, 0, 1, 7])).tolist() == [[14, 15], [0, 1], [2, 3], [14, 15]]
    assert gathered(counted(9), np.array([], np.int64)).shape == (0, 2)


def test_pieces_cover_everything_once() -> None:
    assert [(piece.start, piece.stop) for piece in pieces(7, 3)] == [(0, 3), (3, 6), (6, 7)]
    assert list(pieces(0)) == []


def test_signals_come_back_by_name_whole_and_by_stretch() -> None:
    signals = Columns(("one", "two"), 5)
    signals.write(["two", "one"], slice(1, 3), np.array([[1.0, 2.0], [np.nan, 4.0]]))
    assert list(signals) == ["one", "two"]
    assert np.array_equal(signals["one"], [0, np.nan, 4, 0, 0], equal_nan=True)
    assert signals.read(["two", "one"], slice(2, 9)).tolist() == [[2, 0, 0], [4, 0, 0]]
    assert signals.read(["two"], slice(5, 9)).shape == (1, 0)
    assert "three" not in signals


def test_a_signal_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="for 5 frames"):
        Columns(("one",), 5).write(["one"], slice(None), np.zeros((1, 4)))


def test_signals_are_made_of_others_one_by_one() -> None:
    values = {"one": np.array([1.0, 2.0]), "two": np.array([3.0, 4.0])}
    made = Columns.of(values, lambda name, found: found * (10 if name == "two" else 1))
    assert {name: made[name].tolist() for name in made} == {"one": [1, 2], "two": [30, 40]}
    assert dict(Columns.of({}, lambda _, found: found)) == {}


def test_picked_rows_are_those_of_the_numbers() -> None:
    picked = Picked(counted(9), np.array([7, 1, 2]))
    assert len(picked) == 3
    assert picked[1:].tolist() == [[2, 3], [4, 5]]
    assert picked[0].tolist() == [14, 15]
