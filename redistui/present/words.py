"""States in words and glyphs; meaning is never by colour alone."""

from redistui.model.sample import FailureKind, LinkState
from redistui.model.snapshot import Finding, NodeSnapshot, PairSnapshot, Severity, Status
from redistui.model.topology import NodeState, Role

STATUS_GLYPHS = {Status.HEALTHY: "●", Status.DEGRADED: "▲", Status.DOWN: "✖", Status.UNKNOWN: "?"}
STATUS_WORDS = {Status.HEALTHY: "ok", Status.DEGRADED: "warn", Status.DOWN: "down", Status.UNKNOWN: "unknown"}
SEVERITY_GLYPHS = {Severity.CRITICAL: "✖", Severity.WARNING: "▲", Severity.INFO: "·"}
ROLE_GLYPHS = {Role.PRIMARY: "●", Role.REPLICA: "○", Role.SENTINEL: "◇", Role.UNKNOWN: "?"}
LINK_WORDS = {LinkState.UP: "link up", LinkState.DOWN: "link down", LinkState.SYNCING: "syncing"}
NODE_STATE_WORDS = {state: state.value for state in NodeState}
SEVERITY_WORDS = {Severity.CRITICAL: "critical", Severity.WARNING: "warning", Severity.INFO: "note"}
# What a node does instead of answering; stands where its role would.
FAILURE_WORDS = {
    FailureKind.REFUSED: "refuses connections",
    FailureKind.UNREACHABLE: "unreachable",
    FailureKind.UNRESOLVED: "name does not resolve",
    FailureKind.TIMEOUT: "does not answer",
    FailureKind.RESET: "drops the connection",
    FailureKind.AUTHENTICATION: "refuses the password",
    FailureKind.PERMISSION: "refuses INFO to this user",
    FailureKind.TLS: "TLS mismatch",
    FailureKind.CERTIFICATE: "certificate not accepted",
    FailureKind.PROTOCOL: "does not speak Redis",
    FailureKind.LOADING: "loading its data",
    FailureKind.BUSY: "busy in a script",
    FailureKind.UNKNOWN_COMMAND: "INFO is renamed",
    FailureKind.TOO_MANY_CLIENTS: "has no free connection",
    FailureKind.SECRET: "secret not available",
    FailureKind.TUNNEL: "tunnel is down",
    FailureKind.OTHER: "fails",
}


def status(pair: PairSnapshot) -> str:
    """`● ok`, `✖ down`."""
    return f"{STATUS_GLYPHS[pair.status]} {STATUS_WORDS[pair.status]}"


def role(node: NodeSnapshot) -> str:
    """`● primary`, `? refuses connections`, `? stopped`."""
    if node.node.state in {NodeState.STOPPED, NodeState.PAUSED} and node.role is Role.UNKNOWN:
        return f"{ROLE_GLYPHS[Role.UNKNOWN]} {NODE_STATE_WORDS[node.node.state]}"
    if node.failure is not None:
        return f"{ROLE_GLYPHS[Role.UNKNOWN]} {FAILURE_WORDS[node.failure.kind]}"
    return f"{ROLE_GLYPHS[node.role]} {node.role.value}"


def finding(item: Finding) -> str:
    """`✖ critical: …` with the way out on the same line."""
    sentence = f"{SEVERITY_GLYPHS[item.severity]} {SEVERITY_WORDS[item.severity]}: {item.message}"
    return f"{sentence} – {item.hint}" if item.hint else sentence
