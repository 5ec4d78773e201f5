"""The node that an operator means."""

from redistui.model.errors import UsageError

from .facts import NodeFacts, PairFacts


def chosen(facts: PairFacts, text: str) -> NodeFacts:
    """By id, or by the address that the console or its peers use. Raises UsageError with those that there are."""
    for node in facts.nodes.values():
        if text in (node.id, str(node.node.address), str(node.node.peer_address)):
            return node
    known = ", ".join(f"{node.id} ({node.name})" for node in facts.nodes.values())
    raise UsageError(f"{facts.pair.key} has no node {text!r}", hint=f"its nodes are {known}")
