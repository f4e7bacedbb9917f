"""The rasteriser's inner loops, compiled: normals, z-buffer, compositing. Plain arrays in, plain arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

EMPTY_DEPTH = np.float32(1e9)
"""The z-buffer's value where nothing was drawn, metres."""


@njit(cache=True, nogil=True)
def vertex_normals(vertices: NDArray[np.float32], faces: NDArray[np.int32]) -> NDArray[np.float32]:
    """(V, 3) unit normals, each the area-weighted mean over the triangles around a vertex."""
    normals = np.zeros_like(vertices)
    for t in range(faces.shape[0]):
        a, b, c = vertices[faces[t, 0]], vertices[faces[t, 1]], vertices[faces[t, 2]]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        wx, wy, wz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
        for corner in range(3):
            normal = normals[faces[t, corner]]
            normal[0] += nx
            normal[1] += ny
            normal[2] += nz
    for v in range(normals.shape[0]):
        n = normals[v]
        length = np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])
        if length > 0:
            n /= length
    return normals


@njit(cache=True, nogil=True, fastmath=True)
def rasterise(
    pixels: NDArray[np.float32],
    depth: NDArray[np.float32],
    faces: NDArray[np.int32],
    colours: NDArray[np.float32],
    canvas: NDArray[np.float32],
    zbuffer: NDArray[np.float32],
) -> None:
    """Fill `canvas` (H, W, 3) and `zbuffer` (H, W) with the nearest surface; triangles facing away are left out.

    pixels (V, 2) x right, y down; depth (V,) metres, not above zero where the vertex must not be drawn;
    faces (F, 3) counter-clockwise seen from outside; colours (V, 3), blended linearly over each triangle.
    """
    height, width = zbuffer.shape
    for t in range(faces.shape[0]):
        i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
        if depth[i] <= 0 or depth[j] <= 0 or depth[k] <= 0:
            continue
        x0, y0, x1, y1, x2, y2 = pixels[i, 0], pixels[i, 1], pixels[j, 0], pixels[j, 1], pixels[k, 0], pixels[k, 1]
        twice_area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if twice_area >= 0:
            continue
        left, right = max(0, int(np.ceil(min(x0, x1, x2)))), min(width - 1, int(np.floor(max(x0, x1, x2))))
        top, bottom = max(0, int(np.ceil(min(y0, y1, y2)))), min(height - 1, int(np.floor(max(y0, y1, y2))))
        inverse = 1.0 / twice_area
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                a = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) * inverse
                b = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) * inverse
                c = 1.0 - a - b
                if a < 0 or b < 0 or c < 0:
                    continue
                z = a * depth[i] + b * depth[j] + c * depth[k]
                if z < zbuffer[y, x]:
                    zbuffer[y, x] = z
                    for channel in range(3):
                        canvas[y, x, channel] = (
                            a * colours[i, channel] + b * colours[j, channel] + c * colours[k, channel]
                        )


@njit(cache=True, nogil=True)
def composite(
    image: NDArray[np.uint8],
    canvas: NDArray[np.float32],
    zbuffer: NDArray[np.float32],
    surface: float,
    outline: float,
    reach: int,
    crease_m: float,
) -> None:
    """Blend `canvas` over `image` (H, W, 3) where `zbuffer` was drawn; the silhouette and creases darker.

    A pixel belongs to the outline when, within `reach` pixels across or down, the surface ends or falls back by more
    than `crease_m`.
    """
    height, width = zbuffer.shape
    for y in range(height):
        for x in range(width):
            z = zbuffer[y, x]
            if z >= EMPTY_DEPTH:
                continue
            limit = z + crease_m
            edge = (
                (x >= reach and zbuffer[y, x - reach] > limit)
                or (x + reach < width and zbuffer[y, x + reach] > limit)
                or (y >= reach and zbuffer[y - reach, x] > limit)
                or (y + reach < height and zbuffer[y + reach, x] > limit)
            )
            share = outline if edge else surface
            tone = 0.32 if edge else 1.0
            for channel in range(3):
                mixed = (1.0 - share) * image[y, x, channel] + share * tone * canvas[y, x, channel]
                image[y, x, channel] = np.uint8(min(255.0, mixed + 0.5))
