"""Every signal of the angle stage: what it measures, against what, with which sign. One entry is one line of the table
in `docs/method.md`, which a test compares with this list; the order is the order of the CSV columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gpu_worker.angles.joints import SIDES

GravityAxis = Literal["", "lateral", "head_lateral", "forward", "any"]


@dataclass(frozen=True)
class Quantity:
    """One measured quantity; a sided one makes two signals, `…_left` and `…_right`."""

    name: str
    segment: str
    reference: str
    positive: str
    range: str
    singular: str
    joints: tuple[str, ...]
    """Joints whose rotation errors enter the signal's sigma (fields of `Side`, or names of the trunk's joints)."""
    error: str
    """Entry of the error model that describes this quantity."""
    gravity: GravityAxis = ""
    """Axis about which an error of gravity turns this angle; empty if the angle does not use gravity."""
    segments: tuple[str, ...] = ()
    """Segments whose neutral rotations together make this angle 0 in the neutral posture (upper_arm, forearm, thigh,
    shank without side); empty where no neutral moves it."""
    sided: bool = True
    unit: Literal["deg", "m", "share"] = "deg"
    hands: bool = False
    """True for angles that exist only where the hand was seen."""


NEVER, LEG_HIDDEN = "never", "leg hidden"
_THORAX_ARM = ("thorax", "upper_arm")

QUANTITIES: tuple[Quantity, ...] = (
    Quantity("trunk_inclination", "pelvis → neck", "gravity", "any lean", "0…180", NEVER,
             ("spine1",), "trunk", "any", ("trunk",), sided=False),
    Quantity("trunk_flexion", "pelvis → neck", "gravity, pelvis heading", "forward", "−180…180",
             "side bend beyond 60°", ("spine1",), "trunk", "lateral", ("trunk",), sided=False),
    Quantity("trunk_side_bend", "pelvis → neck", "gravity, pelvis heading", "to the right", "−90…90", NEVER,
             ("spine1",), "trunk_side", "forward", ("trunk",), sided=False),
    Quantity("trunk_twist", "spine3", "pelvis", "to the right", "−180…180", "bent more than 150° against the pelvis",
             ("pelvis", "spine3"), "trunk_twist", "", ("pelvis", "thorax"), sided=False),
    Quantity("head_flexion", "head", "gravity, own heading", "forward", "−180…180", "head on its side (beyond 60°)",
             ("head",), "head", "head_lateral", ("head",), sided=False),
    Quantity("neck_flexion", "head", "spine3", "forward", "−180…180", "side bend beyond 60°",
             ("spine3", "head"), "neck", "", ("thorax", "head"), sided=False),
    Quantity("neck_side_bend", "head", "spine3", "to the right", "−90…90", NEVER,
             ("spine3", "head"), "neck", "", ("thorax", "head"), sided=False),
    Quantity("neck_twist", "head", "spine3", "to the right", "−180…180", "bent more than 150° against spine3",
             ("spine3", "head"), "neck", "", ("thorax", "head"), sided=False),
    Quantity("arm_elevation", "upper arm", "spine3, its downward axis", "any direction", "0…180", NEVER,
             ("spine3", "shoulder"), "arm", "", _THORAX_ARM),
    Quantity("arm_elevation_gravity", "upper arm", "gravity, hanging", "any direction", "0…180", NEVER,
             ("shoulder",), "arm", "any", ("upper_arm",)),
    Quantity("arm_flexion", "upper arm", "spine3, sagittal plane", "forward", "−90…270",
             "elevated 20…160° within 30° of the frontal plane", ("spine3", "shoulder"), "arm", "", _THORAX_ARM),
    Quantity("arm_abduction", "upper arm", "spine3, out of the sagittal plane", "away from the body", "−90…90", NEVER,
             ("spine3", "shoulder"), "arm", "", _THORAX_ARM),
    Quantity("elbow_flexion", "forearm", "upper arm, its rest direction", "bent", "0…180", NEVER,
             ("shoulder", "elbow"), "elbow", "", ("forearm",)),
    Quantity("wrist_flexion", "hand", "forearm", "palmar", "−180…180", "hand not seen",
             ("elbow", "wrist"), "wrist", hands=True),
    Quantity("hip_flexion", "thigh", "pelvis, sagittal plane", "forward", "−90…270",
             "thigh hidden, or within 30° of the pelvis's lateral axis", ("pelvis", "hip"), "hip", "",
             ("pelvis", "thigh")),
    Quantity("knee_flexion", "shank", "thigh, its rest direction", "bent", "0…180", LEG_HIDDEN,
             ("hip", "knee"), "knee", "", ("shank",)),
    Quantity("heading", "pelvis", "camera's horizontal view direction", "to the camera's right", "−180…180",
             "pelvis on its side: last valid one", ("pelvis",), "heading", sided=False),
    Quantity("view", "pelvis", "level line to the camera, 0 = faces it", "camera on the right side", "−180…180",
             "pelvis on its side: last valid one", ("pelvis",), "heading", sided=False),
    Quantity("pelvis_flexion", "pelvis", "gravity, its heading", "forward", "−180…180", "on its side (beyond 60°)",
             ("pelvis",), "trunk", "lateral", ("pelvis",), sided=False),
    Quantity("pelvis_side_bend", "pelvis", "gravity, its heading", "to the right", "−90…90", NEVER,
             ("pelvis",), "trunk_side", "forward", ("pelvis",), sided=False),
    *(
        Quantity(f"trunk_{motion}_{joint}", joint, below, positive, reach, singular,
                 (below, joint), error, sided=False)
        for joint, below in (("spine1", "pelvis"), ("spine2", "spine1"), ("spine3", "spine2"))
        for motion, positive, reach, singular, error in (
            ("flexion", "forward", "−180…180", "side bend beyond 60°", "trunk"),
            ("side_bend", "to the right", "−90…90", NEVER, "trunk_side"),
            ("twist", "to the right", "−180…180", "bent more than 150°", "trunk_twist"),
        )
    ),
    Quantity("arm_plane", "upper arm", "spine3: 0 sideways, 90 forward", "forward", "−180…180",
             "elevation below 10° or above 170°", ("spine3", "shoulder"), "arm_plane", "", _THORAX_ARM),
    Quantity("arm_retroflexion", "upper arm", "spine3, frontal plane", "elbow behind", "0…90", NEVER,
             ("spine3", "shoulder"), "arm", "", _THORAX_ARM),
    Quantity("arm_adduction", "upper arm", "spine3, sagittal plane", "elbow across the body", "0…90", NEVER,
             ("spine3", "shoulder"), "arm", "", _THORAX_ARM),
    Quantity("arm_rotation", "upper arm", "spine3, about its own axis", "inward", "−180…180", "elevation above 150°",
             ("spine3", "shoulder"), "axial"),
    Quantity("shoulder_raised", "collarbone", "spine3, its rest direction", "up", "−180…180", NEVER,
             ("spine3", "collar"), "shoulder"),
    Quantity("forearm_rotation", "hand", "upper arm, about the forearm", "pronation; 0 = thumb up", "−180…180",
             "hand not seen, elbow bent more than 150°", ("shoulder", "wrist"), "axial", hands=True),
    Quantity("wrist_deviation", "hand", "forearm", "ulnar", "−90…90", "hand not seen",
             ("elbow", "wrist"), "wrist", hands=True),
    Quantity("hip_abduction", "thigh", "pelvis, out of the sagittal plane", "away from the body", "−90…90",
             "thigh hidden", ("pelvis", "hip"), "hip", "", ("pelvis", "thigh")),
    Quantity("hip_rotation", "thigh", "pelvis, about its own axis", "inward", "−180…180",
             "thigh hidden, hip bent more than 150°", ("pelvis", "hip"), "axial"),
    Quantity("ankle_flexion", "foot", "shank, its rest direction", "toes up", "−180…180", LEG_HIDDEN,
             ("knee", "ankle"), "ankle"),
    Quantity("weight_share", "body", "both feet", "on this foot", "0…1", "sitting, lying, kneeling or a foot unseen",
             (), "weight_share", unit="share"),
    Quantity("hand_height", "hand", "sole of the lower foot", "above", "metres", "both legs hidden",
             (), "height", unit="m"),
    Quantity("ankle_height", "ankle", "sole of the lower foot", "above", "metres", LEG_HIDDEN, (), "height", unit="m"),
    Quantity("hand_reach", "hand", "level distance from between the ankles", "away", "metres", "a leg hidden",
             (), "reach", unit="m"),
    Quantity("hand_lateral", "hand", "spine3, its sagittal plane", "outward; negative across the middle", "metres",
             NEVER, (), "reach", unit="m"),
)  # fmt: skip


@dataclass(frozen=True)
class Signal:
    """One column: a quantity on one side."""

    quantity: Quantity
    side: str
    """`left`, `right` or empty."""

    @property
    def name(self) -> str:
        """Key in `AngleSeries.signals`: the CSV column without `_deg`."""
        return self.column.removesuffix("_deg")

    @property
    def column(self) -> str:
        """Name of the CSV column."""
        unit = "" if self.quantity.unit == "share" else self.quantity.unit
        return "_".join(part for part in (self.quantity.name, self.side, unit) if part)

    @property
    def segments(self) -> frozenset[str]:
        """Names under which a neutral may hold the segments that move it: those of limbs carry its side."""
        return frozenset(name for part in self.quantity.segments for name in (part, f"{part}_{self.side}"))


def _signals() -> tuple[Signal, ...]:
    found: list[Signal] = []
    for quantity in QUANTITIES:
        sides = [side.name for side in SIDES] if quantity.sided else [""]
        found += [Signal(quantity, side) for side in sides]
    return tuple(found)


SIGNALS: tuple[Signal, ...] = _signals()
BY_NAME: dict[str, Signal] = {signal.name: signal for signal in SIGNALS}
BY_COLUMN: dict[str, Signal] = {signal.column: signal for signal in SIGNALS}
