"""The GPU worker: one video in, SMPL-X body, joint angles and an ergonomic verdict out."""

__version__ = "0.1.0"
