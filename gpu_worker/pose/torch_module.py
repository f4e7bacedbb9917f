"""A TFLite graph as a torch module: batched, on any device, in any float precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tflite
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.pose.tflite import Array, Graph, Operator

_CHANNELS_FIRST = (0, 2, 3, 1)
"""Where each NHWC axis lies in torch's NCHW."""
_ACTIVATIONS: dict[int, Callable[[Tensor], Tensor]] = {
    tflite.ActivationFunctionType.NONE: nn.Identity(),
    tflite.ActivationFunctionType.RELU: nn.ReLU(),
    tflite.ActivationFunctionType.RELU6: nn.ReLU6(),
}


class GraphModule(nn.Module):
    """Runs a graph on (B, H, W, 3) float input; outputs keep the file's layout, with B in front."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._input, self._outputs = graph.input, graph.outputs
        self._four = {i for i in graph.outputs if len(graph.shapes[i]) == 4}
        self._steps: list[tuple[tuple[int, ...], int]] = []
        self._last: dict[int, int] = {}
        self.layers = nn.ModuleList()
        for number, operator in enumerate(graph.operators):
            inputs = tuple(i for i in operator.inputs if i not in graph.constants)
            self._steps.append((inputs, operator.output))
            self._last.update(dict.fromkeys(inputs, number))
            self.layers.append(_layer(operator, graph))
        self.requires_grad_(False).eval()

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        values = {self._input: images.permute(0, 3, 1, 2)}
        for number, ((inputs, output), layer) in enumerate(zip(self._steps, self.layers, strict=True)):
            values[output] = layer(*(values[i] for i in inputs))
            for i in set(inputs):
                if self._last[i] == number and i not in self._outputs:
                    del values[i]
        return tuple(values[i].permute(0, 2, 3, 1) if i in self._four else values[i] for i in self._outputs)


class _Convolution(nn.Module):
    def __init__(self, weight: Array, bias: Array, groups: int, shape: tuple[int, ...], options: Any) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(np.ascontiguousarray(weight), dtype=torch.float32))
        self.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float32))
        self.stride = (options.StrideH(), options.StrideW())
        self.dilation = (options.DilationHFactor(), options.DilationWFactor())
        self.groups = groups
        self.pad = _padding(shape, weight.shape[2:], self.stride, self.dilation, options)
        self.activation = _ACTIVATIONS[options.FusedActivationFunction()]

    def forward(self, x: Tensor) -> Tensor:
        left, right, top, bottom = self.pad
        both = (top, left) if (left, top) == (right, bottom) else (0, 0)
        if both == (0, 0) and any(self.pad):
            x = F.pad(x, self.pad)
        y = F.conv2d(x, self.weight, self.bias, self.stride, both, self.dilation, self.groups)
        return self.activation(y)


class _MaxPool(nn.Module):
    def __init__(self, shape: tuple[int, ...], options: Any) -> None:
        super().__init__()
        self.size = (options.FilterHeight(), options.FilterWidth())
        self.stride = (options.StrideH(), options.StrideW())
        self.pad = _padding(shape, self.size, self.stride, (1, 1), options)

    def forward(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.pad(x, self.pad, value=float("-inf")) if any(self.pad) else x, self.size, self.stride)


class _Dense(nn.Module):
    def __init__(self, weight: Array, bias: Array, options: Any) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float32))
        self.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float32))
        self.activation = _ACTIVATIONS[options.FusedActivationFunction()]

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(F.linear(x.flatten(1), self.weight, self.bias))


class _PRelu(nn.Module):
    def __init__(self, slope: Array) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope.reshape(-1), dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        return F.prelu(x, self.slope)


class _Apply(nn.Module):
    """A layer without weights."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(*inputs)


def _layer(operator: Operator, graph: Graph) -> nn.Module:
    """The layer for one operator. Raises ValueError for a kind that these models do not use."""
    options, constants, shapes = operator.options, graph.constants, graph.shapes
    first = shapes[operator.inputs[0]]
    rest = [constants.get(i) for i in operator.inputs[1:]]
    match operator.kind, rest:
        case "CONV_2D", [np.ndarray() as weight, np.ndarray() as bias]:
            return _Convolution(weight.transpose(0, 3, 1, 2), bias, 1, first, options)
        case "DEPTHWISE_CONV_2D", [np.ndarray() as weight, np.ndarray() as bias]:
            return _Convolution(weight.transpose(3, 0, 1, 2), bias, first[3], first, options)
        case "FULLY_CONNECTED", [np.ndarray() as weight, np.ndarray() as bias]:
            return _Dense(weight, bias, options)
        case "PRELU", [np.ndarray() as slope]:
            return _PRelu(slope)
        case "MAX_POOL_2D", _:
            return _MaxPool(first, options)
        case "PAD", [np.ndarray() as amounts]:
            pad = [int(n) for axis in (2, 1, 3) for n in amounts[axis]]
            return _Apply(lambda x: F.pad(x, pad))
        case "ADD", [None]:
            activation = _ACTIVATIONS[options.FusedActivationFunction()]
            return _Apply(lambda a, b: activation(a + b))
        case "RESIZE_BILINEAR", [np.ndarray() as size]:
            return _resize((int(size[0]), int(size[1])), options)
        case "RESHAPE", _:
            return _reshape(len(first), shapes[operator.output])
        case "CONCATENATION", _:
            rank = len(shapes[operator.output])
            axis = options.Axis() % rank
            return _Apply(lambda *x: torch.cat(x, _CHANNELS_FIRST[axis] if rank == 4 else axis))
        case "DEPTH_TO_SPACE", _:
            return _depth_to_space(options.BlockSize())
        case "MEAN", [np.ndarray() as axes]:
            over = [_CHANNELS_FIRST[int(a) % 4] for a in axes.reshape(-1)]
            return _Apply(lambda x: x.mean(over, keepdim=bool(options.KeepDims())))
        case "LOGISTIC", _:
            return nn.Sigmoid()
        case "STRIDED_SLICE", [np.ndarray() as begin, np.ndarray() as end, np.ndarray() as step]:
            return _slice(begin, end, step, options)
    raise ValueError(f"operator {operator.kind} is not supported")


def _padding(
    shape: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, int], dilation: tuple[int, int], options: Any
) -> tuple[int, int, int, int]:
    """Left, right, top, bottom padding of TensorFlow's SAME rule (the odd pixel goes right and below); 0 for VALID."""
    if options.Padding() != tflite.Padding.SAME:
        return 0, 0, 0, 0
    pads: list[int] = []
    for axis in (1, 0):
        size = shape[axis + 1]
        total = (-(-size // stride[axis]) - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - size
        pads += [max(total, 0) // 2, max(total, 0) - max(total, 0) // 2]
    return pads[0], pads[1], pads[2], pads[3]


def _reshape(rank: int, shape: tuple[int, ...]) -> nn.Module:
    def apply(x: Tensor) -> Tensor:
        y = x.permute(0, 2, 3, 1) if rank == 4 else x
        y = y.reshape(x.shape[0], *shape[1:])
        return y.permute(0, 3, 1, 2) if len(shape) == 4 else y

    return _Apply(apply)


def _depth_to_space(block: int) -> nn.Module:
    def apply(x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        depth = channels // block**2
        y = x.reshape(batch, block, block, depth, height, width).permute(0, 3, 4, 1, 5, 2)
        return y.reshape(batch, depth, height * block, width * block)

    return _Apply(apply)


def _slice(begin: Array, end: Array, step: Array, options: Any) -> nn.Module:
    slices = [slice(None)] * 4
    # The batch axis stays whole: the file says 1 there.
    for axis in range(1, len(begin)):
        start = None if options.BeginMask() >> axis & 1 else int(begin[axis])
        stop = None if options.EndMask() >> axis & 1 else int(end[axis])
        slices[_CHANNELS_FIRST[axis]] = slice(start, stop, int(step[axis]))
    return _Apply(lambda x: x[tuple(slices)])


def _resize(size: tuple[int, int], options: Any) -> nn.Module:
    """Bilinear resize by one of TensorFlow's three rules; torch lacks the oldest, where source = target * scale."""
    if options.AlignCorners() or options.HalfPixelCenters():
        corners = bool(options.AlignCorners())
        return _Apply(lambda x: F.interpolate(x, size=size, mode="bilinear", align_corners=corners))

    def along(x: Tensor, axis: int, target: int) -> Tensor:
        source = x.shape[axis]
        place = torch.arange(target, device=x.device, dtype=torch.float32) * (source / target)
        low = place.floor().long()
        shape = [1, 1, 1, 1]
        shape[axis] = target
        part = (place - low).to(x.dtype).reshape(shape)
        high = (low + 1).clamp(max=source - 1)
        return x.index_select(axis, low) * (1 - part) + x.index_select(axis, high) * part

    return _Apply(lambda x: along(along(x, 2, size[0]), 3, size[1]))
