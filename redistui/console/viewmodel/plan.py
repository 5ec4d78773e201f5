"""A plan as the operator reads it: what becomes of the pair, what it costs, why not, every guard, every step."""

from redistui.model.plan import Guard, Plan, PlannedStep, Verdict
from redistui.present.plans import VERDICT_GLYPHS

from .line import Cell, Line, Look, Span, Tone, line, safe, wrapped
from .plan_topology import topology_lines

VERDICT_TONES = {Verdict.PASS: Tone.GOOD, Verdict.WARN: Tone.WARN, Verdict.FAIL: Tone.BAD}
_ORDER = {Verdict.FAIL: 0, Verdict.WARN: 1, Verdict.PASS: 2}
_INDENT = 5


def plan_lines(plan: Plan, width: int) -> list[Line]:
    """A refused plan tells first why; any other first what becomes of the roles."""
    topology, guards = topology_lines(plan, width - 1), guard_lines(plan, width)
    middle = [*guards, line(), *topology] if plan.failing else [*topology, line(), *guards]
    return [*head_lines(plan, width), line(), *middle, line(), *step_lines(plan, width)]


def head_lines(plan: Plan, width: int) -> list[Line]:
    lines = wrapped([Span(f" {safe(plan.summary)}", Tone.STRONG)], width - 1, indent=1)
    for name, words, tone in _costs(plan):
        lines += wrapped([Span(f" {name:<9}", Tone.DIM), Span(safe(words), tone)], width - 1, indent=10)
    return lines


def _costs(plan: Plan) -> list[tuple[str, str, Tone]]:
    undo = (
        "every step can be undone"
        if plan.point_of_no_return is None
        else f"until step {plan.point_of_no_return + 1}; from there on it is only finished forward"
    )
    calm = plan.loss.startswith(("no ", "none"))
    rows = [("outage", plan.outage, Tone.PLAIN), ("loss", plan.loss, Tone.GOOD if calm else Tone.BAD)]
    if plan.steps:
        rows.append(("undo", undo, Tone.PLAIN))
    return [row for row in rows if row[1]]


def guard_lines(plan: Plan, width: int) -> list[Line]:
    """Failing ones first, then warnings; what passed is told as well."""
    name, seen = _widths(plan, width)
    heading = ((f"   GUARDS  {_counted(plan)}", name), ("SEEN", seen), ("LIMIT", None))
    lines = [Line(tuple(Cell((Span(title, Tone.DIM),), size) for title, size in heading))]
    for guard in sorted(plan.guards, key=lambda guard: _ORDER[guard.verdict]):
        lines += _guard(guard, name, seen, width)
    return lines


def _widths(plan: Plan, width: int) -> tuple[int, int]:
    longest = max((len(guard.name) for guard in plan.guards), default=0) + _INDENT
    name = min(longest, width // 2)
    return name, max(12, (width - name) // 2)


def _counted(plan: Plan) -> str:
    counts = {verdict: sum(1 for guard in plan.guards if guard.verdict is verdict) for verdict in _ORDER}
    words = {Verdict.FAIL: "fail", Verdict.WARN: "warn", Verdict.PASS: "pass"}
    return ", ".join(f"{counts[verdict]} {words[verdict]}" for verdict in _ORDER if counts[verdict])


def _guard(guard: Guard, name: int, seen: int, width: int) -> list[Line]:
    tone = VERDICT_TONES[guard.verdict]
    mark = Span(f" {VERDICT_GLYPHS[guard.verdict]} ", tone)
    told = Tone.PLAIN if guard.verdict is Verdict.PASS else Tone.STRONG
    observed, limit = safe(guard.observed), safe(guard.limit)
    label = Span(safe(guard.name), told)
    fits = len(guard.name) + _INDENT <= name
    if fits and len(observed) < seen and len(limit) < width - name - seen:
        lines = [Line((Cell((mark, label), name), Cell((Span(observed),), seen), Cell((Span(limit, Tone.DIM),))))]
    elif fits and len(observed) + len(limit) + 8 < width - name:
        lines = [Line((Cell((mark, label), name), Cell((Span(observed), Span(f", limit {limit}", Tone.DIM)))))]
    else:
        both = [Span(" " * _INDENT), Span(observed), Span(f", limit {limit}", Tone.DIM)]
        lines = [line(mark, label), *wrapped(both, width - 1, indent=_INDENT)]
    if guard.message:
        lines += wrapped([Span(" " * _INDENT), Span(safe(guard.message), tone)], width - 1, indent=_INDENT)
    return lines


def step_lines(plan: Plan, width: int) -> list[Line]:
    lines = [line(Span("   STEPS, with the exact commands", Tone.DIM))] if plan.steps else []
    for index, step in enumerate(plan.steps):
        if index == plan.point_of_no_return:
            lines.append(no_return_line(width))
        lines += _step(index, step, width)
    return lines


def no_return_line(width: int, *, passed: bool = False) -> Line:
    words = f" ── point of no return: {'passed, it is only finished forward' if passed else 'inside the next step'} "
    return line(Span(words + "─" * max(0, width - len(words) - 2), Tone.WARN))


def _step(index: int, step: PlannedStep, width: int) -> list[Line]:
    lines = wrapped([Span(f" {index + 1:>2}  {safe(step.name)}")], width - 1, indent=_INDENT)
    lines += wrapped([Span(f"{' ' * _INDENT}{safe(step.call)}", Tone.ACCENT)], width - 1, indent=_INDENT)
    if step.undo:
        lines += wrapped([Span(f"{' ' * _INDENT}undo: {safe(step.undo)}", Tone.DIM)], width - 1, indent=_INDENT)
    return lines


def position_line(first: int, shown: int, total: int, width: int) -> Line:
    """Where the view is, and whether there is more: `── lines 1 to 17 of 43, ↓ shows more ───`."""
    if total <= shown:
        return line(Span("─" * width, Tone.DIM))
    last = min(first + shown, total)
    more = ", ↓ shows more" if last < total else ", ↑ goes back"
    text = f"── lines {first + 1} to {last} of {total}{more} "
    return Line((Cell((Span(text + "─" * max(0, width - len(text)), Tone.DIM),)),), Look.PLAIN)
