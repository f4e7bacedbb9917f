"""The moving body as a skinned, animated `.glb` for viewers such as three.js and Blender.

Positions, normals and rotations are stored as normalised integers (KHR_mesh_quantization; rotations by the core
specification), so a minute at 12 frames a second takes under 0.9 MB. Each vertex keeps its four strongest joints.
SMPL-X's pose correctives have no place in glTF skins; the open body has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.report.gltf import INDEX_DATA, VERTEX_DATA, GltfBuffer
from gpu_worker.report.kernels import vertex_normals
from gpu_worker.report.mesh import limb_share
from gpu_worker.report.raster import LEFT_COLOUR, RIGHT_COLOUR, TRUNK_COLOUR
from gpu_worker.spilled import pieces

FIRST_BONE = 2
"""Index of the pelvis among the nodes, after the turned scene and the mesh."""
INFLUENCES = 4
STILL = 1e-4
"""A joint whose quaternion moves less than this (0.01°) is stored as one constant rotation."""
SHORT, BYTE, UBYTE = 32767, 127, 255

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Quantised:
    """Vertices as normalised int16 with the step back to metres: position = offset + scale · value."""

    values: NDArray[np.int16]
    scale: float
    offset: Array


def write_glb(
    track: BodyTrack, body: Body, target: Path, *, camera_to_gravity: NDArray[np.float64] | None = None
) -> None:
    """Write the animation of `track` to `target`; key times are the video's own.

    camera_to_gravity: (3, 3) rotation that puts the scene upright; None leaves it in the camera frame. While the
    person is unseen the body is scaled to nothing, which glTF defines as not drawn. Raises ValueError when the person
    is seen nowhere.
    """
    if not track.seen.any():
        raise ValueError("the person is seen in no frame, so there is nothing to animate")
    buffer = GltfBuffer()
    betas = np.asarray(track.betas, dtype=np.float64)
    rest = body.rest_joints(betas)
    shaped = (body.template + body.shape_basis @ torch.from_numpy(betas)).numpy()
    quantised = _quantise(shaped)
    bones = _bones(body, rest, first=FIRST_BONE)
    animation = _animate(buffer, track, rest, bones, first=FIRST_BONE)
    document = {
        "asset": {"version": "2.0", "generator": "Poloha"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "extras": {"body_model": track.body_model, "body_sha256": track.body_sha256},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [_upright(camera_to_gravity), {"name": "body", "mesh": 0, "skin": 0}, *bones],
        "meshes": [{"primitives": [_primitive(buffer, body, shaped, quantised)]}],
        "materials": [{"pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.75}}],
        "skins": [
            {
                "inverseBindMatrices": _inverse_binds(buffer, rest, quantised),
                "joints": list(range(FIRST_BONE, FIRST_BONE + len(bones))),
                "skeleton": FIRST_BONE,
            }
        ],
        "animations": [animation],
    }
    buffer.save(document, target)


def _upright(camera_to_gravity: Array | None) -> dict[str, Any]:
    """The node above mesh and skeleton, which turns the scene so that up is up."""
    node: dict[str, Any] = {"name": "upright", "children": [1, FIRST_BONE]}
    if camera_to_gravity is not None:
        axis_angle = np.asarray(cv2.Rodrigues(camera_to_gravity)[0], dtype=np.float64).reshape(1, 1, 3)
        node["rotation"] = _quaternions(axis_angle)[0, 0].tolist()
    return node


def _quantise(points: Array) -> _Quantised:
    """One scale for all axes, so that normals keep their direction through the skin's matrices."""
    low, high = points.min(axis=0), points.max(axis=0)
    offset, scale = (low + high) / 2, float((high - low).max() / 2)
    return _Quantised(np.round((points - offset) / scale * SHORT).astype(np.int16), scale, offset)


def _primitive(buffer: GltfBuffer, body: Body, shaped: Array, quantised: _Quantised) -> dict[str, Any]:
    """The mesh: padded int16 positions, int8 normals, a colour per limb, four joints and weights a vertex."""
    normals = vertex_normals(shaped.astype(np.float32), body.faces.astype(np.int32))
    joints, weights = _strongest(body.weights.numpy())
    share = limb_share(body.weights.numpy())
    trunk = np.clip(1 - share.sum(axis=1, keepdims=True), 0, 1)
    palette = np.array([LEFT_COLOUR, RIGHT_COLOUR, TRUNK_COLOUR]) / UBYTE
    # glTF vertex colours are linear light; the palette is sRGB.
    colours = np.round(np.concatenate([share, trunk], axis=1) @ palette**2.2 * UBYTE).astype(np.uint8)
    index_type = np.uint16 if len(shaped) <= np.iinfo(np.uint16).max else np.uint32
    attributes = {
        "POSITION": buffer.add(
            _padded(quantised.values), "VEC3", target=VERTEX_DATA, normalized=True, bounds=True, components=3
        ),
        "NORMAL": buffer.add(
            _padded(np.round(normals * BYTE).astype(np.int8)), "VEC3", target=VERTEX_DATA, normalized=True, components=3
        ),
        "COLOR_0": buffer.add(_padded(colours), "VEC3", target=VERTEX_DATA, normalized=True, components=3),
        "JOINTS_0": buffer.add(joints, "VEC4", target=VERTEX_DATA),
        "WEIGHTS_0": buffer.add(weights, "VEC4", target=VERTEX_DATA, normalized=True),
    }
    indices = buffer.add(body.faces.astype(index_type).reshape(-1), "SCALAR", target=INDEX_DATA)
    return {"attributes": attributes, "indices": indices, "material": 0}


def _padded(triples: NDArray[Any]) -> NDArray[Any]:
    """(N, 4) from (N, 3): vertex attributes have to start at multiples of four bytes."""
    return np.concatenate([triples, np.zeros((len(triples), 1), dtype=triples.dtype)], axis=1)


def _strongest(weights: NDArray[np.floating]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The four strongest joints of each vertex (V, 4) and their weights in 255ths, each row summing to 255."""
    joints = np.argsort(-weights, axis=1, kind="stable")[:, :INFLUENCES]
    kept = np.take_along_axis(weights, joints, axis=1)
    parts = np.round(kept / kept.sum(axis=1, keepdims=True) * UBYTE).astype(np.int64)
    parts[:, 0] += UBYTE - parts.sum(axis=1)
    joints[parts == 0] = 0
    return joints.astype(np.uint8), parts.astype(np.uint8)


def _bones(body: Body, rest: Array, first: int) -> list[dict[str, Any]]:
    """One node per joint, placed relative to its parent; `first` is the index of the first of them."""
    bones: list[dict[str, Any]] = []
    for joint, (name, parent) in enumerate(zip(body.joint_names, body.parents, strict=True)):
        offset = rest[joint] if parent < 0 else rest[joint] - rest[parent]
        bones.append({"name": name, "translation": offset.tolist()})
        if parent >= 0:
            bones[parent].setdefault("children", []).append(first + joint)
    return bones


def _inverse_binds(buffer: GltfBuffer, rest: Array, quantised: _Quantised) -> int:
    """Accessor of the matrices from quantised positions to each joint's frame, column-major."""
    matrices = np.zeros((len(rest), 4, 4))
    matrices[:, range(3), range(3)] = quantised.scale
    matrices[:, :3, 3] = quantised.offset - rest
    matrices[:, 3, 3] = 1
    return buffer.add(matrices.transpose(0, 2, 1).reshape(-1, 16).astype(np.float32), "MAT4")


def _animate(
    buffer: GltfBuffer, track: BodyTrack, rest: Array, bones: list[dict[str, Any]], first: int
) -> dict[str, Any]:
    """Rotation of every moving joint, translation of the pelvis, and its scale where the person comes and goes."""
    seen = track.seen
    times = buffer.add(track.times_s[seen].astype(np.float32), "SCALAR", bounds=True)
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []

    def channel(node: int, path: str, keys: int, values: int, interpolation: str = "LINEAR") -> None:
        samplers.append({"input": keys, "output": values, "interpolation": interpolation})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    poses = np.concatenate([track.poses[piece][seen[piece]] for piece in pieces(len(seen))])
    for joint, bone in enumerate(bones):
        turn = _quaternions(poses[:, joint : joint + 1].astype(np.float64))[:, 0]
        if np.abs(turn - turn[0]).max() < STILL:
            bone["rotation"] = turn[0].tolist()
            continue
        values = buffer.add(np.round(turn * SHORT).astype(np.int16), "VEC4", normalized=True)
        channel(first + joint, "rotation", times, values)
    place = (track.translation[seen] + rest[0]).astype(np.float32)
    channel(first, "translation", times, buffer.add(place, "VEC3"))
    if not seen.all():
        shown = np.repeat(seen[:, None], 3, axis=1).astype(np.float32)
        all_times = buffer.add(track.times_s.astype(np.float32), "SCALAR", bounds=True)
        channel(first, "scale", all_times, buffer.add(shown, "VEC3"), "STEP")
    return {"name": "clip", "samplers": samplers, "channels": channels}


def _quaternions(turns: Array) -> Array:
    """(T, J, 4) x, y, z, w of axis-angle (T, J, 3), each joint kept on one side of the sphere, so blending is short."""
    half = np.linalg.norm(turns, axis=2, keepdims=True) / 2
    quaternions = np.concatenate([turns / 2 * np.sinc(half / np.pi), np.cos(half)], axis=2)
    agrees = np.einsum("tjc,tjc->tj", quaternions[1:], quaternions[:-1])
    quaternions[1:] *= np.cumprod(np.where(agrees < 0, -1.0, 1.0), axis=0)[..., None]
    return quaternions
