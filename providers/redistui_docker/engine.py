"""The Docker engine, asked in threads, each call with a limit."""

import asyncio
import io
import socket
import tarfile
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from redistui.model.errors import ConfigurationError, ProviderError
from redistui.model.secret import Secret

from .failures import from_sdk, too_slow
from .location import Location
from .threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from docker import APIClient

CALL_LIMIT_SECONDS = 10.0
MOST_CALLS = 8
LARGEST_FILE_BYTES = 1024 * 1024
T = TypeVar("T")


class Engine:
    def __init__(self, location: Location) -> None:
        self.location = location
        self._threads = Threads(MOST_CALLS, "redistui-docker")
        self._client: APIClient | None = None

    async def call(
        self,
        ask: "Callable[[APIClient], T]",
        *,
        limit_seconds: float | None = None,
        secrets: tuple[Secret, ...] = (),
    ) -> T:
        """Raises ProviderError; `secrets` are masked in its words."""
        limit_seconds = CALL_LIMIT_SECONDS if limit_seconds is None else limit_seconds
        try:
            return await self._threads.run(lambda: ask(self._connected()), limit_seconds)
        except (ProviderError, ConfigurationError):
            raise
        except TimeoutError:
            raise too_slow(self.location, limit_seconds) from None
        except Exception as error:  # noqa: BLE001 - requests, urllib3 and the SDK raise what they like
            raise from_sdk(error, self.location, secrets) from None

    async def containers(self) -> list[dict[str, Any]]:
        """All of them, stopped ones too, in short."""
        return await self.call(lambda client: client.containers(all=True))

    async def inspect(self, container_id: str) -> dict[str, Any]:
        return await self.call(lambda client: client.inspect_container(container_id))

    async def file(self, container_id: str, path: str) -> bytes | None:
        """A file of a container, running or not; None when there is none that can be read."""
        try:
            return await self.call(lambda client: _file(client, container_id, path))
        except ProviderError:
            return None

    async def logs(self, container_id: str, lines: int) -> bytes:
        return await self.call(lambda client: client.logs(container_id, stdout=True, stderr=True, tail=lines))

    async def close(self) -> None:
        if self._client is not None:
            self._client.close()
        await asyncio.to_thread(self._threads.join, 1.0)

    def _connected(self) -> "APIClient":
        _knock(self.location)
        if self._client is None:
            client = connect(self.location)
            if self._client is None:
                self._client = client
            else:  # another thread was faster
                client.close()
        return self._client


def connect(location: Location) -> "APIClient":
    """A client of its own. Blocks."""
    from docker import APIClient
    from docker.tls import TLSConfig

    tls: TLSConfig | bool = False
    if location.tls is not None:
        files = location.tls
        missing = [str(file) for file in (files.ca, files.certificate, files.key) if file and not file.exists()]
        if missing:
            raise ConfigurationError(f"a file of the engine's tls does not exist: {missing[0]}", hint="check its name")
        pair = (str(files.certificate), str(files.key)) if files.certificate and files.key else None
        tls = TLSConfig(client_cert=pair, ca_cert=str(files.ca) if files.ca else None, verify=files.verify)
    _knock(location)

    def client(version: str | None) -> APIClient:
        return APIClient(base_url=location.url, version=version, timeout=int(CALL_LIMIT_SECONDS), tls=tls)

    # As version="auto" does, which leaves its socket open where it fails.
    with closing(client(None)) as asking:
        version = str(asking.version(api_version=False)["ApiVersion"])
    return client(version)


def _knock(location: Location) -> None:
    """Raises OSError where nobody listens at a socket. The SDK would hide the reason, and leave a socket open."""
    if not location.url.startswith("unix://"):
        return
    path = location.url.removeprefix("unix://")
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(CALL_LIMIT_SECONDS)
        knocking.connect(path)


def _file(client: "APIClient", container_id: str, path: str) -> bytes | None:
    chunks, about = client.get_archive(container_id, path)
    with closing(chunks):
        if about.get("size", 0) > LARGEST_FILE_BYTES:
            return None
        packed = io.BytesIO(b"".join(chunks))
    with tarfile.open(fileobj=packed) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)):
                return content.read(LARGEST_FILE_BYTES)
    return None
