"""Reads the float TFLite files of BlazePose and the hand models into a plain graph.

The format is TensorFlow Lite's schema version 3 (flatbuffer). Weights are stored as float32 or float16, some of them
sparse; both are expanded here, so that what follows sees only dense float32 constants and real operators.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tflite
from numpy.typing import NDArray

Array = NDArray[Any]

_NAMES: dict[int, str] = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_TYPES: dict[int, type[np.generic]] = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
    tflite.TensorType.UINT8: np.uint8,
    tflite.TensorType.INT64: np.int64,
    tflite.TensorType.INT8: np.int8,
}
_INDEX_VECTORS: dict[int, Any] = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}


@dataclass(frozen=True)
class Operator:
    """One operator. Tensors are numbered as in the file."""

    kind: str
    """The schema's name, e.g. `CONV_2D`."""
    inputs: tuple[int, ...]
    output: int
    options: Any
    """The `tflite` package's options object for this kind; None where it has none."""


@dataclass(frozen=True)
class Graph:
    """A network: operators in an order in which they can run. Shapes are NHWC, with batch 1."""

    input: int
    outputs: tuple[int, ...]
    operators: tuple[Operator, ...]
    shapes: dict[int, tuple[int, ...]]
    constants: dict[int, Array]


def read(path: Path, outputs: tuple[int, ...] | None = None) -> Graph:
    """Read a model; keep only what the numbered `outputs` need (all when None).

    Raises ValueError when the file is no TFLite model.
    """
    content = path.read_bytes()
    if content[4:8] != b"TFL3":
        raise ValueError(f"{path.name} is no TFLite model")
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    constants = {i: value for i, t in enumerate(tensors) if (value := _constant(model, t)) is not None}
    operators: list[Operator] = []
    for i in range(graph.OperatorsLength()):
        operator = _operator(model, graph.Operators(i))
        if operator.kind in ("DEQUANTIZE", "DENSIFY") and operator.inputs[0] in constants:
            constants[operator.output] = constants[operator.inputs[0]].astype(np.float32)
        else:
            operators.append(operator)
    ends = tuple(int(graph.Outputs(i)) for i in range(graph.OutputsLength()))
    if outputs is not None:
        ends = tuple(ends[i] for i in outputs)
    return Graph(
        input=int(graph.Inputs(0)),
        outputs=ends,
        operators=_needed(operators, ends),
        shapes={i: _shape(t) for i, t in enumerate(tensors)},
        constants=constants,
    )


def _needed(operators: list[Operator], outputs: tuple[int, ...]) -> tuple[Operator, ...]:
    wanted = set(outputs)
    kept: list[Operator] = []
    for operator in reversed(operators):
        if operator.output in wanted:
            kept.append(operator)
            wanted.update(operator.inputs)
    return tuple(reversed(kept))


def _operator(model: Any, operator: Any) -> Operator:
    code = model.OperatorCodes(operator.OpcodeIndex())
    kind = _NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
    table = operator.BuiltinOptions()
    options = None
    if table is not None:
        name = next(n for n, v in vars(tflite.BuiltinOptions).items() if v == operator.BuiltinOptionsType())
        options = getattr(tflite, name)()
        options.Init(table.Bytes, table.Pos)
    inputs = tuple(int(operator.Inputs(k)) for k in range(operator.InputsLength()))
    return Operator(kind, inputs, int(operator.Outputs(0)), options)


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in tensor.ShapeAsNumpy()) if tensor.ShapeLength() else ()


def _constant(model: Any, tensor: Any) -> Array | None:
    buffer = model.Buffers(tensor.Buffer())
    if buffer is None or not buffer.DataLength():
        return None
    values = np.frombuffer(buffer.DataAsNumpy().tobytes(), _TYPES[tensor.Type()])
    if tensor.Sparsity() is not None:
        return _dense(tensor, values)
    return values.reshape(_shape(tensor))


def _dense(tensor: Any, values: Array) -> Array:
    """Expand a sparse tensor (schema table `SparsityParameters`).

    The stored dimensions, in traversal order, are the tensor's own and then those inside a block. Level by level the
    coordinates of the stored values are spelled out; a block's coordinate adds to that of the dimension it divides.
    """
    sparsity, shape = tensor.Sparsity(), _shape(tensor)
    order = sparsity.TraversalOrderAsNumpy()
    blocks = sparsity.BlockMapAsNumpy() if sparsity.BlockMapLength() else np.zeros(0, np.int64)
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    coordinates = np.zeros((1, 0), np.int64)
    position = np.zeros(1, np.int64)
    for level in levels:
        if level.Format() == tflite.DimensionType.DENSE:
            size = level.DenseSize()
            parent = np.repeat(np.arange(len(position)), size)
            along = np.tile(np.arange(size), len(position))
            position = position[parent] * size + along
        else:
            segments = _indices(level.ArraySegmentsType(), level.ArraySegments())
            indices = _indices(level.ArrayIndicesType(), level.ArrayIndices())
            begin, count = segments[position], segments[position + 1] - segments[position]
            parent = np.repeat(np.arange(len(position)), count)
            position = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + begin[parent]
            along = indices[position]
        coordinates = np.concatenate([coordinates[parent], along[:, None]], axis=1)
    place = np.zeros((len(coordinates), len(shape)), np.int64)
    place[:, order[: len(shape)]] = coordinates[:, : len(shape)]
    for i in range(len(shape), len(levels)):
        block = order[i] - len(shape)
        place[:, blocks[block]] *= levels[i].DenseSize()
        place[:, blocks[block]] += coordinates[:, i]
    dense = np.zeros(shape, values.dtype)
    dense[tuple(place.T)] = values[: len(place)]
    return dense


def _indices(kind: int, table: Any) -> NDArray[np.int64]:
    vector = _INDEX_VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy()).astype(np.int64)
