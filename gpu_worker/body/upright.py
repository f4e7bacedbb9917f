"""Where up is, from one still camera: vertical lines of the room, a standing person's balance, and how people film.

One maximum a posteriori estimate of the camera's pitch and roll on a grid, with the posterior's spread as uncertainty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.background import Segments
from gpu_worker.body.balance import Standing, lean, standing
from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import Gravity, GravityEstimate
from gpu_worker.spilled import pieces

Array = NDArray[np.float64]

_PITCHES = np.arange(-60.0, 45.5, 1.0)
_ROLLS = np.arange(-45.0, 45.5, 1.0)

PITCH_MEAN, PITCH_SIGMA, ROLL_SIGMA = -10.0, 12.0, 3.0
"""Degrees: how phones are held and mounted; a tenth of all cameras is tilted far more."""
_TILTED_SHARE, _TILTED_SPREAD = 0.1, 20.0

_LINE_SIGMA = 2.0
"""Degrees: lens distortion and joinery."""
_VERTICAL_SHARE = 0.2
"""Of all line length in a room."""
_LINES_WORTH = 12.0
"""Independent segments that all lines together count for at most: blinds and floorboards repeat one line."""
_LATERAL_SIGMA, _DEPTH_SIGMA = 3.0, 5.0
"""Degrees, common to a clip, by which balance errs across and along the viewing direction."""
_LEAST_SIGMA = 1.5
"""Degrees: nothing here is better than this."""
_DISAGREEMENT = 3.0
"""Standard deviations between two sources above which a person should look."""
_FEWEST_STANDING = 5
_OTHER_MODE = 20.0
"""Degrees: how far off the answer is when another peak of the posterior is the true one."""


def estimate_gravity(body: BodyTrack, segments: Segments | None = None) -> GravityEstimate:
    """Pitch and roll of the camera that saw `body`; `segments` are the background's lines, if there are any.

    Without lines and without standing frames the prior alone is returned, and its sigma says so.
    """
    pitch, roll = (grid.ravel() for grid in np.meshgrid(_PITCHES, _ROLLS, indexing="ij"))
    up = np.stack([_up(p, r) for p, r in zip(pitch, roll, strict=True)])
    prior = _prior(pitch, roll)
    evidence: dict[str, Array] = {}
    if segments is not None and len(segments.start):
        centre = np.array(body.principal_px)
        likely = [_lines(segments, up[some], body.focal_px, centre) for some in pieces(len(up))]
        evidence["lines"] = np.concatenate(likely)
    stood = standing(body)
    if len(stood.mass) >= _FEWEST_STANDING:
        evidence["balance"] = _balance(stood, up)
    together = _summary(prior + sum(evidence.values(), np.zeros_like(prior)), pitch, roll)
    sources = {name: _summary(prior + likelihood, pitch, roll) for name, likelihood in evidence.items()}
    return GravityEstimate(together, sources, _contradict(list(sources.values())))


def _up(pitch_deg: float, roll_deg: float) -> Array:
    up: Array = Gravity(pitch_deg, roll_deg, 0.0, 0.0, "estimated").camera_to_gravity()[1]
    return up


def _prior(pitch: Array, roll: Array) -> Array:
    """Logarithm of the prior: mostly nearly level, sometimes anything."""

    def mixture(x: Array, sigma: float) -> Array:
        core = np.exp(-0.5 * (x / sigma) ** 2) / sigma
        tail = np.exp(-0.5 * (x / _TILTED_SPREAD) ** 2) / _TILTED_SPREAD
        density: Array = np.log((1 - _TILTED_SHARE) * core + _TILTED_SHARE * tail)
        return density

    return mixture(pitch - PITCH_MEAN, PITCH_SIGMA) + mixture(roll, ROLL_SIGMA)


def _lines(segments: Segments, up: Array, focal_px: float, centre: Array) -> Array:
    """(C,) log likelihood of the segments for each direction `up` (C, 3): some point to its vanishing point, most not.

    In the picture at ray (x, y, −1), up runs along (u_x + x·u_z, u_y + y·u_z).
    """
    middle = (0.5 * (segments.start + segments.end) - centre) / focal_px * [1, -1]
    along = (segments.end - segments.start) * [1, -1]
    length = np.linalg.norm(along, axis=1)
    expected = up[:, None, :2] + middle * up[:, None, 2:]
    cross = expected[..., 0] * along[:, 1] - expected[..., 1] * along[:, 0]
    sine = np.abs(cross) / (length * np.linalg.norm(expected, axis=-1).clip(1e-9))
    angle = np.arcsin(sine.clip(0, 1))
    sigma = np.radians(_LINE_SIGMA)
    inlier = 2 / np.sqrt(2 * np.pi) / sigma * np.exp(-0.5 * (angle / sigma) ** 2)
    likelihood = np.log(_VERTICAL_SHARE * inlier + (1 - _VERTICAL_SHARE) * 2 / np.pi)
    weight = length / length.max()
    weight *= min(1.0, _LINES_WORTH / weight.sum() / _VERTICAL_SHARE)
    total: Array = likelihood @ weight
    return total


def _balance(stood: Standing, up: Array) -> Array:
    """(C,) log likelihood of the clip's mean lean for each direction `up` (C, 3), heavy-tailed: people lean on things.

    Errors across the view and along it differ; both are common to the clip, so it counts once.
    """
    direction = lean(stood, up).mean(1)
    toward = np.array([0.0, 0.0, 1.0]) - up[:, 2:] * up
    toward /= np.linalg.norm(toward, axis=1, keepdims=True).clip(1e-6)
    across = np.cross(up, toward)
    depth = np.degrees((direction * toward).sum(1)) / _DEPTH_SIGMA
    lateral = np.degrees((direction * across).sum(1)) / _LATERAL_SIGMA
    freedom = 4.0
    total: Array = -0.5 * (freedom + 2) * np.log1p((depth**2 + lateral**2) / freedom)
    return total


def _summary(log_density: Array, pitch: Array, roll: Array) -> Gravity:
    """The most probable tilt; mean and spread of the posterior around its mode."""
    best = int(log_density.argmax())
    density = np.exp(log_density - log_density[best])
    near = (np.abs(pitch - pitch[best]) < 30) & (np.abs(roll - roll[best]) < 20)
    elsewhere = float(density[~near].sum() / density.sum())
    weight = density * near / density[near].sum()
    p, r = float(weight @ pitch), float(weight @ roll)
    far = elsewhere * _OTHER_MODE**2
    pitch_sigma, roll_sigma = (
        max(_LEAST_SIGMA, float(np.sqrt(weight @ (x - m) ** 2 + far))) for x, m in ((pitch, p), (roll, r))
    )
    return Gravity(p, r, pitch_sigma, roll_sigma, "estimated")


def _contradict(sources: list[Gravity]) -> bool:
    if len(sources) < 2:
        return False
    a, b = sources
    pitch = abs(a.pitch_deg - b.pitch_deg) / np.hypot(a.pitch_sigma_deg, b.pitch_sigma_deg)
    roll = abs(a.roll_deg - b.roll_deg) / np.hypot(a.roll_sigma_deg, b.roll_sigma_deg)
    return bool(max(pitch, roll) > _DISAGREEMENT)
