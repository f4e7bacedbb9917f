"""An interrupted analysis against an uninterrupted one: `python -m bench.resume 10 --quality low`.

Loops a sample, at 30 frames a second, to so many minutes, analyses it with checkpoints while the process is killed
(SIGKILL) at random chunks and started anew until it ends by itself, and once whole. Prints whether the results are the
same to the last byte.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.length import loop_video, thinned
from contract.job import Quality
from gpu_worker.settings import Settings
from local.samples import ensure

KINDS = ("angles.csv", "motion.npz", "analysis.json")
_POLL_S = 0.02


def start(video: Path, out: Path, quality: str, checkpoints: Path | None) -> subprocess.Popen[bytes]:
    """The worker's command without an overlay, in a process of its own."""
    more = [] if checkpoints is None else ["--checkpoints", str(checkpoints)]
    command = [sys.executable, "-m", "gpu_worker", "analyse", str(video), "-o", str(out), "--no-overlay"]
    return subprocess.Popen([*command, "--quality", quality, *more], stderr=subprocess.DEVNULL)


def chunks(folder: Path) -> int:
    """Finished chunks so far."""
    return sum(path.suffix != ".part" for path in folder.glob("*/*"))


def interrupted(video: Path, out: Path, quality: str, folder: Path, kills: int, seed: int) -> Iterator[int]:
    """Run until the end, killed `kills` times, each a random 1 to 4 chunks further; yields the chunks at each death.

    Raises RuntimeError when a run fails by itself.
    """
    rng = random.Random(seed)
    for _ in range(kills):
        wanted = chunks(folder) + rng.randint(1, 4)
        run = start(video, out, quality, folder)
        while run.poll() is None and chunks(folder) < wanted:
            time.sleep(_POLL_S)
        time.sleep(rng.uniform(0, 2))
        if run.poll() is not None:
            break
        run.send_signal(signal.SIGKILL)
        run.wait()
        yield chunks(folder)
    if start(video, out, quality, folder).wait():
        raise RuntimeError("the resumed run failed")


def digests(out: Path) -> dict[str, str]:
    """Kind -> SHA-256 of the results that must not differ."""
    return {kind: hashlib.sha256(next(out.glob(f"*.{kind}")).read_bytes()).hexdigest() for kind in KINDS}


def main() -> int:
    """Measure; exit status 1 where a result differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--quality", choices=list(Quality), default=Quality.LOW)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    sample = ensure(Settings().poloha_cache / "samples", lambda line: print(line, file=sys.stderr))[0]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        video = folder / "long.mp4"
        thinned(sample.video, folder / "once.mp4", 30)
        lasts = loop_video(folder / "once.mp4", video, chosen.minutes)
        for deaths in interrupted(video, folder / "b", str(chosen.quality), folder / "k", chosen.kills, chosen.seed):
            print(f"killed with {deaths} chunks kept", flush=True)
        if start(video, folder / "a", str(chosen.quality), None).wait():
            raise RuntimeError("the whole run failed")
        whole, resumed = digests(folder / "a"), digests(folder / "b")
        print(f"{lasts:.1f} minutes at {chosen.quality}, {chunks(folder / 'k')} chunks")
        for kind in KINDS:
            print(f"{kind:14} {'equal' if whole[kind] == resumed[kind] else 'DIFFERENT'} {whole[kind][:16]}")
        return int(whole != resumed)


if __name__ == "__main__":
    sys.exit(main())
