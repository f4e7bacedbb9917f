"""The neural networks behind one interface: uint8 pictures in, float32 arrays out, on the CPU or on CUDA.

CPU: OpenVINO in float32 (it would choose bfloat16 by itself on processors that have it, which costs 58 mm).
CUDA: torch, whole batches, float16 where the model stands it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import openvino  # type: ignore[import-untyped]
import torch
from numpy.typing import NDArray
from openvino.preprocess import PrePostProcessor  # type: ignore[import-untyped]

from gpu_worker.pose.tflite import read
from gpu_worker.pose.torch_module import GraphModule
from gpu_worker.pose.weights import PoseWeights

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """One of the models: which outputs we need and how it wants its pixels."""

    name: str
    outputs: tuple[int, ...]
    size: int
    """Width and height of the input in pixels."""
    low: float = 0.0
    """What a black pixel becomes; white becomes 1."""
    half: bool = False
    """Whether float16 is accurate enough (measured for the landmarks: 4 mm)."""
    waited_for: bool = False
    """Whether the next picture waits for this one's answer, as a person's next region does."""


POSE_DETECTION = Model("pose_detection", (0, 1), 224, low=-1.0)
"""Boxes (B, 2254, 12) and logits (B, 2254, 1)."""
POSE_LANDMARKS = Model("pose_landmark_heavy", (0, 1, 3, 4), 256, half=True, waited_for=True)
"""Landmarks (B, 195), presence (B, 1), heatmaps (B, 64, 64, 39), world landmarks (B, 117)."""
HAND_RECROP = Model("hand_recrop", (0,), 256)
"""Two points (B, 1, 1, 4) that place the hand's crop."""
HAND_LANDMARKS = Model("hand_landmark_full", (0, 1, 2, 3), 224)
"""Landmarks (B, 63), presence (B, 1), handedness (B, 1), world landmarks (B, 63)."""


class Network(Protocol):
    """A loaded model."""

    def __call__(self, images: NDArray[np.uint8]) -> tuple[Floats, ...]:
        """Run (B, size, size, 3) RGB pictures; one array an output, B in front."""
        ...


class OpenVinoNetwork:
    """Float32 on the CPU. Pictures run side by side, a thread each; where the next one waits, all threads share one.

    Threads that share a picture wait for each other, which costs a third more processor time, and ends sooner. They are
    pinned to no core: two workers, or two networks, would be pinned to the same one.
    """

    def __init__(self, weights: PoseWeights, model: Model, threads: int) -> None:
        core = openvino.Core()
        whole = core.read_model(weights.path(model.name))
        graph = openvino.Model([whole.outputs[i] for i in model.outputs], whole.get_parameters())
        entry = PrePostProcessor(graph)
        entry.input().tensor().set_element_type(openvino.Type.u8)
        steps = entry.input().preprocess().convert_element_type(openvino.Type.f32)
        steps.mean(-255.0 * model.low / (1 - model.low)).scale(255.0 / (1 - model.low))
        at_once = 1 if model.waited_for else threads
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": at_once,
            "ENABLE_CPU_PINNING": False,
        }
        compiled = core.compile_model(entry.build(), "CPU", settings)
        self._requests = [compiled.create_infer_request() for _ in range(at_once)]

    def __call__(self, images: NDArray[np.uint8]) -> tuple[Floats, ...]:
        at_once = len(self._requests)
        rows = [row for i in range(0, len(images), at_once) for row in self._together(images[i : i + at_once])]
        return tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))

    def _together(self, images: NDArray[np.uint8]) -> list[tuple[Floats, ...]]:
        pictures = np.ascontiguousarray(images)
        running = self._requests[: len(pictures)]
        for i, request in enumerate(running):
            request.start_async([pictures[i : i + 1]], share_inputs=True)
        for request in running:
            request.wait()
        return [_outputs(request) for request in running]


def _outputs(request: Any) -> tuple[Floats, ...]:
    return tuple(np.array(output.data, dtype=np.float32) for output in request.output_tensors)


class TorchNetwork:
    """The whole batch at once on a torch device; float16 on CUDA where the model allows it."""

    def __init__(self, weights: PoseWeights, model: Model, device: str, half: bool | None = None) -> None:
        self._device = torch.device(device)
        self._type = (
            torch.float16 if (self._device.type == "cuda" if half is None else half) and model.half else torch.float32
        )
        self._scale, self._low = (1 - model.low) / 255.0, model.low
        module = GraphModule(read(weights.path(model.name), model.outputs))
        self._module = module.to(self._device, self._type, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def __call__(self, images: NDArray[np.uint8]) -> tuple[Floats, ...]:
        with torch.inference_mode():
            pixels = torch.from_numpy(np.ascontiguousarray(images))
            if self._device.type == "cuda":
                pixels = pixels.pin_memory()
            pixels = pixels.to(self._device, non_blocking=True).to(self._type)
            outputs: tuple[torch.Tensor, ...] = self._module(pixels * self._scale + self._low)
            return tuple(self._numpy(value) for value in outputs)

    @staticmethod
    def _numpy(value: torch.Tensor) -> Floats:
        array: NDArray[Any] = value.float().cpu().numpy()
        return array


def load_network(weights: PoseWeights, model: Model, device: str = "auto", threads: int = 2) -> Network:
    """Load a model. `device`: `cpu`, `cuda` (or `cuda:1`), or `auto`, CUDA where there is one.

    Raises ValueError for another device.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        return OpenVinoNetwork(weights, model, threads)
    if device.split(":")[0] == "cuda":
        return TorchNetwork(weights, model, device)
    raise ValueError(f"unknown device {device!r}; use auto, cpu or cuda")
