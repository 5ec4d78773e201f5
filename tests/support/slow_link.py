"""A TCP link of limited pace on loopback, which can be cut; it counts what it carries."""

import contextlib
import socket
import threading
import time

CHUNKS_PER_SECOND = 20


class SlowLink:
    """Carries connections to a loopback port, at most `bytes_per_second` towards the client; it may be changed."""

    def __init__(self, target_port: int, bytes_per_second: int) -> None:
        self.target_port = target_port
        self.bytes_per_second = bytes_per_second
        self.bytes_to_client = 0
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target_port), timeout=5)
            server.settimeout(None)
            with self._lock:
                self._open += [client, server]
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
            threading.Thread(target=self._carry_slowly, args=(server, client), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        self._end(source, target)

    def _carry_slowly(self, source: socket.socket, target: socket.socket) -> None:
        free_at = time.monotonic()
        with contextlib.suppress(OSError):
            while data := source.recv(max(1, self.bytes_per_second // CHUNKS_PER_SECOND)):
                target.sendall(data)
                self.bytes_to_client += len(data)
                free_at = max(free_at, time.monotonic()) + len(data) / self.bytes_per_second
                time.sleep(max(0.0, free_at - time.monotonic()))
        self._end(source, target)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Drop every connection without a farewell, as a lost network does once its timeout is over."""
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._open.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
