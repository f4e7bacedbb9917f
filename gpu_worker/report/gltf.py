"""A small writer of binary glTF 2.0: typed arrays become accessors, a document becomes one `.glb` file.

Source: Khronos glTF 2.0 specification, sections 3.6 (binary data) and 4 (GLB); KHR_mesh_quantization.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

COMPONENT = {
    np.dtype(np.int8): 5120,
    np.dtype(np.uint8): 5121,
    np.dtype(np.int16): 5122,
    np.dtype(np.uint16): 5123,
    np.dtype(np.uint32): 5125,
    np.dtype(np.float32): 5126,
}
VERTEX_DATA, INDEX_DATA = 34962, 34963
"""Buffer view targets."""


class GltfBuffer:
    """Collects arrays into one binary chunk, with their accessors and buffer views."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def add(
        self,
        array: NDArray[Any],
        kind: str,
        *,
        target: int | None = None,
        normalized: bool = False,
        bounds: bool = False,
        components: int | None = None,
    ) -> int:
        """Append `array` (N, …) and return the index of its accessor.

        kind: glTF's `type`. components: how many of the array's columns count; the others only pad each element to a
        multiple of four bytes. bounds: write min and max, which glTF wants for positions and key times.
        """
        rows = np.ascontiguousarray(array).reshape(len(array), -1)
        self._data.extend(b"\0" * (-len(self._data) % 4))
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._data), "byteLength": rows.nbytes}
        if target is not None:
            view["target"] = target
        if components is not None:
            view["byteStride"] = rows.strides[0]
        self._data.extend(rows.tobytes())
        self._views.append(view)
        used = rows[:, :components]
        accessor: dict[str, Any] = {
            "bufferView": len(self._views) - 1,
            "componentType": COMPONENT[rows.dtype],
            "count": len(rows),
            "type": kind,
        }
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor["min"], accessor["max"] = used.min(axis=0).tolist(), used.max(axis=0).tolist()
        self._accessors.append(accessor)
        return len(self._accessors) - 1

    def save(self, document: Mapping[str, Any], target: Path) -> None:
        """Write `document`, completed by this buffer's tables, as a GLB file."""
        self._data.extend(b"\0" * (-len(self._data) % 4))
        whole = {
            **document,
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._data)}],
        }
        text = json.dumps(whole, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        with target.open("wb") as file:
            file.write(struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(self._data)))
            file.write(struct.pack("<I4s", len(text), b"JSON") + text)
            file.write(struct.pack("<I4s", len(self._data), b"BIN\0") + self._data)
