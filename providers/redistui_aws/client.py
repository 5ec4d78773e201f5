"""The SDK behind two narrow doors: one that reads and may repeat, one that changes and sends once.

boto3 is imported when first used. Its calls block, so they run in threads of this client's own.
"""

import asyncio
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .failures import translated
from .fields import AwsSettings

READ_ATTEMPTS = 3
CONNECT_SECONDS = 5
READ_SECONDS = 10
CHANGE_SECONDS = 20
_THREADS = 4
_CLOSE_SECONDS = 2.0
_STEP_SECONDS = 0.01

Answer = Mapping[str, Any]


class ElastiCacheClient:
    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings
        self._reader: Any = None
        self._changer: Any = None
        self._making = threading.Lock()  # a session is not safe to be shared by threads
        self._threads: list[threading.Thread] = []
        self._executor: ThreadPoolExecutor | None = None

    async def read(self, operation: str, **parameters: object) -> Answer:
        """Raises ProviderError. Repeated by the SDK when it is throttled or the connection breaks."""
        return await self._run(operation, parameters, change=False)

    async def change(self, operation: str, **parameters: object) -> Answer:
        """Sent once. Raises ProviderError of kind UNKNOWN when no answer came."""
        return await self._run(operation, parameters, change=True)

    async def close(self) -> None:
        executor, self._executor = self._executor, None
        for client in (self._reader, self._changer):
            if client is not None:
                client.close()
        self._reader = self._changer = None
        if executor is None:
            return
        executor.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + _CLOSE_SECONDS
        # A thread within a call ends with its time limit; nobody waits for that long.
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_STEP_SECONDS)

    async def _run(self, operation: str, parameters: Mapping[str, object], *, change: bool) -> Answer:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(_THREADS, "aws", initializer=self._begin_thread)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._call, operation, parameters, change)

    def _begin_thread(self) -> None:
        self._threads.append(threading.current_thread())

    def _call(self, operation: str, parameters: Mapping[str, object], change: bool) -> Answer:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self._client(change=change)
            answer: Answer = getattr(client, operation)(**parameters)
        except (BotoCoreError, ClientError, Boto3Error, ValueError) as error:
            raise translated(error, operation, change=change) from None
        return answer

    def _client(self, *, change: bool) -> Any:
        with self._making:
            if self._reader is None:
                import boto3
                from botocore.config import Config

                session = boto3.Session(profile_name=self._settings.profile, region_name=self._settings.region)
                # Given always, so that no variable of the environment redirects the calls silently.
                usual = {"endpoint_url": self._settings.endpoint_url} if self._settings.endpoint_url else {}
                patient = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=READ_SECONDS,
                    retries={"mode": "standard", "total_max_attempts": READ_ATTEMPTS},
                    ignore_configured_endpoint_urls=not usual,
                )
                once = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=CHANGE_SECONDS,
                    retries={"mode": "standard", "total_max_attempts": 1},
                    ignore_configured_endpoint_urls=not usual,
                )
                self._changer = session.client("elasticache", config=once, **usual)
                self._reader = session.client("elasticache", config=patient, **usual)
            return self._changer if change else self._reader
