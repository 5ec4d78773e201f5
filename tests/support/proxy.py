"""A TCP proxy on loopback between a replica and its primary, whose pace can be changed while it carries."""

import contextlib
import selectors
import socket
import threading
import time
from typing import Self

from redistui.model.endpoint import Address

_CHUNK_BYTES = 16 * 1024
_SLICE_SECONDS = 0.02


class ThrottlingProxy:
    """`bytes_per_second` limits what flows from the target to each client; None: as fast as it goes. While it is
    throttled nothing is read ahead, so the target's own buffers fill as they would on a slow network."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.bytes_per_second: float | None = None
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def address(self) -> Address:
        host, port = self._listener.getsockname()[:2]
        return Address(host, port)

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            # Small buffers: what a fast network would swallow must show as lag.
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
            with server, selectors.DefaultSelector() as ready:
                server.connect((self.target.host, self.target.port))
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                self._pump(ready, server)

    def _pump(self, ready: selectors.BaseSelector, server: socket.socket) -> None:
        while not self._stopping.is_set():
            for key, _ in ready.select(0.05):
                source = key.fileobj
                assert isinstance(source, socket.socket)
                pace = self.bytes_per_second if source is server else None
                data = source.recv(_CHUNK_BYTES if pace is None else max(1, int(pace * _SLICE_SECONDS)))
                if not data:
                    return
                key.data.sendall(data)
                if pace is not None:
                    time.sleep(len(data) / pace)
