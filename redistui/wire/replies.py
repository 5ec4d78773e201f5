"""What a server's error reply means."""

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind

from .failures import WireFailure


def from_error_reply(reply: str, command: str, endpoint: Endpoint) -> WireFailure:
    """`command` is the name of what was sent, such as `CONFIG GET`; its arguments are not to be passed."""
    code, _, rest = reply.partition(" ")
    user = endpoint.username or "default"
    if code in ("WRONGPASS", "NOAUTH", "NOPERM", "DENIED"):
        return _not_allowed(code, command, user, endpoint)
    if code == "LOADING":
        message = f"{endpoint.address} is loading its dataset into memory"
        return WireFailure(FailureKind.LOADING, message, "wait: it answers when the dataset is in memory")
    if code == "BUSY":
        message = f"{endpoint.address} is busy running a script or function"
        return WireFailure(FailureKind.BUSY, message, "wait, or end it with SCRIPT KILL or FUNCTION KILL")
    words = reply.lower()
    if "max number of clients" in words:
        return WireFailure(
            FailureKind.TOO_MANY_CLIENTS,
            f"{endpoint.address} has reached its limit of clients (`maxclients`)",
            "raise `maxclients`, or find who keeps the connections open with CLIENT LIST",
        )
    if "unknown command" in words:
        return WireFailure(
            FailureKind.UNKNOWN_COMMAND,
            f"{endpoint.address} does not know {command}",
            "it was renamed with `rename-command`, or a proxy stands in between",
        )
    if command == "AUTH":
        return _authentication(reply, endpoint)
    return WireFailure(FailureKind.OTHER, f"{endpoint.address} answers {command} with: {code} {rest}".rstrip())


def unexpected_reply(command: str, endpoint: Endpoint) -> WireFailure:
    return WireFailure(
        FailureKind.PROTOCOL,
        f"{endpoint.address} answers {command} as no Redis does",
        "a proxy may stand in between; redistui knows Redis 6.2 and later, and Valkey",
    )


def _authentication(reply: str, endpoint: Endpoint) -> WireFailure:
    # The reply is not shown: some errors repeat the arguments, here the password.
    if "without any password configured" in reply:
        return WireFailure(
            FailureKind.AUTHENTICATION,
            f"{endpoint.address} has no password, and one is configured here",
            "set `requirepass` on the server, or remove the password from the configuration",
        )
    return WireFailure(
        FailureKind.AUTHENTICATION, f"{endpoint.address} refuses the login", "check the user name and the password"
    )


def _not_allowed(code: str, command: str, user: str, endpoint: Endpoint) -> WireFailure:
    if code == "WRONGPASS":
        return WireFailure(
            FailureKind.AUTHENTICATION,
            f"{endpoint.address} refuses the password of user {user}",
            "check the password and its source; the user may also be disabled (ACL LIST)",
        )
    if code == "NOAUTH":
        return WireFailure(
            FailureKind.AUTHENTICATION,
            f"{endpoint.address} wants a password",
            "set `password` for it, and `username` where it has ACL users",
        )
    if code == "DENIED":
        return WireFailure(
            FailureKind.PERMISSION,
            f"{endpoint.address} is in protected mode and takes connections from its own machine only",
            "set a password or `protected-mode no` on the server, or connect through a tunnel",
        )
    needed = "+" + "|".join(command.lower().split())
    return WireFailure(
        FailureKind.PERMISSION,
        f"user {user} of {endpoint.address} may not run {command}",
        f"allow it on the server: ACL SETUSER {user} {needed}",
    )
