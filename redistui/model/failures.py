"""Why a node does not answer, in words that follow its address, and what to look at first."""

from .sample import Failure, FailureKind

_WORDS = {
    FailureKind.REFUSED: "refuses connections",
    FailureKind.UNREACHABLE: "cannot be reached",
    FailureKind.UNRESOLVED: "has a name that does not resolve",
    FailureKind.TIMEOUT: "does not answer",
    FailureKind.RESET: "cuts the connection",
    FailureKind.AUTHENTICATION: "refuses the password or user",
    FailureKind.PERMISSION: "does not permit INFO",
    FailureKind.TLS: "does not agree on TLS",
    FailureKind.CERTIFICATE: "shows a certificate that is not trusted",
    FailureKind.PROTOCOL: "does not speak the Redis protocol",
    FailureKind.LOADING: "is loading its dataset",
    FailureKind.BUSY: "is busy running a script",
    FailureKind.UNKNOWN_COMMAND: "does not know INFO",
    FailureKind.TOO_MANY_CLIENTS: "accepts no more clients",
    FailureKind.SECRET: "cannot be logged in to: its secret is not to be had",
    FailureKind.TUNNEL: "cannot be reached: its tunnel is down",
    FailureKind.OTHER: "cannot be sampled",
}
_HINTS = {
    FailureKind.REFUSED: "nothing listens there: the server is stopped, or the address is wrong",
    FailureKind.UNREACHABLE: "check the network and firewall between here and there",
    FailureKind.UNRESOLVED: "check the host name in the configuration, and this machine's resolver",
    FailureKind.TIMEOUT: "the server hangs or is frozen, or packets are dropped on the way",
    FailureKind.RESET: "a firewall, a proxy or the server itself ends the connection",
    FailureKind.AUTHENTICATION: "check username and password of this connection in the configuration",
    FailureKind.PERMISSION: "give the user +info: ACL SETUSER <user> +info +config|get",
    FailureKind.TLS: "check whether this port speaks TLS, and `tls` in the configuration",
    FailureKind.CERTIFICATE: "check `tls.ca` and the certificate's name and dates",
    FailureKind.PROTOCOL: "another service answers on this port: check the address",
    FailureKind.LOADING: "wait until the dataset is loaded",
    FailureKind.BUSY: "wait, or end the script with SCRIPT KILL",
    FailureKind.UNKNOWN_COMMAND: "INFO is renamed or disabled on this server",
    FailureKind.TOO_MANY_CLIENTS: "close connections, or raise maxclients",
    FailureKind.SECRET: "check where the configuration says that the secret is kept",
    FailureKind.TUNNEL: "check the tunnel's command and its far end",
}

# What proves that no writes are taken there. The others leave it open: a wrong password says nothing of the server.
NO_WRITES = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.UNREACHABLE,
        FailureKind.TIMEOUT,
        FailureKind.RESET,
        FailureKind.LOADING,
        FailureKind.BUSY,
    }
)
_OWN_WORDS = frozenset({FailureKind.OTHER, FailureKind.SECRET, FailureKind.TUNNEL, FailureKind.CERTIFICATE})


def words(failure: Failure) -> str:
    """`refuses connections`; where the kind alone says too little, with the failure's own message."""
    text = _WORDS[failure.kind]
    return f"{text} ({failure.message})" if failure.kind in _OWN_WORDS and failure.message else text


def way_out(failure: Failure) -> str:
    return failure.hint or _HINTS.get(failure.kind, "")
