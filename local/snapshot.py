"""What Cloudflare does with a Python Worker at deployment, done here: `python -m local.snapshot`.

`wrangler deploy --dry-run` bundles it. Then workerd runs its top level once and takes the *dedicated memory snapshot*
that every start in production begins from. That fails on randomness or live JavaScript objects at import time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path

from local.edge import QUIET
from local.waiting import wait_until
from local.worker_bundle import OFFLINE_FLAGS

ROOT = Path(__file__).resolve().parents[1]
_TIME_LIMIT_S = 120.0
_CONFIG = """\
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [{modules}],
  compatibilityDate = "{date}",
  compatibilityFlags = [{flags}],
);
"""


class NotDeployable(Exception):
    """The Worker would be refused; the message holds what wrangler or workerd said."""


@dataclass(frozen=True)
class Deployable:
    """What would be deployed, and its size as Cloudflare counts it (compressed, at most 10 MiB)."""

    files: tuple[str, ...]
    compressed_bytes: int
    snapshot_bytes: int


def check(root: Path, work: Path, assets: Path | None = None) -> Deployable:
    """Bundle the Worker of `root` and take its snapshot, with `work` as an empty folder. Raises NotDeployable.

    `assets` stands in for `frontend/dist`.
    """
    bundle = work / "bundle"
    _dry_run(root, bundle, assets)
    config = tomllib.loads((root / "wrangler.toml").read_text())
    files = sorted(path for path in bundle.rglob("*") if path.is_file() and path.name != "README.md")
    main = bundle / Path(config["main"]).name
    files.sort(key=lambda path: path != main)  # workerd takes the first module for the entry point
    flags = [*config["compatibility_flags"], *OFFLINE_FLAGS, "python_dedicated_snapshot"]
    capnp = work / "worker.capnp"
    capnp.write_text(
        _CONFIG.format(
            modules=", ".join(_module(path, bundle) for path in files),
            date=config["compatibility_date"],
            flags=", ".join(f'"{flag}"' for flag in flags),
        )
    )
    size = _take_snapshot(root, work, capnp)
    compressed = sum(len(zlib.compress(path.read_bytes())) for path in files)
    return Deployable(tuple(path.relative_to(bundle).as_posix() for path in files), compressed, size)


def _dry_run(root: Path, bundle: Path, assets: Path | None) -> None:
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [
            "node", "node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", str(bundle),
            *(["--assets", str(assets)] if assets else []),
        ],
        cwd=root, env={**os.environ, **QUIET, "PATH": search}, capture_output=True, text=True, check=False,
        timeout=_TIME_LIMIT_S,
    )  # fmt: skip
    if done.returncode:
        raise NotDeployable(f"wrangler deploy --dry-run:\n{done.stdout}{done.stderr}")


def _module(path: Path, bundle: Path) -> str:
    name = path.relative_to(bundle).as_posix()
    if path.suffix in (".js", ".mjs"):
        kind = "esModule"
    else:
        kind = "data" if name.startswith("python_modules/") else "pythonModule"
    return f'(name = "{name}", {kind} = embed "{path.relative_to(bundle.parent).as_posix()}")'


def _take_snapshot(root: Path, work: Path, capnp: Path) -> int:
    snapshot, said = work / "snapshot.bin", work / "workerd.log"
    options = ["--experimental", "--python-save-snapshot", f"--python-snapshot-dir={work}"]
    with said.open("w") as log:
        process = subprocess.Popen(
            [root / "local/workerd-py", "serve", *options, capnp],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        # it is written in one go but not at once: complete when it is there and no longer grows
        sizes: list[int] = []

        def written() -> bool:
            sizes.append(snapshot.stat().st_size if snapshot.exists() else 0)
            settled = len(sizes) > 5 and sizes[-1] > 0 and len(set(sizes[-5:])) == 1
            return settled or process.poll() is not None

        with contextlib.suppress(TimeoutError):
            wait_until(written, _TIME_LIMIT_S, "the snapshot")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if not snapshot.exists():
        raise NotDeployable(f"no snapshot of the Worker's memory could be taken:\n{said.read_text()[-4000:]}")
    return snapshot.stat().st_size


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = check(ROOT, Path(folder))
        except NotDeployable as refused:
            sys.exit(str(refused))
    sizes = f"{found.compressed_bytes / 2**20:.1f} MiB compressed, snapshot {found.snapshot_bytes / 2**20:.1f} MiB"
    print(f"deployable: {len(found.files)} files, {sizes}")
