"""Deploys the edge to Cloudflare from the settings in `.env`: `scripts/deploy`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local.headers import write_headers

ROOT = Path(__file__).resolve().parents[1]
VARS = ("STORAGE_ENDPOINT", "STORAGE_BUCKET", "STORAGE_REGION", "RUNPOD_ENDPOINT_ID", "PUBLIC_URL")
SECRETS = ("STORAGE_ACCESS_KEY_ID", "STORAGE_SECRET_ACCESS_KEY", "RUNPOD_API_KEY", "LINK_KEYS")
SHORTEST_LINK_KEY = 16
_THERE_ALREADY = ("already exists", "already taken", "already in use")


class DeployFailed(Exception):
    """A setting is missing or a command failed; the text says what to do."""


@dataclass(frozen=True)
class Command:
    """One call of wrangler; `stdin` carries secrets, which never stand on a command line."""

    arguments: tuple[str, ...]
    stdin: str = ""
    once: bool = False
    """It creates something, so it is no failure when that is there already."""


def read_settings(file: Path) -> dict[str, str]:
    """`NAME=value` lines of an env file. Raises DeployFailed when the file or a setting the edge needs is missing."""
    if not file.is_file():
        raise DeployFailed(f"There is no {file.name}. Copy .env.example to {file.name} and fill it in.")
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    found = {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
    missing = [name for name in (*VARS, *SECRETS) if not found.get(name)]
    if missing:
        raise DeployFailed(f"{file.name} does not say: {', '.join(missing)}.")
    bound = tomllib.loads((ROOT / "wrangler.toml").read_text())["r2_buckets"][0]["bucket_name"]
    if found["STORAGE_BUCKET"] != bound:
        raise DeployFailed(f"STORAGE_BUCKET is {found['STORAGE_BUCKET']}, wrangler.toml binds {bound}: make them one.")
    if any(len(key.strip()) < SHORTEST_LINK_KEY for key in found["LINK_KEYS"].split(",")):
        raise DeployFailed(f"Each of LINK_KEYS needs {SHORTEST_LINK_KEY} characters or more.")
    return found


def commands(settings: Mapping[str, str], *, create: bool) -> list[Command]:
    """What to run, in order. `create` also makes bucket, queues and the event rule."""
    bucket = settings["STORAGE_BUCKET"]
    deploy = ["deploy", *(part for name in VARS for part in ("--var", f"{name}:{settings[name]}"))]
    secrets = json.dumps({name: settings[name] for name in SECRETS})
    made = [Command(tuple(deploy)), Command(("secret", "bulk"), stdin=secrets)]
    if not create:
        return made
    rule = ("--event-type", "object-create", "--queue", "upload-events", "--prefix", "uploads/")
    return [
        Command(("r2", "bucket", "create", bucket), once=True),
        Command(("r2", "bucket", "cors", "set", bucket, "--file", "local/cors.json", "--force")),
        Command(("queues", "create", "upload-events"), once=True),
        Command(("queues", "create", "upload-events-dlq"), once=True),
        Command(("r2", "bucket", "notification", "create", bucket, *rule), once=True),
        *made,
    ]


def build_page(settings: Mapping[str, str]) -> None:
    """The static site with the policy for this storage."""
    _run(("npm", "run", "--silent", "build"))
    storage = urlsplit(settings["STORAGE_ENDPOINT"])
    write_headers(ROOT / "frontend/dist", f"{storage.scheme}://{storage.netloc}")


def _run(command: Sequence[str], stdin: str = "", once: bool = False) -> None:
    done = subprocess.run(command, cwd=ROOT, input=stdin or None, text=True, capture_output=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode and not (once and any(sign in said for sign in _THERE_ALREADY)):
        raise DeployFailed(f"`{' '.join(command[:4])} …` failed:\n{said[-2000:]}")


def main(arguments: list[str] | None = None) -> int:
    """Deploy, or show what would be run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/deploy", description=__doc__)
    parser.add_argument("--create", action="store_true", help="first make bucket, queues and event rule")
    parser.add_argument("--dry-run", action="store_true", help="build and check everything, change nothing")
    parser.add_argument("--env", type=Path, default=ROOT / ".env", help="file with the settings")
    given = parser.parse_args(arguments)
    os.environ["WRANGLER_SEND_METRICS"] = "false"
    try:
        settings = read_settings(given.env)
        build_page(settings)
        for command in commands(settings, create=given.create):
            print("wrangler", *command.arguments, flush=True)
            if not given.dry_run:
                _run(("npx", "--no-install", "wrangler", *command.arguments), command.stdin, command.once)
        if given.dry_run:
            _run(("npx", "--no-install", "wrangler", "deploy", "--dry-run", "--outdir", ".cache/deploy"))
            print("Nothing was changed; the bundle is in .cache/deploy.")
    except DeployFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
