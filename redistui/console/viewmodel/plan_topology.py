"""Who leads and who follows, now and after a plan was carried out."""

from collections.abc import Mapping

from redistui.model.plan import NodeBasis, Plan
from redistui.model.topology import Role
from redistui.present.words import ROLE_GLYPHS

from .line import Line, Span, Tone, line, safe
from .phrases import Phrase, crop, fit

_LEFT, _GAP = 2, 2
_AWAY = {False: "silent", True: "when back"}


def topology_lines(plan: Plan, width: int) -> list[Line]:
    """Two drawings side by side, or one where roles stay as they are."""
    if not plan.based_on:
        return []
    now = {node: seen.role for node, seen in plan.based_on.items()}
    after = roles_after(plan)
    if after == now:
        return [_titles("ROLES, now and afterwards", "", width), *_column(plan.based_on, now, width)]
    half = (width - _LEFT - _GAP) // 2
    returning = plan.values.get("node", "") if plan.verb == "rejoin" else ""
    left, right = _drawing(plan.based_on, now), _drawing(plan.based_on, after, later=True, returning=returning)
    lines = [_titles("NOW", "AFTERWARDS", half)]
    for one, other in zip(left, right, strict=True):
        lines.append(line(" " * _LEFT, *_padded(one, half), " " * _GAP, *_padded(other, half)))
    return lines


def roles_after(plan: Plan) -> dict[str, Role]:
    """Once the plan was carried out; most verbs leave the roles as they are."""
    now = {node: seen.role for node, seen in plan.based_on.items()}
    leader = _leader_after(plan)
    if leader in now:
        return {node: Role.PRIMARY if node == leader else Role.REPLICA for node in now}
    returning = plan.values.get("node", "") if plan.verb == "rejoin" else ""
    return now | ({returning: Role.REPLICA} if returning in now else {})


def _leader_after(plan: Plan) -> str:
    """The node that leads where somebody else did; empty where that does not change."""
    match plan.verb:
        case "promote" | "restart":
            return plan.values.get("to", "")
        case "drill" if plan.values.get("failback") != "yes" and plan.kind != "replica-loss":
            return plan.values.get("to", "")
        case "resolve":
            return plan.values.get("keep", "")
        case _:
            return ""


def _titles(left: str, right: str, half: int) -> Line:
    return line(Span(f"{' ' * _LEFT}{left:<{half + _GAP if right else 0}}{right}", Tone.DIM))


def _column(nodes: Mapping[str, NodeBasis], roles: Mapping[str, Role], width: int) -> list[Line]:
    return [line(" " * _LEFT, *_padded(content, width - _LEFT)) for content in _drawing(nodes, roles)]


def _drawing(
    nodes: Mapping[str, NodeBasis], roles: Mapping[str, Role], *, later: bool = False, returning: str = ""
) -> list[Phrase]:
    """Primaries above, everything else below them. A node that gave no answer stays away, unless it is `returning`."""
    leaders = [node for node, role in roles.items() if role is Role.PRIMARY]
    followers = [node for node in roles if node not in leaders]
    away = {node: "" if _answered(nodes[node]) or node == returning else _AWAY[later] for node in roles}
    drawn = [_node(nodes[node], roles[node], "", away[node]) for node in leaders]
    for number, node in enumerate(followers):
        branch = ("└─ " if number == len(followers) - 1 else "├─ ") if leaders else ""
        drawn.append(_node(nodes[node], roles[node], branch, away[node]))
    return drawn


def _answered(seen: NodeBasis) -> bool:
    return seen.run_id is not None or seen.offset is not None


def _node(seen: NodeBasis, role: Role, branch: str, away: str) -> Phrase:
    if away or role is Role.UNKNOWN:
        words = "" if role is Role.UNKNOWN else f"{role.value} "
        address = f"{safe(seen.address)}, {away}" if away else safe(seen.address)
        return (Span(branch, Tone.DIM), Span(f"✖ {words}", Tone.BAD), Span(address))
    tone = Tone.GOOD if role is Role.PRIMARY else Tone.PLAIN
    return (
        Span(branch, Tone.DIM),
        Span(f"{ROLE_GLYPHS[role]} {role.value} ", tone),
        Span(safe(seen.address), Tone.STRONG if role is Role.PRIMARY else Tone.PLAIN),
    )


def _padded(content: Phrase, cells: int) -> Phrase:
    *head, last = content
    room = cells - sum(len(span.text) for span in head)
    return (*head, Span(fit(crop(last.text, room), room), last.tone))
