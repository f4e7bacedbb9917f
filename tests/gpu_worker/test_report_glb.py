"""What a viewer finds in the `.glb`: the file is read back and skinned by hand."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_worker.body.model import Body, load_body
from gpu_worker.report.glb import write_glb
from tests.gpu_worker.report_samples import UNSEEN, walk

TYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Glb:
    """A reader of its own, by the glTF 2.0 specification."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        size, kind = struct.unpack_from("<I4s", data, 12)
        assert kind == b"JSON"
        self.json: dict[str, Any] = json.loads(data[20 : 20 + size])
        start = 20 + size
        size, kind = struct.unpack_from("<I4s", data, start)
        assert kind == b"BIN\0"
        self.binary = data[start + 8 : start + 8 + size]

    def array(self, index: int) -> np.ndarray:
        accessor = self.json["accessors"][index]
        view = self.json["bufferViews"][accessor["bufferView"]]
        dtype, width = np.dtype(TYPES[accessor["componentType"]]), WIDTHS[accessor["type"]]
        assert view["byteOffset"] % 4 == 0
        stride = view.get("byteStride", dtype.itemsize * width)
        if view.get("target") == 34962:
            assert stride % 4 == 0, "vertex attributes start at multiples of four bytes"
        whole: np.ndarray = np.frombuffer(self.binary, dtype, view["byteLength"] // dtype.itemsize, view["byteOffset"])
        rows = whole.reshape(accessor["count"], stride // dtype.itemsize)[:, :width]
        if "max" in accessor:
            assert rows.max(axis=0).tolist() == accessor["max"]
            assert rows.min(axis=0).tolist() == accessor["min"]
        return rows / np.iinfo(dtype.name).max if accessor.get("normalized") else rows

    def channels(self) -> dict[tuple[int, str], tuple[np.ndarray, np.ndarray, str]]:
        animation = self.json["animations"][0]
        found = {}
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            values = (self.array(sampler["input"])[:, 0], self.array(sampler["output"]), sampler["interpolation"])
            found[channel["target"]["node"], channel["target"]["path"]] = values
        return found


def matrix(quaternion: np.ndarray) -> np.ndarray:
    x, y, z, w = quaternion / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def skinned(glb: Glb, key: int) -> np.ndarray:
    """Vertices at animation key `key`, as a viewer computes them."""
    nodes, channels = glb.json["nodes"], glb.channels()
    skin = glb.json["skins"][0]
    parent = {child: k for k, node in enumerate(nodes) for child in node.get("children", [])}

    def world(node: int) -> np.ndarray:
        local = np.eye(4)
        turn = channels[node, "rotation"][1][key] if (node, "rotation") in channels else nodes[node].get("rotation")
        place = channels[node, "translation"][1][key] if (node, "translation") in channels else None
        local[:3, :3] = np.eye(3) if turn is None else matrix(np.asarray(turn))
        local[:3, 3] = nodes[node].get("translation", [0, 0, 0]) if place is None else place
        return world(parent[node]) @ local if node in parent else local

    binds = glb.array(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
    bones = np.stack([world(node) @ bind for node, bind in zip(skin["joints"], binds, strict=True)])
    attributes = glb.json["meshes"][0]["primitives"][0]["attributes"]
    points = np.concatenate([glb.array(attributes["POSITION"]), np.ones((13718, 1))], axis=1)
    joints, weights = glb.array(attributes["JOINTS_0"]), glb.array(attributes["WEIGHTS_0"])
    return np.asarray(np.einsum("vi,viab,vb->va", weights, bones[joints], points)[:, :3])


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def test_viewer_shows_the_body_where_the_track_has_it(body: Body, tmp_path: Path) -> None:
    track = walk(body)
    write_glb(track, body, tmp_path / "a.glb")
    glb = Glb(tmp_path / "a.glb")
    for key, sample in ((0, 0), (7, 7), (12, UNSEEN.stop + 4)):
        one = slice(sample, sample + 1)
        expected = body.vertices(track.betas, track.poses[one], track.translation[one])[0]
        error_mm = 1000 * np.linalg.norm(skinned(glb, key) - expected, axis=1)
        assert error_mm.mean() < 0.5
        assert np.quantile(error_mm, 0.99) < 5, "four joints a vertex and int16 cost this little"


def test_person_is_hidden_while_unseen_and_times_are_those_of_the_video(body: Body, tmp_path: Path) -> None:
    track = walk(body)
    write_glb(track, body, tmp_path / "a.glb")
    times, shown, interpolation = Glb(tmp_path / "a.glb").channels()[2, "scale"]
    assert interpolation == "STEP"
    assert times == pytest.approx(track.times_s)
    assert (shown[:, 0] == track.seen).all()


def test_scene_stands_upright_when_gravity_is_known(body: Body, tmp_path: Path) -> None:
    tilt = np.radians(30)
    upright = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    write_glb(walk(body), body, tmp_path / "a.glb")
    write_glb(walk(body), body, tmp_path / "b.glb", camera_to_gravity=upright)
    turned = skinned(Glb(tmp_path / "a.glb"), 0) @ upright.T
    assert skinned(Glb(tmp_path / "b.glb"), 0) == pytest.approx(turned, abs=1e-4)


def test_mesh_faces_outwards_and_indices_are_in_range(body: Body, tmp_path: Path) -> None:
    write_glb(walk(body), body, tmp_path / "a.glb")
    glb = Glb(tmp_path / "a.glb")
    primitive = glb.json["meshes"][0]["primitives"][0]
    points = glb.array(primitive["attributes"]["POSITION"])
    normals = glb.array(primitive["attributes"]["NORMAL"])
    triangles = glb.array(primitive["indices"]).reshape(-1, 3)
    assert triangles.max() == len(points) - 1
    corners = points[triangles]
    volume = np.einsum("ta,ta->t", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume > 0
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=0.02)


def test_a_minute_at_twelve_frames_a_second_stays_small(body: Body, tmp_path: Path) -> None:
    track = walk(body)
    kept = np.resize(np.nonzero(track.seen)[0], 720)
    noise = np.random.default_rng(1).normal(0, 0.01, (720, 55, 3))
    minute = replace(
        track,
        times_s=np.arange(720) / 12,
        seen=np.ones(720, dtype=bool),
        poses=track.poses[kept] + noise,
        translation=track.translation[kept],
    )
    write_glb(minute, body, tmp_path / "a.glb")
    assert (tmp_path / "a.glb").stat().st_size < 900_000
    times, turns, _ = Glb(tmp_path / "a.glb").channels()[2 + 16, "rotation"]
    assert times[-1] == pytest.approx(719 / 12)
    assert np.einsum("tc,tc->t", turns[1:], turns[:-1]).min() > 0, "no joint takes the long way round"


def test_clip_without_a_person_has_no_animation(body: Body, tmp_path: Path) -> None:
    track = walk(body)
    with pytest.raises(ValueError, match="seen"):
        write_glb(replace(track, seen=np.zeros_like(track.seen)), body, tmp_path / "a.glb")
