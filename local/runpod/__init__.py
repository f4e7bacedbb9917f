"""RunPod Serverless on this machine: its public API, its worker protocol, and worker processes started from zero."""

from local.runpod.emulator import Emulator
from local.runpod.faults import Fault
from local.runpod.settings import Settings

__all__ = ["Emulator", "Fault", "Settings"]
