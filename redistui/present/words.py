"""States in words and glyphs; meaning is never by colour alone."""

from redistui.model.sample import LinkState
from redistui.model.snapshot import PairSnapshot, Severity, Status
from redistui.model.topology import NodeState, Role

STATUS_GLYPHS = {Status.HEALTHY: "●", Status.DEGRADED: "▲", Status.DOWN: "✖", Status.UNKNOWN: "?"}
STATUS_WORDS = {Status.HEALTHY: "ok", Status.DEGRADED: "warn", Status.DOWN: "down", Status.UNKNOWN: "unknown"}
SEVERITY_GLYPHS = {Severity.CRITICAL: "✖", Severity.WARNING: "▲", Severity.INFO: "·"}
ROLE_GLYPHS = {Role.PRIMARY: "●", Role.REPLICA: "○", Role.SENTINEL: "◇", Role.UNKNOWN: "?"}
LINK_WORDS = {LinkState.UP: "link up", LinkState.DOWN: "link down", LinkState.SYNCING: "syncing"}
NODE_STATE_WORDS = {state: state.value for state in NodeState}


def status(pair: PairSnapshot) -> str:
    """`● ok`, `✖ down`."""
    return f"{STATUS_GLYPHS[pair.status]} {STATUS_WORDS[pair.status]}"
