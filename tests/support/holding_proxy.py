"""A TCP proxy on loopback that holds one message back, so that a test can act at that very moment."""

import contextlib
import selectors
import socket
import threading
from typing import Self

from redistui.model.endpoint import Address


class HoldingProxy:
    """Carries connections to `target`. The first message from a client that contains `pattern` is held back, or with
    `after` its answer; once the client has gone the message is dropped. `held` tells when; later ones pass."""

    def __init__(self, target: Address, pattern: bytes, *, after: bool = False) -> None:
        self.target = target
        self.held = threading.Event()
        self._pattern = pattern
        self._after = after
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
        target = (self.target.host, self.target.port)
        with (
            contextlib.suppress(OSError),
            client,
            selectors.DefaultSelector() as ready,
            socket.create_connection(target) as server,
        ):
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            going = True
            while going and not self._stopping.is_set():
                going = all(self._carry_on(key.fileobj, key.data, client) for key, _ in ready.select(0.05))

    def _carry_on(self, source: object, target: socket.socket, client: socket.socket) -> bool:
        """Whether there is more to carry."""
        assert isinstance(source, socket.socket)
        data = source.recv(65536)
        is_held = source is client and self._pattern in data and not self.held.is_set()
        if data and (not is_held or self._after):
            target.sendall(data)
        if is_held:
            self._wait_gone(client)
        return bool(data) and not is_held

    def _wait_gone(self, client: socket.socket) -> None:
        self.held.set()
        client.settimeout(0.05)
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                if not client.recv(65536):
                    return
