/** The camera's tilt corrected by one line that is vertical in the world. Pure; the frames are those of `docs/method.md`. */

import type { Place } from "./picture.ts";

/** Degrees. Pitch: negative looks down. Roll: positive is turned clockwise. */
export interface Tilt {
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** A pinhole camera whose principal point is the picture's centre; pixels of the upright picture. */
export interface Lens {
  readonly focalPx: number;
  readonly width: number;
  readonly height: number;
}

/** Camera frame: x right, y up, z to the viewer; the view goes along −z. */
export type Vector = readonly [number, number, number];

/** Rays closer than this make a line too short: a pixel beside each end would turn it by more than a degree. */
const SHORTEST_DEG = 5;
/** A line farther than this from the estimated vertical is hardly meant as one. */
const FARTHEST_DEG = 60;

/** Up in the camera frame: the second row of `Gravity.camera_to_gravity` in `gpu_worker/motion.py`. */
export function upOf({ pitchDeg, rollDeg }: Tilt): Vector {
  const [p, r] = [radians(pitchDeg), radians(rollDeg)];
  return [-Math.cos(p) * Math.sin(r), Math.cos(p) * Math.cos(r), -Math.sin(p)];
}

/** The inverse of `upOf` for a unit vector. */
export function tiltOf([x, y, z]: Vector): Tilt {
  return { pitchDeg: degrees(Math.asin(Math.min(Math.max(-z, -1), 1))), rollDeg: degrees(Math.atan2(-x, y)) };
}

/** The viewing ray of a place in the picture, a unit vector. */
export function rayOf({ x, y }: Place, { focalPx, width, height }: Lens): Vector {
  return unit([((x - 0.5) * width) / focalPx, ((0.5 - y) * height) / focalPx, -1]);
}

export interface Corrected {
  readonly tilt: Tilt;
  /** By how much the vertical was turned. */
  readonly turnedDeg: number;
}

/**
 * `tilt` after the smallest rotation that brings its vertical into the plane through the camera and the drawn line. What
 * the line does not fix, the angle within that plane, stays as estimated. null for a line that is too short, or so far
 * from the estimated vertical that it is hardly meant as one.
 */
export function alongLine(tilt: Tilt, one: Place, other: Place, lens: Lens): Corrected | null {
  const [from, to] = [rayOf(one, lens), rayOf(other, lens)];
  const across = cross(from, to);
  if (length(across) < Math.sin(radians(SHORTEST_DEG))) return null;
  const normal = unit(across);
  const up = upOf(tilt);
  const off = dot(up, normal);
  if (Math.abs(off) > Math.sin(radians(FARTHEST_DEG))) return null;
  // The point of the plane nearest to `up` is its projection, so this rotation is the smallest.
  const within = unit([up[0] - off * normal[0], up[1] - off * normal[1], up[2] - off * normal[2]]);
  return { tilt: tiltOf(within), turnedDeg: degrees(Math.asin(Math.abs(off))) };
}

function unit(vector: Vector): Vector {
  const size = length(vector);
  return [vector[0] / size, vector[1] / size, vector[2] / size];
}

function length(vector: Vector): number {
  return Math.hypot(...vector);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}
