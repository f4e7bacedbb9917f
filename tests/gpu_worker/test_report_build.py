"""From results to files: numbers, revisions, pictures, the tested range."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pytest

from contract.inputs import Exclusion, ReportHeader
from gpu_worker.body.model import Body, load_body
from gpu_worker.ergonomics.alone import clip_shift, judged_alone
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.ergonomics.conclusion import told_minutes
from gpu_worker.motion import Gravity, Motion
from gpu_worker.report.build import clip_report, shift_report
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.document.sections import row_lines
from gpu_worker.report.document.summary import part_categories, top_rows
from gpu_worker.report.moments import (
    MomentPictures,
    chosen,
    chosen_of,
    cropped,
    in_sight,
    moment_text,
    thumbnails,
    worth_telling,
)
from gpu_worker.report.rows_csv import write_rows
from gpu_worker.report.tested import outside_range
from gpu_worker.report.texts import row_part
from gpu_worker.report.workbook import write_workbook
from gpu_worker.results import Files, write_reports
from gpu_worker.video.clip import Frame
from tests.gpu_worker.report_content import BENDING, analysed, angles, report, shift
from tests.gpu_worker.report_samples import RATE_HZ, SIZE, walk

LEVEL = Gravity(pitch_deg=0, roll_deg=0, pitch_sigma_deg=5, roll_sigma_deg=3, source="assumed_level")


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def motion(frames: int, distance_m: float = 3.0, sigma_deg: float = 5.0) -> Motion:
    seen = np.ones(frames, dtype=bool)
    return Motion(
        times_s=np.arange(frames) / 4,
        frame_index=np.arange(frames),
        seen=seen,
        joints=np.tile([0.0, 0.0, -distance_m], (frames, 55, 1)),
        rotations=np.tile(np.eye(3), (frames, 55, 1, 1)),
        rest_joints=np.zeros((55, 3)),
        hands_seen=np.zeros((frames, 2), dtype=bool),
        joint_sigma_deg=np.full((frames, 55), sigma_deg),
        gravity=LEVEL,
        body_model="openbody",
        body_sha256="f" * 64,
        quality="medium",
        video_name="line-a.mp4",
        video_sha256="0" * 64,
        video_frames=frames,
        video_duration_s=frames / 4,
    )


def decoded(jpeg: bytes) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))


def moment(time_s: float, kind: str = "hold_in_region", part: str = "trunk", **values: float | str) -> Moment:
    values = values or {"region": "trunk_40_to_60", "seconds": 9.0, "mean_deg": 50.0}
    return Moment(
        method="rula" if kind == "highest_score" else "nv361",
        part=part,
        side="both",
        kind="hold",
        time_s=time_s,
        start_s=time_s,
        end_s=time_s + 2,
        sentence=kind,
        values=values,
    )


def test_one_clip_becomes_workbook_document_and_rows(tmp_path: Path) -> None:
    series = angles(BENDING)
    analysis = analysed("line-a", series, "assembly", "A")
    one = clip_report(analysis, series, motion(len(series.times_s)))
    found = shift_report("line-a", [one], clip_shift(analysis))
    paths: list[Path] = []
    write_reports(found, Files(tmp_path, "line-a", lambda kind, path: paths.append(path)), "cs")
    assert [path.name for path in paths] == ["line-a.report.xlsx", "line-a.report.pdf", "line-a.rows.csv"]
    lines = [line for line in paths[2].read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = {row["row"]: row for row in csv.DictReader(lines)}
    assert len(rows) == 52
    for row in found.assessment.rows:
        written, told = rows[row.row]["minutes"], told_minutes(row)
        assert (written == "") == (told is None)
        assert written == "" or float(written) == pytest.approx(told, abs=1e-4)


def test_a_row_seen_in_part_has_the_same_minutes_and_category_in_rows_json_and_document(tmp_path: Path) -> None:
    series = angles({"knee_flexion_left": [(0, 60, 130)]})
    analysis, found = judged_alone(analysed("line-a", series, "assembly", "A"))
    whole = shift_report("line-a", [clip_report(analysis, series, motion(len(series.times_s)))], clip_shift(analysis))
    write_rows(whole, tmp_path / "rows.csv", "en")
    lines = [line for line in (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    rows = {row["row"]: row for row in csv.DictReader(lines)}
    printed = dict(zip([row.row for row in found.rows], row_lines(whole, catalogue("en")), strict=True))
    assert analysis.verdict is not None
    told = {row.row: row for row in analysis.verdict.rows}
    for name in (row.row for row in found.rows if row.seen_minutes):
        figures, line, shown = rows[name], printed[name], told[name]
        assert (figures["status"], figures["at_least"], line["status"]) == ("not_assessed", "1", "not assessed")
        assert float(figures["minutes"]) == pytest.approx(shown.minutes, abs=1e-4)
        assert line["minutes"] == f"≥\N{NO-BREAK SPACE}{shown.minutes:.1f}"
        assert int(figures["category"]) == line["category"] == shown.category
    assert (told["dk.1"].category, printed["dk.1"]["category_words"]) == (3, "3")
    assert (rows["phk.3"]["minutes"], printed["phk.3"]["minutes"]) == ("", "–")


@pytest.mark.parametrize(
    ("language", "unknown", "unseen"),
    [("en", "unknown for too long: 50% of the time of “assembly”", "video shows only part of it"),
     ("cs", "příliš dlouho nezjištěno: 50\N{NO-BREAK SPACE}% doby operace „assembly“", "z videa je vidět jen část")],
)  # fmt: skip
def test_a_row_not_assessed_says_why_in_the_report_s_language(
    language: Language, unknown: str, unseen: str, tmp_path: Path
) -> None:
    series = angles({"head_flexion": [(0, 60, float("nan"))]}, unseen=(0, 0))
    analysis = analysed("line-a", series, "assembly", "A")
    whole = shift_report("line-a", [clip_report(analysis, series, motion(len(series.times_s)))], clip_shift(analysis))
    write_rows(whole, tmp_path / "rows.csv", language)
    lines = [line for line in (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    reasons = {row["row"]: row["reason"] for row in csv.DictReader(lines)}
    assert (reasons["hlava_krk.1"], reasons["phk.3"], reasons["trup.1"]) == (unknown, unseen, "")
    printed = dict(zip(reasons, row_lines(whole, catalogue(language)), strict=True))
    assert unknown in printed["hlava_krk.1"]["posture"]
    write_workbook(whole, tmp_path / "book.xlsx", language)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx").worksheets[1]
    assert any(unknown == cell.value for line in sheet.iter_rows() for cell in line)


def test_first_page_lists_and_colours_what_a_row_is_known_to_reach_at_least() -> None:
    series = angles({"knee_flexion_left": [(0, 60, 130)]})
    analysis = analysed("line-a", series, "assembly", "A")
    whole = shift_report("line-a", [clip_report(analysis, series, motion(len(series.times_s)))], clip_shift(analysis))
    assert "dk.1" in whole.assessment.deciding_rows
    worst = top_rows(whole, catalogue("en"))[0]
    assert (worst["category"], worst["minutes"][0]) == (3, "≥")
    assert part_categories(whole)[row_part("dk.1")] == 3


def test_correction_makes_a_new_revision_of_the_same_number() -> None:
    clips = report().clips
    plain = shift().model_copy(update={"corrections": (), "exclusions": ()})
    first = shift_report("a", clips, plain)
    entry = Exclusion(who="N", when=datetime(2026, 11, 21, tzinfo=UTC), reason="r", row="trup.6")
    second = shift_report("a", clips, plain.model_copy(update={"exclusions": (entry,)}))
    assert (first.revision, second.revision) == (1, 2)
    assert first.number == second.number
    entered = plain.model_copy(update={"report": ReportHeader(number="LAB-7")})
    assert shift_report("a", clips, entered).number == "LAB-7"


def test_clip_outside_the_tested_range_is_told_so() -> None:
    series = angles(BENDING)
    analysis = analysed("line-a", series, "assembly", "A")
    frames = len(series.times_s)
    assert outside_range(analysis, series, motion(frames)) == ()
    assert outside_range(analysis, series, motion(frames, distance_m=12)) == ("distance",)
    assert outside_range(analysis, series, motion(frames, sigma_deg=30)) == ("occlusion",)
    for joints in ((16,), (17,), (1, 2, 4, 5)):
        hidden = motion(frames)
        hidden.joint_sigma_deg[: frames // 3, list(joints)] = 30.0
        assert outside_range(analysis, series, hidden) == ("occlusion",), "an arm or both legs out of sight"
    side = replace(series, signals={**series.signals, "view": np.where(series.seen, 90.0, np.nan)})
    assert outside_range(analysis, side, motion(frames)) == ("view",)


def test_chosen_moments_differ_in_method_and_part_before_they_repeat() -> None:
    same = [moment(10.0 * k) for k in range(3)]
    score = moment(100.0, "highest_score", "body", score=7.0, seconds=3.0)
    mild = moment(120.0, "highest_score", "body", score=2.0, seconds=3.0)
    head = moment(140.0, "peak_of_track", "head_neck", track="head_sagittal", angle_deg=50.0)
    upright = moment(160.0, "peak_of_track", "head_neck", track="head_sagittal", angle_deg=3.0)
    twin = moment(140.2, "peak_of_track", "head_neck", track="head_asymmetry", angle_deg=40.0)
    everything = [*same, score, mild, head, upright, twin]
    assert chosen(everything, 3) == (0, 5, 3)
    assert chosen(everything, 9) == (0, 1, 2, 5, 3), "mild ones and the twin of the same instant are left out"


def test_every_method_gets_a_picture_before_one_gets_its_second_part() -> None:
    law = [moment(20.0 * k, part=part) for k, part in enumerate(("trunk", "head_neck", "arm_left", "legs"))]
    lift = moment(200.0, "lift", "body", index=1.4).model_copy(update={"method": "niosh"})
    light = moment(220.0, "lift", "body", index=0.7).model_copy(update={"method": "niosh"})
    assert chosen([*law, lift, light], 3) == (0, 1, 4)


def scored(method: str, score: float, time_s: float, seconds: float, side: Literal["left", "right"] = "left") -> Moment:
    told = moment(time_s, "highest_score", "body", score=score, seconds=seconds)
    return told.model_copy(update={"method": method, "side": side})


def test_the_picture_of_every_method_is_its_worst_moment_though_another_method_shows_that_instant() -> None:
    peak = moment(30.1, "peak_of_track", "arm_left", track="arm_elevation_left", zone="over_60", angle_deg=130.0)
    reba = [scored("reba", 6, 50, 9), scored("reba", 10, 30, 0.4, "right")]
    rula = [scored("rula", 6, 50, 9), scored("rula", 7, 60, 0.3), scored("rula", 7, 30, 0.5, "right")]
    moments = [*reba, *rula, peak]
    assert chosen(moments, 3) == (5, 4, 1), "the law, then RULA's longest 7, then REBA's 10"
    assert chosen(moments) == (5, 4, 3, 2, 1, 0)


def test_the_worst_moment_of_a_method_is_chosen_from_all_clips() -> None:
    mild = [moment(10), scored("rula", 4, 10, 9)]
    worse = [
        scored("rula", 7, 10, 1),
        moment(10.0, part="head_neck", region="head_over_25", seconds=4.0, mean_deg=30.0),
    ]
    assert chosen_of([mild, worse], 2) == ((1, 1), (1, 0)), "an unacceptable zone before a conditional one"
    assert chosen_of([mild, worse], 9) == ((1, 1), (0, 0), (1, 0), (0, 1)), "alike only within one clip"


def test_movements_hardly_past_what_is_tolerated_are_not_told() -> None:
    def behind(past: float) -> Moment:
        told = moment(10, "movement_refused", "arm_behind", angle_past_deg=past, per_min=9.0)
        return told.model_copy(update={"method": "en1005_4", "side": "left"})

    assert worth_telling([behind(4), behind(6)]) == (1,)
    assert moment_text(behind(6), catalogue("en")) == (
        "Arm behind the body, left: moved to 6° past what is tolerated, 9.0 times a minute: not acceptable"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_of_a_report_has_a_sentence(language: str) -> None:
    words = catalogue(language)
    for clip in report().clips:
        for one in clip.analysis.worst_moments:
            sentence = moment_text(one, words)
            assert len(sentence) > 8
            assert "–" not in sentence, "no value is missing"


def test_picture_of_a_moment_is_the_nearest_frame_with_the_face_blurred(body: Body) -> None:
    track = walk(body)

    def frames() -> Iterator[Frame]:
        for k in range(24):
            image = np.full((SIZE[1], SIZE[0], 3), 10 * k, dtype=np.uint8)
            image[:75] = np.random.default_rng(k).integers(0, 255, (75, SIZE[0], 3))
            yield Frame(3 * k, k / RATE_HZ, image)

    moments = [moment(0.52), moment(1.96)]
    plain = thumbnails(frames(), MomentPictures(moments, track, body, blur=False))
    blurred = thumbnails(frames(), MomentPictures(moments, track, body))
    assert set(plain) == set(blurred) == {0, 1}
    for number, nearest in ((0, 5), (1, 20)):
        picture = decoded(blurred[number])
        assert abs(float(np.median(picture[-20:, :20])) - 10 * nearest) < 4
    changed = np.abs(decoded(plain[0]).astype(int) - decoded(blurred[0])).max(axis=2) > 50
    middle = changed.shape[1] // 2
    assert changed[:, middle - 20 : middle + 20].sum() > 100, "the head"
    assert changed[:, :5].sum() == 0, "and nothing beside it"


def test_picture_is_cut_to_the_person_and_never_reaches_outside() -> None:
    image = np.arange(180 * 320 * 3, dtype=np.uint32).astype(np.uint8).reshape(180, 320, 3)
    cut = cropped(image, (150.0, 60.0, 170.0, 110.0))
    assert cut.shape[0] == pytest.approx(80, abs=1)
    assert cut.shape[1] / cut.shape[0] == pytest.approx(4 / 3, abs=0.05)
    assert (cut == image[45 : 45 + cut.shape[0], 106 : 106 + cut.shape[1]]).all()
    for box in ((-50.0, -20.0, 30.0, 400.0), (300.0, 150.0, 340.0, 190.0), None):
        part = cropped(image, box)
        assert 0 < part.shape[0] <= 180
        assert 0 < part.shape[1] <= 320


def test_frames_pass_through_while_they_are_looked_at(body: Body) -> None:
    pictures = MomentPictures([moment(0.1)], walk(body), body)
    frames = [Frame(3 * k, k / RATE_HZ, np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)) for k in range(3)]
    assert list(pictures.watch(frames)) == frames
    assert set(pictures.finish()) == {0}


def test_no_picture_is_taken_of_a_place_the_person_has_left() -> None:
    assert in_sight((10, 10, 60, 110), (320, 180))
    assert in_sight((-20, 10, 30, 110), (320, 180))
    assert not in_sight((-40, 10, 20, 110), (320, 180)), "two thirds of the person are outside"
    assert not in_sight((400, 10, 450, 110), (320, 180))
    assert not in_sight(None, (320, 180))
