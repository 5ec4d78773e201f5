"""Whether a node can be started from here, and why not."""

from redistui.model.snapshot import NodeSnapshot, PairSnapshot
from redistui.model.topology import NodeState
from redistui.provider.capabilities import Capability

from .line import safe


def why_not_start(pair: PairSnapshot, node: NodeSnapshot, ability: Capability, *, read_only: bool) -> str:
    """In words; empty when it can."""
    if not ability.supported:
        return f"{pair.key.provider} cannot start it: {safe(ability.reason)}"
    if read_only:
        return f"the environment {safe(pair.pair.environment)} is read-only: nothing is started from here"
    if node.failure is None and node.sample is not None:
        return f"{node.node.address} runs and answers; choose the stopped one with . and ,"
    if node.node.state is NodeState.RUNNING:
        return f"the provider says that {node.node.address} runs, yet it does not answer: look at its log (7)"
    if node.node.state is NodeState.STARTING:
        return f"{node.node.address} is starting already"
    return ""
