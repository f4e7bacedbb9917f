"""Tests that compare with the `smplx` package, which is under a non-commercial licence and never installed by default.

`scripts/test --smplx` installs it; without it these tests are not collected.
"""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("smplx") else ["test_*.py"]
