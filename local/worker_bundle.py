"""Set-up of the Worker's Python: the Pyodide bundle that workerd loads offline, and the packages it imports.

`python -m local.worker_bundle` makes both; a second run only compares digests. Stock wrangler downloads a bundle when
it first runs a Python Worker. The same Pyodide lies in the npm package `pyodide`, so we write the bundle from it:
a list of three modules, of which the JavaScript glue has to call workerd's wrappers in place of what workerd forbids
(compiling wasm, eval, the clock before the first request).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from local.capnp import Record, message

PYODIDE_VERSION = "314.0.6"
# With these workerd takes the bundle from its disk cache and does not ask for the one its compatibility date names.
OFFLINE_FLAGS = (
    "python_workers_development", "no_python_workers_314", "no_python_workers_20260610", "no_python_workers_20250116",
)  # fmt: skip
BUNDLE = Path(".cache/pyodide/pyodide_dev.capnp.bin")
MODULES = Path("python_modules")
_VENDOR_STAMP = Path(".cache/python_modules.json")
_PLATFORM = ("--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14", "--implementation", "cp")

# workerd's modules.capnp: struct Module { name @0 :Text; union { src @1; wasm @4; data @5; … } type @2 :ModuleType; … }
_INTERNAL = 2
_SOURCE, _WASM, _DATA = 0, 1, 2
_UNUSED_POINTERS = (None, None)

_WRAPPERS = (
    "addEventListener", "getRandomValues", "location", "monotonicDateNow", "newWasmModule", "patchedLoadLibData",
    "wasmInstantiate",
)  # fmt: skip
_LOAD_LIBRARY = (
    "function loadLibData(){const found=patchedLoadLibData(Module,libName,flags.rpath);"
    "return flags.loadAsync?Promise.resolve(found):found}function loadLibDataOfEmscripten(){"
)
_NO_EVAL = "(()=>{throw new Error('workerd has no eval')})()"


class SetupFailed(Exception):
    """Something this set-up needs is missing or is not what it should be; the message says what to do."""


@dataclass(frozen=True)
class _Edit:
    """Replace `old` by `new`; `times` guards against a glue that has changed."""

    old: str
    new: str
    times: int | None = None


_EDITS = (
    _Edit("new WebAssembly.Module(", "newWasmModule(", 4),
    _Edit("WebAssembly.instantiate(", "wasmInstantiate("),
    _Edit("Date.now", "monotonicDateNow"),
    _Edit("crypto.getRandomValues(", "getRandomValues(Module,", 1),
    _Edit("function loadLibData(){", _LOAD_LIBRARY, 1),
    _Edit("getMemory(metadata", "Module.getMemoryPatched(Module,libName,metadata", 1),
    _Edit("eval(func)", _NO_EVAL),
    _Edit("eval(data)", _NO_EVAL),
    _Edit("eval(UTF8ToString(ptr))", _NO_EVAL),
    _Edit("export default _createPyodideModule;", "export {_createPyodideModule as default,_createPyodideModule};", 1),
)


def ensure(root: Path) -> None:
    """Make the bundle and vendor the Worker's packages under `root` where they are missing or out of date.

    Raises SetupFailed.
    """
    ensure_bundle(root)
    ensure_modules(root)


def ensure_bundle(root: Path) -> None:
    """Write `.cache/pyodide/pyodide_dev.capnp.bin` from `node_modules/pyodide`."""
    package = root / "node_modules/pyodide"
    if not package.is_dir():
        raise SetupFailed("node_modules/pyodide is missing: run `npm ci`")
    version = json.loads((package / "package.json").read_text())["version"]
    if version != PYODIDE_VERSION:
        raise SetupFailed(f"pyodide is {version}, this workerd needs {PYODIDE_VERSION}: run `npm ci`")
    made = _bundle(package)
    target = root / BUNDLE
    if target.is_file() and target.read_bytes() == made:
        return
    _write(target, made)


def ensure_modules(root: Path) -> None:
    """Install `[project].dependencies`, as built for the Worker's Python, into `python_modules/`."""
    dependencies: list[str] = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    stamp = json.dumps({"dependencies": dependencies, "platform": _PLATFORM}, indent=2) + "\n"
    stamp_file = root / _VENDOR_STAMP
    if stamp_file.is_file() and stamp_file.read_text() == stamp and (root / MODULES / "pyvenv.cfg").is_file():
        return
    fresh = root / ".cache/python_modules.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _install(dependencies, fresh)
    shutil.rmtree(fresh / "bin", ignore_errors=True)
    (fresh / "pyvenv.cfg").touch()  # wrangler takes the folder for a vendored one by this file
    shutil.rmtree(root / MODULES, ignore_errors=True)
    fresh.rename(root / MODULES)
    _write(stamp_file, stamp.encode())


def _bundle(package: Path) -> bytes:
    glue = _for_workerd((package / "pyodide.asm.mjs").read_text())
    return message(
        [
            _module("pyodide.asm", _SOURCE, glue.encode()),
            _module("pyodide.asm.wasm", _WASM, (package / "pyodide.asm.wasm").read_bytes()),
            _module("python_stdlib.zip", _DATA, (package / "python_stdlib.zip").read_bytes()),
        ]
    )


def _for_workerd(glue: str) -> str:
    for edit in _EDITS:
        if edit.times is not None and glue.count(edit.old) != edit.times:
            raise SetupFailed(f"pyodide.asm.mjs is not that of {PYODIDE_VERSION}: no {edit.old!r} where expected")
        glue = glue.replace(edit.old, edit.new)
    return f"import {{{','.join(_WRAPPERS)}}} from 'pyodide-internal:builtin_wrappers';\n{glue}"


def _module(name: str, kind: int, content: bytes) -> Record:
    data = struct.pack("<HHI", _INTERNAL, kind, 0)
    return Record(data, (f"pyodideRuntime-internal:{name}\0".encode(), content, *_UNUSED_POINTERS))


def _install(dependencies: list[str], target: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
        "--target", str(target), "--only-binary=:all:", *_PLATFORM, "--abi", "cp314", *dependencies,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"pip could not fetch the Worker's packages:\n{done.stderr.strip()}")


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{hashlib.sha256(content).hexdigest()[:8]}.part")
    part.write_bytes(content)
    part.replace(target)


if __name__ == "__main__":
    try:
        ensure(Path(__file__).resolve().parents[1])
    except SetupFailed as failure:
        sys.exit(str(failure))
