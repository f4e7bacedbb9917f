"""The body drawn over a picture: shaded, half transparent, left and right limbs in their own colours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.joints import SIDES
from gpu_worker.body.model import Body
from gpu_worker.report import kernels
from gpu_worker.report.camera import NEAR_M, Camera
from gpu_worker.report.mesh import LIMBS, limb_joints, limb_share

Colour = tuple[int, int, int]

TRUNK_COLOUR: Colour = (222, 226, 230)
LEFT_COLOUR: Colour = (245, 158, 36)
RIGHT_COLOUR: Colour = (64, 156, 255)
"""RGB. Orange and blue stay apart for every common kind of colour blindness."""
GUESSED_COLOUR: Colour = (112, 118, 124)
"""Of a limb that was out of sight."""

LIGHT = np.array([-0.28, 0.45, 0.85]) / np.linalg.norm([-0.28, 0.45, 0.85])
"""Towards the light, camera frame: above the viewer, a little to the left."""
AMBIENT = 0.42
"""Share of a colour that stays where the light does not reach."""


@dataclass(frozen=True)
class Blend:
    """How the body covers the picture; shares 0..1."""

    surface: float = 0.58
    outline: float = 0.92
    outline_px: int = 2
    crease_m: float = 0.05
    """A depth step this large is outlined too: an arm stays visible before the trunk."""


class BodyPainter:
    """Draws one body model; keeps what does not change between frames."""

    def __init__(self, body: Body, blend: Blend | None = None) -> None:
        self._faces = np.ascontiguousarray(body.faces, dtype=np.int32)
        self._blend = blend or Blend()
        share = limb_share(body.weights.numpy())
        trunk = np.clip(1.0 - share.sum(axis=1, keepdims=True), 0.0, 1.0)
        palette = np.array([LEFT_COLOUR, RIGHT_COLOUR, TRUNK_COLOUR], dtype=np.float32)
        self._colours = np.concatenate([share, trunk], axis=1).astype(np.float32) @ palette
        self._limbs = {
            f"{limb}_{side.name}": body.weights.numpy()[:, limb_joints(side.name, limb)].sum(axis=1, keepdims=True)
            for limb in LIMBS
            for side in SIDES
        }

    def draw(
        self,
        image: NDArray[np.uint8],
        vertices: NDArray[np.floating],
        camera: Camera,
        hidden: Iterable[str] = (),
    ) -> None:
        """Blend the body over `image` (H, W, 3) RGB, in place.

        vertices: (V, 3) metres, camera frame. Nothing is drawn where they are not finite or lie outside the picture.
        hidden: limbs (`arm_left`, …) that were out of sight, drawn in grey.
        """
        points = np.ascontiguousarray(vertices, dtype=np.float32)
        if not np.isfinite(points).all():
            return
        pixels = camera.project(points)
        visible = -points[:, 2] > NEAR_M
        window = _window(pixels[visible], image.shape[:2], margin=self._blend.outline_px + 1)
        if window is None:
            return
        rows, columns = window
        part = image[rows, columns]
        canvas = np.zeros(part.shape, dtype=np.float32)
        zbuffer = np.full(part.shape[:2], kernels.EMPTY_DEPTH, dtype=np.float32)
        local = np.nan_to_num(pixels - (columns.start, rows.start)).astype(np.float32)
        depth = np.where(visible, -points[:, 2], 0.0).astype(np.float32)
        kernels.rasterise(local, depth, self._faces, self._shaded(points, hidden), canvas, zbuffer)
        blend = self._blend
        kernels.composite(part, canvas, zbuffer, blend.surface, blend.outline, blend.outline_px, blend.crease_m)

    def _shaded(self, points: NDArray[np.float32], hidden: Iterable[str]) -> NDArray[np.float32]:
        """(V, 3) colours under the light."""
        guessed = sum((self._limbs[limb] for limb in hidden), np.zeros((len(points), 1)))
        colours = self._colours + (np.array(GUESSED_COLOUR) - self._colours) * guessed
        normals = kernels.vertex_normals(points, self._faces)
        light = np.clip(normals @ LIGHT.astype(np.float32), 0.0, 1.0)
        shade: NDArray[np.float32] = AMBIENT + (1.0 - AMBIENT) * light
        return np.ascontiguousarray(colours * shade[:, None], dtype=np.float32)


def _window(pixels: NDArray[np.float64], size: tuple[int, int], margin: int) -> tuple[slice, slice] | None:
    """Rows and columns of the picture that `pixels` (N, 2) cover, or None where they miss it."""
    if not len(pixels):
        return None
    left, top = np.floor(pixels.min(axis=0)).astype(int) - margin
    right, bottom = np.ceil(pixels.max(axis=0)).astype(int) + margin + 1
    rows = slice(max(0, int(top)), min(size[0], int(bottom)))
    columns = slice(max(0, int(left)), min(size[1], int(right)))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    return rows, columns
