"""What all tests share: how they are parted among processes, and that no property test fails for being slow."""

from pathlib import PurePosixPath

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SHARING = ("system", "edge", "local")
"""Folders that are not parted: their tests share one running stack or Worker, or start many processes. They wait for
others most of the time, so they begin first, and what needs a core fills the gaps."""

# As the first call of a compiled loop is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


class FilesAndSharingFolders(LoadScopeScheduling):
    """A process takes a whole file, or a whole folder whose tests share."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        folder = _folder(nodeid)
        return folder if folder in SHARING else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesAndSharingFolders:
    """How `scripts/test` parts the tests."""
    return FilesAndSharingFolders(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders that share come first."""
    order = {folder: place for place, folder in enumerate(SHARING)}
    items.sort(key=lambda item: order.get(_folder(item.nodeid), len(order)))


def _folder(nodeid: str) -> str:
    return PurePosixPath(nodeid).parts[1]
