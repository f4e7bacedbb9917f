"""Exact solution of the normal equations of a chunk: block-tridiagonal in time, bordered by the clip's parameters.

        ⎡ D₀ −S₀           E₀ ⎤ ⎡x₀⎤   ⎡g₀⎤      D: (N, d, d) one block a frame, symmetric positive definite
        ⎢−S₀  D₁ −S₁       E₁ ⎥ ⎢x₁⎥ = ⎢g₁⎥      S: (N−1, d) diagonal couplings of neighbouring frames
        ⎢     …            …  ⎥ ⎢… ⎥   ⎢… ⎥      E: (N, d, k), F: (k, k) the border: shape, scale, focal length
        ⎣ E₀ᵀ E₁ᵀ …        F  ⎦ ⎣y ⎦   ⎣h ⎦

Forward elimination keeps the inverse of each pivot; the same inverses give the covariance of every frame afterwards
(the recursion of the Rauch–Tung–Striebel smoother in information form). Cost is linear in N.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack  # type: ignore[import-untyped]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class System:
    """The matrix and right side above, float64."""

    diagonal: Array
    """(N, d, d)."""
    coupling: Array
    """(N−1, d); zero where two frames do not know of each other."""
    border: Array
    """(N, d, k)."""
    corner: Array
    """(k, k)."""
    right: Array
    """(N, d)."""
    corner_right: Array
    """(k,)."""


def _inverse(matrix: Array) -> Array:
    """Inverse of a symmetric positive definite matrix. Raises numpy.linalg.LinAlgError when it is not."""
    factor, failed = lapack.dpotrf(matrix, lower=1)
    if failed:
        raise np.linalg.LinAlgError("block is not positive definite")
    half, _ = lapack.dpotri(factor, lower=1)
    full: Array = half + half.T
    full[np.diag_indices_from(full)] *= 0.5
    return full


def pivots(diagonal: Array, coupling: Array) -> Array:
    """(N, d, d) inverse pivots P of forward elimination: Pᵢ = (Dᵢ − Sᵢ₋₁·Pᵢ₋₁·Sᵢ₋₁)⁻¹."""
    inverse = np.empty_like(diagonal)
    inverse[0] = _inverse(diagonal[0])
    for i in range(1, len(diagonal)):
        s = coupling[i - 1]
        inverse[i] = _inverse(diagonal[i] - s[:, None] * inverse[i - 1] * s)
    return inverse


def solve(system: System, damping: float) -> tuple[Array, Array]:
    """x (N, d) and y (k,); `damping` is the share of each block's own diagonal added to it (Levenberg–Marquardt).

    Raises numpy.linalg.LinAlgError when the matrix is not positive definite.
    """
    diagonal = system.diagonal.copy()
    along = np.arange(diagonal.shape[1])
    diagonal[:, along, along] *= 1 + damping
    inverse = pivots(diagonal, system.coupling)
    columns = _back_and_forth(inverse, system.coupling, np.concatenate([system.right[..., None], system.border], -1))
    x, sensitivity = columns[..., 0], columns[..., 1:]
    if not system.corner.size:
        return x, np.zeros(0)
    corner = system.corner * (1 + damping * np.eye(len(system.corner)))
    schur = corner - np.einsum("ndk,ndl->kl", system.border, sensitivity)
    y = np.linalg.solve(schur, system.corner_right - np.einsum("ndk,nd->k", system.border, x))
    return x - sensitivity @ y, y


def _back_and_forth(inverse: Array, coupling: Array, right: Array) -> Array:
    """Solve for several right sides (N, d, c) with the pivots of the matrix."""
    forward = np.empty_like(right)
    forward[0] = inverse[0] @ right[0]
    for i in range(1, len(right)):
        forward[i] = inverse[i] @ (right[i] + coupling[i - 1][:, None] * forward[i - 1])
    for i in range(len(right) - 2, -1, -1):
        forward[i] += inverse[i] @ (coupling[i][:, None] * forward[i + 1])
    return forward


def covariances(diagonal: Array, coupling: Array) -> Array:
    """(N, d, d) diagonal blocks of the inverse of the block-tridiagonal matrix."""
    inverse = pivots(diagonal, coupling)
    for i in range(len(inverse) - 2, -1, -1):
        lever = inverse[i] * coupling[i]
        inverse[i] += lever @ inverse[i + 1] @ lever.T
    return inverse
