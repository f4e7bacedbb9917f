"""Every cell of every scoring table, against the tables as the methods' worksheets print them.

The worksheets lay their tables out differently from our data files; both were written down independently.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gpu_worker.ergonomics import niosh, owas, reba, rula
from gpu_worker.ergonomics.scoring import add_points, look_up

# Rows: upper arm and lower arm; columns: wrist 1-4, each with twist 1 and 2.
RULA_A = """
1 1: 1 2 2 2 2 3 3 3
1 2: 2 2 2 2 3 3 3 3
1 3: 2 3 3 3 3 3 4 4
2 1: 2 3 3 3 3 4 4 4
2 2: 3 3 3 3 3 4 4 4
2 3: 3 4 4 4 4 4 5 5
3 1: 3 3 4 4 4 4 5 5
3 2: 3 4 4 4 4 4 5 5
3 3: 4 4 4 4 4 5 5 5
4 1: 4 4 4 4 4 5 5 5
4 2: 4 4 4 4 4 5 5 5
4 3: 4 4 4 5 5 5 6 6
5 1: 5 5 5 5 5 6 6 7
5 2: 5 6 6 6 6 7 7 7
5 3: 6 6 6 7 7 7 7 8
6 1: 7 7 7 7 7 8 8 9
6 2: 8 8 8 8 8 9 9 9
6 3: 9 9 9 9 9 9 9 9
"""
# Rows: neck; columns: trunk 1-6, each with legs 1 and 2.
RULA_B = """
1: 1 3 2 3 3 4 5 5 6 6 7 7
2: 2 3 2 3 4 5 5 5 6 7 7 7
3: 3 3 3 4 4 5 5 6 6 7 7 7
4: 5 5 5 6 6 7 7 7 7 7 8 8
5: 7 7 7 7 7 8 8 8 8 8 8 8
6: 8 8 8 8 8 8 8 9 9 9 9 9
"""
# Rows: score of wrist and arm; columns: score of neck, trunk and legs 1-7.
RULA_C = """
1: 1 2 3 3 4 5 5
2: 2 2 3 4 4 5 5
3: 3 3 3 4 4 5 6
4: 3 3 3 4 5 6 6
5: 4 4 4 5 6 7 7
6: 4 4 5 6 6 7 7
7: 5 5 6 6 7 7 7
8: 5 5 6 7 7 7 7
"""
# Rows: trunk; columns: neck 1-3, each with legs 1-4.
REBA_A = """
1: 1 2 3 4  1 2 3 4  3 3 5 6
2: 2 3 4 5  3 4 5 6  4 5 6 7
3: 2 4 5 6  4 5 6 7  5 6 7 8
4: 3 5 6 7  5 6 7 8  6 7 8 9
5: 4 6 7 8  6 7 8 9  7 8 9 9
"""
# Rows: upper arm; columns: lower arm 1-2, each with wrist 1-3.
REBA_B = """
1: 1 2 2  1 2 3
2: 1 2 3  2 3 4
3: 3 4 5  4 5 5
4: 4 5 5  5 6 7
5: 6 7 8  7 8 8
6: 7 8 8  8 9 9
"""
# Rows: score A; columns: score B 1-12.
REBA_C = """
1: 1 1 1 2 3 3 4 5 6 7 7 7
2: 1 2 2 3 4 4 5 6 6 7 7 8
3: 2 3 3 3 4 5 6 7 7 8 8 8
4: 3 4 4 4 5 6 7 8 8 9 9 9
5: 4 4 4 5 6 7 8 8 9 9 9 9
6: 6 6 6 7 8 8 9 9 10 10 10 10
7: 7 7 7 8 9 9 9 10 10 11 11 11
8: 8 8 8 9 10 10 10 10 10 11 11 11
9: 9 9 9 10 10 10 11 11 11 12 12 12
10: 10 10 10 11 11 11 11 12 12 12 12 12
11: 11 11 11 11 12 12 12 12 12 12 12 12
12: 12 12 12 12 12 12 12 12 12 12 12 12
"""
# Rows: back and arms; columns: legs 1-7, each a group with load 1-3.
OWAS = """
1 1: 111 111 111 222 222 111 111
1 2: 111 111 111 222 222 111 111
1 3: 111 111 111 223 223 111 112
2 1: 223 223 223 333 333 222 233
2 2: 223 223 233 344 344 334 234
2 3: 334 223 333 344 444 444 234
3 1: 111 111 112 333 444 111 111
3 2: 223 111 112 444 444 333 111
3 3: 223 111 233 444 444 444 111
4 1: 233 223 223 444 444 444 234
4 2: 334 234 334 444 444 444 234
4 3: 444 234 334 444 444 444 234
"""


def cells(text: str) -> np.ndarray:
    """The numbers of a printed table, row by row."""
    rows = [line.split(":")[1].split() for line in text.strip().splitlines()]
    return np.array([[int(number) for number in row] for row in rows])


def grid(*sizes: int) -> list[np.ndarray]:
    """1-based index arrays over every cell of a table."""
    return list(np.meshgrid(*(np.arange(1, size + 1) for size in sizes), indexing="ij"))


def test_all_144_cells_of_rula_table_a() -> None:
    upper, lower, wrist, twist = grid(6, 3, 4, 2)
    got = rula.rula(upper_arm=upper, lower_arm=lower, wrist=wrist, wrist_twist=twist, neck=1, trunk=1, legs=1).table_a
    assert got.size == 144
    np.testing.assert_array_equal(got, cells(RULA_A).reshape(6, 3, 4, 2))


def test_all_72_cells_of_rula_table_b() -> None:
    neck, trunk, legs = grid(6, 6, 2)
    got = rula.rula(upper_arm=1, lower_arm=1, wrist=1, wrist_twist=1, neck=neck, trunk=trunk, legs=legs).table_b
    assert got.size == 72
    np.testing.assert_array_equal(got, cells(RULA_B).reshape(6, 6, 2))


def test_all_56_cells_of_rula_table_c() -> None:
    score_c, score_d = grid(8, 7)
    got = look_up(rula.TABLE_C, score_c, score_d)
    assert got.size == 56
    np.testing.assert_array_equal(got, cells(RULA_C))


def test_all_60_cells_of_reba_table_a() -> None:
    neck, trunk, legs = grid(3, 5, 4)
    got = reba.reba(neck=neck, trunk=trunk, legs=legs, upper_arm=1, lower_arm=1, wrist=1).table_a
    assert got.size == 60
    np.testing.assert_array_equal(got, cells(REBA_A).reshape(5, 3, 4).transpose(1, 0, 2))


def test_all_36_cells_of_reba_table_b() -> None:
    upper, lower, wrist = grid(6, 2, 3)
    got = reba.reba(neck=1, trunk=1, legs=1, upper_arm=upper, lower_arm=lower, wrist=wrist).table_b
    assert got.size == 36
    np.testing.assert_array_equal(got, cells(REBA_B).reshape(6, 2, 3))


def test_all_144_cells_of_reba_table_c() -> None:
    score_a, score_b = grid(12, 12)
    got = look_up(reba.TABLE_C, score_a, score_b)
    assert got.size == 144
    np.testing.assert_array_equal(got, cells(REBA_C))


def test_all_252_cells_of_owas() -> None:
    got = owas.category(*grid(4, 3, 7, 3))
    groups = [line.split(":")[1].split() for line in OWAS.strip().splitlines()]
    printed = np.array([[[int(digit) for digit in group] for group in row] for row in groups])
    assert got.size == 252
    np.testing.assert_array_equal(got, printed.reshape(4, 3, 7, 3))


def test_scores_past_a_table_take_its_last_cell() -> None:
    assert look_up(rula.TABLE_C, 12, 10) == 7
    assert look_up(reba.TABLE_C, 15, 15) == 12


def test_a_posture_with_an_unknown_part_has_no_score() -> None:
    got = rula.rula(upper_arm=[1, 0], lower_arm=1, wrist=1, wrist_twist=1, neck=1, trunk=1, legs=1)
    assert got.grand.tolist() == [1, 0]
    assert got.level.tolist() == [1, -1]
    assert owas.category([1, 0], 1, 2, 1).tolist() == [1, 0]


@pytest.mark.parametrize("grand", range(1, 8))
def test_every_rula_score_has_an_action_level(grand: int) -> None:
    level = [1, 1, 2, 2, 3, 3, 4][grand - 1]
    assert next(x.level for x in rula.RULES.action_levels if x.lowest <= grand <= x.highest) == level


def test_every_reba_score_has_an_action_level() -> None:
    bounds = {(1, 1): 0, (2, 3): 1, (4, 7): 2, (8, 10): 3, (11, 15): 4}
    expected = [level for (low, high), level in bounds.items() for _ in range(low, high + 1)]
    got = [next(x.level for x in reba.RULES.action_levels if x.lowest <= s <= x.highest) for s in range(1, 16)]
    assert got == expected


def test_points_never_leave_the_range_of_a_component() -> None:
    for flags in itertools.product([False, True], repeat=3):
        score = int(rula.upper_arm_score(0, raised=flags[0], abducted=flags[1], supported=flags[2]))
        assert 1 <= score <= 6
    assert int(add_points(np.int8(0) * np.ones(1, np.int8), 3, highest=6)[0]) == 0


# Applications Manual, table 5: frequency multiplier by lifts/min for <= 1 h, <= 2 h, <= 8 h, each V < 75 and V >= 75.
NIOSH_FM = """
0.2: 1.00 1.00 .95 .95 .85 .85
0.5: .97 .97 .92 .92 .81 .81
1: .94 .94 .88 .88 .75 .75
2: .91 .91 .84 .84 .65 .65
3: .88 .88 .79 .79 .55 .55
4: .84 .84 .72 .72 .45 .45
5: .80 .80 .60 .60 .35 .35
6: .75 .75 .50 .50 .27 .27
7: .70 .70 .42 .42 .22 .22
8: .60 .60 .35 .35 .18 .18
9: .52 .52 .30 .30 0 .15
10: .45 .45 .26 .26 0 .13
11: .41 .41 0 .23 0 0
12: .37 .37 0 .21 0 0
13: 0 .34 0 0 0 0
14: 0 .31 0 0 0 0
15: 0 .28 0 0 0 0
"""


def test_every_cell_of_the_niosh_frequency_table() -> None:
    for line in NIOSH_FM.strip().splitlines():
        lifts, values = line.split(":")
        printed = [float(value) for value in values.split()]
        cases = [(hours, height) for hours in (1, 2, 8) for height in (74.9, 75.0)]
        got = [niosh.frequency_multiplier(float(lifts), hours, height) for hours, height in cases]
        assert got == pytest.approx(printed)
    assert niosh.frequency_multiplier(15.1, 1, 100) == 0
