"""Why a server gave no answer, in words to act on. Nothing here repeats what was sent: it may be secret."""

import ssl

from redistui.model.endpoint import Endpoint
from redistui.model.errors import RedistuiError
from redistui.model.sample import FailureKind


class WireFailure(RedistuiError):
    """A connection or a command failed; `kind` tells how."""

    def __init__(self, kind: FailureKind, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


def refused(endpoint: Endpoint) -> WireFailure:
    return WireFailure(
        FailureKind.REFUSED,
        f"{endpoint.address} refuses the connection",
        "the server is not running, or listens on another port or address (`bind`)",
    )


def unreachable(endpoint: Endpoint, reason: str) -> WireFailure:
    return WireFailure(
        FailureKind.UNREACHABLE,
        f"{endpoint.address} cannot be reached: {reason}",
        "check the address, the route and the firewall between here and there",
    )


def unresolved(endpoint: Endpoint, reason: str) -> WireFailure:
    return WireFailure(
        FailureKind.UNRESOLVED,
        f"the name {endpoint.address.host} does not resolve: {reason}",
        "check the spelling and this machine's DNS",
    )


def no_connection_in_time(endpoint: Endpoint) -> WireFailure:
    return unreachable(endpoint, f"no answer to the connection attempt within {endpoint.connect_timeout_seconds:g} s")


def no_answer_in_time(endpoint: Endpoint, seconds: float, received_bytes: int) -> WireFailure:
    if received_bytes:
        message = f"{endpoint.address} answers too slowly: {received_bytes} bytes within {seconds:g} s"
        return WireFailure(FailureKind.TIMEOUT, message, "the network is slow or loses packets, or the server is stuck")
    return WireFailure(
        FailureKind.TIMEOUT,
        f"{endpoint.address} accepts the connection and does not answer within {seconds:g} s",
        "the process hangs, is stopped, swaps or runs a long command; or something else than Redis listens there",
    )


def reset(endpoint: Endpoint, *, answered_before: bool) -> WireFailure:
    if answered_before:
        message, hint = f"{endpoint.address} closed the connection", "the server ended, or somebody killed the client"
    else:
        message = f"{endpoint.address} closes the connection without an answer"
        # A refused client certificate is told by an alert, which the reset that follows may overtake.
        wanted = "TLS (set `tls`)" if endpoint.tls is None else "another client certificate (`tls.certificate`)"
        hint = f"the server may want {wanted}, or a proxy or firewall stands in between"
    return WireFailure(FailureKind.RESET, message, hint)


def wants_tls(endpoint: Endpoint) -> WireFailure:
    return WireFailure(FailureKind.TLS, f"{endpoint.address} wants TLS, and TLS is not configured", "set `tls` for it")


def speaks_no_tls(endpoint: Endpoint, reason: str = "") -> WireFailure:
    message = f"TLS is configured, and {endpoint.address} does not speak it"
    return WireFailure(
        FailureKind.TLS,
        f"{message}: {reason}" if reason else message,
        "remove `tls`, or use the server's `tls-port`",
    )


def not_redis(endpoint: Endpoint, start: bytes) -> WireFailure:
    """`start` is what the other side sent first."""
    if start[:2] == b"\x15\x03":  # a TLS alert record
        return wants_tls(endpoint)
    if start.startswith(b"HTTP/"):
        return WireFailure(
            FailureKind.PROTOCOL,
            f"{endpoint.address} answers HTTP, not Redis",
            "a web server or proxy listens there: check the port",
        )
    shown = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in start[:40])
    return WireFailure(
        FailureKind.PROTOCOL,
        f"{endpoint.address} answers, but not as Redis: {shown}",
        "something else than Redis listens there: check the port",
    )


def from_os_error(error: OSError, endpoint: Endpoint) -> WireFailure:
    """What a failed connection attempt or TLS handshake means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, endpoint)
    if isinstance(error, ssl.SSLError):
        return _handshake(error, endpoint)
    if isinstance(error, ConnectionRefusedError):
        return refused(endpoint)
    if isinstance(error, ConnectionError):
        if endpoint.tls is not None:
            return speaks_no_tls(endpoint, "it closes the connection during the handshake")
        return reset(endpoint, answered_before=False)
    return unreachable(endpoint, (error.strerror or str(error) or type(error).__name__).lower())


def _certificate(error: ssl.SSLCertVerificationError, endpoint: Endpoint) -> WireFailure:
    reason = error.verify_message.rstrip(".") or "it does not verify"
    words = reason.lower()
    if "expired" in words:
        hint = "renew the server's certificate"
    elif "not yet valid" in words:
        hint = "check the clocks here and on the server"
    elif "mismatch" in words or "not valid for" in words:
        hint = "set `tls.server_name` to a name in the certificate, or issue one for this address"
    else:
        hint = "set `tls.ca` to the authority that issued the server's certificate"
    return WireFailure(FailureKind.CERTIFICATE, f"the certificate of {endpoint.address} is not good: {reason}", hint)


def _handshake(error: ssl.SSLError, endpoint: Endpoint) -> WireFailure:
    reason = (error.reason or "").replace("_", " ").lower()
    if isinstance(error, ssl.SSLEOFError) or reason in ("wrong version number", "record layer failure"):
        return speaks_no_tls(endpoint)
    if "certificate" in reason or reason == "tlsv1 alert unknown ca":
        return WireFailure(
            FailureKind.CERTIFICATE,
            f"{endpoint.address} does not take our certificate: {reason}",
            "set `tls.certificate` and `tls.key` to a pair that the server's authority issued",
        )
    return WireFailure(
        FailureKind.TLS,
        f"the TLS handshake with {endpoint.address} failed: {reason or 'no reason given'}",
        "compare the TLS versions and ciphers that both sides allow",
    )
