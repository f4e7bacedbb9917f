"""The GPU worker: one video in, SMPL-X body, joint angles and an ergonomic verdict out."""
