"""What changed between two snapshots of a pair, in words."""

from collections.abc import Iterator

from redistui.model.snapshot import Finding, NodeSnapshot, PairSnapshot, Severity
from redistui.model.topology import Role

Change = tuple[str, str]
"""Node id, or empty for the pair, and what happened."""


def changes(before: PairSnapshot, after: PairSnapshot) -> Iterator[Change]:
    if before.status is not after.status:
        yield "", f"{before.status.value} → {after.status.value}"
    known = {node.node.id: node for node in before.nodes}
    for node in after.nodes:
        former = known.get(node.node.id)
        if former is not None:
            yield from _node_changes(former, node)
    for link in after.links:
        former_link = before.link(link.replica_id)
        if former_link is None or former_link.state is link.state or link.state is None:
            continue
        was = "unknown" if former_link.state is None else former_link.state.value
        yield link.replica_id, f"link {was} → {link.state.value}"
    if before.findings is not after.findings:
        yield from _finding_changes(before.findings, after.findings)


def _node_changes(before: NodeSnapshot, after: NodeSnapshot) -> Iterator[Change]:
    if after.sample is None:
        return
    node_id = after.node.id
    if before.failure is not None and after.failure is None and before.sample is not None:
        yield node_id, "answers again"
    if before.sample is None:
        return
    if before.sample.run_id and after.sample.run_id and before.sample.run_id != after.sample.run_id:
        yield node_id, "restarted: another process answers"
    if before.sample.role is not after.sample.role and Role.UNKNOWN not in (before.sample.role, after.sample.role):
        yield node_id, f"{before.sample.role.value} → {after.sample.role.value}"


def _finding_changes(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[Change]:
    former = {(told.rule, told.subject): told for told in before if _counts(told)}
    current = {(told.rule, told.subject): told for told in after if _counts(told)}
    for key, told in current.items():
        if key not in former:
            yield told.subject, f"{told.severity.value}: {told.message}"
    for key, told in former.items():
        if key not in current:
            yield told.subject, f"over: {told.message}"


def _counts(told: Finding) -> bool:
    return not (told.rule == "unknown" and told.severity is Severity.INFO)
