"""A proxy on loopback that delivers everything later, as a long link does, in both directions and in order."""

import asyncio
import random
import threading
from typing import Self

from redistui.model.endpoint import Address

# What a lost segment costs: the sender's least retransmission time-out (TCP_RTO_MIN of Linux).
RETRANSMISSION_SECONDS = 0.2


class DelayingProxy:
    """`delay_seconds` one way; of `loss` (0 to 1) of the segments each costs a retransmission more."""

    def __init__(self, target: Address, delay_seconds: float, loss: float = 0.0, seed: int = 1) -> None:
        self._target, self._delay, self._loss = target, delay_seconds, loss
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.address = target

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(5)
        self.address = Address(*self._server.sockets[0].getsockname()[:2])
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(self._target.host, self._target.port)
        try:
            await asyncio.gather(self._carry(reader, out), self._carry(there, writer))
        finally:
            out.close()
            writer.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(self._deliver(waiting, sink))
        arrives = 0.0
        try:
            while data := await source.read(65536):
                lost = self._random.random() < self._loss
                due = self._loop.time() + self._delay + (RETRANSMISSION_SECONDS if lost else 0.0)
                arrives = max(arrives, due)
                waiting.put_nowait((arrives, data))
        except ConnectionError:
            pass
        finally:
            delivering.cancel()
            sink.close()

    async def _deliver(self, waiting: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter) -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            sink.write(data)
