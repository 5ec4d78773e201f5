"""The HTTP front end of the simulated ElastiCache: every request is verified, known to the model, and answered as AWS
answers, unless a fault was planned for it."""

import email.utils
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .elasticache import ElastiCache
from .faults import Fault, FaultKind, Faults
from .query_protocol import QueryService
from .refusal import CloudRefusal
from .server_process import LOOPBACK
from .sigv4 import verify

SERVICE = "elasticache"
_HOLD_LIMIT_SECONDS = 120.0
_LARGEST_BODY_BYTES = 1 << 20

_REFUSALS = {
    FaultKind.THROTTLED: CloudRefusal("Throttling", "Rate exceeded", 400),
    FaultKind.DENIED: CloudRefusal(
        "AccessDenied", "User: arn:aws:iam::000000000000:user/simulated is not authorized to perform this action.", 403
    ),
    FaultKind.EXPIRED: CloudRefusal("ExpiredToken", "The security token included in the request is expired", 403),
    FaultKind.FAILING: CloudRefusal("InternalFailure", "The request processing has failed.", 500),
}


class FrontEnd:
    def __init__(self, cloud: ElastiCache, faults: Faults, region: str, credentials: Mapping[str, str]) -> None:
        self.cloud = cloud
        self.faults = faults
        self.region = region
        self.credentials = credentials
        self.service = QueryService(SERVICE)
        self.calls: list[str] = []
        front_end = self

        class Handler(_Handler):
            front_end_of = front_end

        self._server = _Server((LOOPBACK, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, str] | None:
        """Status, body and request id; None when the connection breaks."""
        request_id = str(uuid.uuid4())
        operation = ""
        try:
            verify(url, headers, body, credentials=self.credentials, region=self.region, service=SERVICE)
            operation, parameters = self.service.read(body)
            self.calls.append(operation)
            fault = self.faults.next(operation)
            if fault is not None and fault.kind in _REFUSALS:
                raise _REFUSALS[fault.kind]
            if fault is not None and fault.kind is FaultKind.LOST_REQUEST:
                return None
            result = self.cloud.perform(operation, parameters)
        except CloudRefusal as refusal:
            status, text = self.service.refusal(operation, refusal, request_id)
            return status, text, request_id
        return self._delivered(fault, (200, self.service.answer(operation, result, request_id), request_id))

    def _delivered(self, fault: Fault | None, answer: tuple[int, bytes, str]) -> tuple[int, bytes, str] | None:
        if fault is not None and fault.kind is FaultKind.LOST_ANSWER:
            return None
        if fault is not None and fault.kind is FaultKind.HELD_ANSWER:
            fault.released.wait(_HOLD_LIMIT_SECONDS)
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone takes its answer with it."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front_end_of: FrontEnd

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if length > _LARGEST_BODY_BYTES:
            self.close_connection = True
            return
        url = f"{self.front_end_of.url}{self.path}"
        answer = self.front_end_of.answer(url, dict(self.headers.items()), self.rfile.read(length))
        if answer is None:
            self.close_connection = True
            return
        status, body, request_id = answer
        now = email.utils.formatdate(self.front_end_of.cloud.clock.now(), usegmt=True)
        head = (
            f"HTTP/1.1 {status} {self.responses[status][0]}\r\nDate: {now}\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\nx-amzn-RequestId: {request_id}\r\n\r\n"
        )
        # In one write: headers and body in two would wait for each other's acknowledgement.
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the signature of http.server
        """Nothing is printed: a terminal may be drawn on."""
