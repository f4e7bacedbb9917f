"""Everything with a side effect, handed from entry to whoever needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from access import LinkSigner
from contract.events import OwnMessage
from presign import Presigner
from runpod_api import RunPodEndpoint
from settings import Settings
from storage import ObjectStore

MAX_DELAY_S = 43_200


class Messages(Protocol):
    """The queue for messages to ourselves."""

    async def send(self, message: OwnMessage, delay_s: int) -> None:
        """Deliver `message` after `delay_s` seconds, at least once; delays are cut at Cloudflare's 12 hours."""


class Admission(Protocol):
    """Counts what each caller starts."""

    async def admits(self, caller: str) -> bool:
        """Count one more start of `caller`; False where that is too many for now."""


@dataclass(frozen=True)
class Services:
    """One invocation's view of the world."""

    settings: Settings
    store: ObjectStore
    messages: Messages
    runpod: RunPodEndpoint
    admission: Admission
    now: Callable[[], datetime]

    @property
    def presigner(self) -> Presigner:
        """Signs URLs for the bucket with edge's storage key."""
        s = self.settings
        secret = s.storage_secret_access_key.get_secret_value()
        return Presigner(s.storage_endpoint, s.storage_bucket, s.storage_region, s.storage_access_key_id, secret)

    @property
    def webhook_signer(self) -> LinkSigner:
        """Signs the URLs that RunPod calls back."""
        return LinkSigner("runpod webhook", [key.get_secret_value() for key in self.settings.link_keys])
