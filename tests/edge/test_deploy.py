"""What would be deployed is accepted by Cloudflare's own tools."""

from __future__ import annotations

from pathlib import Path

from local import worker_bundle
from local.edge import ROOT
from local.snapshot import check


def test_the_worker_can_be_deployed_and_snapshotted(tmp_path: Path) -> None:
    worker_bundle.ensure(ROOT)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/index.html").write_text("<title>the page</title>")
    found = check(ROOT, tmp_path, tmp_path / "assets")
    assert found.files[0] == "entry.py"
    assert "contract/state.py" in found.files
    assert "python_modules/pydantic/main.py" in found.files
    ours = [name for name in found.files if not name.startswith("python_modules/")]
    assert all(name.endswith(".py") for name in ours)
    assert found.compressed_bytes < 10 * 2**20
