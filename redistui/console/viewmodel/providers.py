"""The providers screen in lines: what is installed and configured, what each can do, how to add a connection."""

from collections.abc import Sequence
from pathlib import Path

from redistui.model.snapshot import FleetSnapshot, ProviderPhase
from redistui.present.providers import KnownProvider, ProviderState, missing

from .line import Line, Span, Tone, line, safe, wrapped

_STATE_TONES = {
    ProviderState.CONFIGURED: Tone.GOOD,
    ProviderState.INSTALLED: Tone.DIM,
    ProviderState.UNAVAILABLE: Tone.BAD,
}
_STATE_GLYPHS = {ProviderState.CONFIGURED: "●", ProviderState.INSTALLED: "○", ProviderState.UNAVAILABLE: "✖"}


def provider_block(known: KnownProvider, fleet: FleetSnapshot, width: int) -> list[Line]:
    """One connection, or one type that no connection uses."""
    state = Span(f" {_STATE_GLYPHS[known.state]} ", _STATE_TONES[known.state])
    name = Span(safe(known.name or known.type), Tone.STRONG)
    kind = f"  type {known.type}" if known.name else "  installed, no connection uses it"
    where = f"  environment {safe(known.environment)}" if known.environment else ""
    lines = [line(state, name, Span(kind + where, Tone.DIM), Span(f"  {_discovery(known, fleet)}"))]
    if known.summary:
        lines += wrapped([Span(f"   {safe(known.summary)}")], width - 1, indent=3)
    can = ["watch", *(verb.value for verb, answer in known.verbs.items() if answer.supported)]
    if known.state is not ProviderState.UNAVAILABLE:
        lines += wrapped([Span("   ✓ can ", Tone.GOOD), Span(", ".join(can))], width - 1, indent=9)
    for reason, verbs in missing(known).items():
        lacking = Span(f"   – cannot {', '.join(verbs)}: {safe(reason)}", Tone.DIM)
        lines += wrapped([lacking], width - 1, indent=12)
    if known.problem:
        lines += wrapped([Span(f"   ✖ {safe(known.problem)}", Tone.BAD)], width - 1, indent=5)
    if known.hint:
        lines += wrapped([Span(f"     {safe(known.hint)}", Tone.ACCENT)], width - 1, indent=5)
    return [*lines, line()]


def _discovery(known: KnownProvider, fleet: FleetSnapshot) -> str:
    found = next((provider for provider in fleet.providers if provider.name == known.name), None)
    if found is None:
        return ""
    if found.phase is ProviderPhase.READY:
        return f"{found.pairs} pair{'' if found.pairs == 1 else 's'}"
    if found.phase is ProviderPhase.DISCOVERING:
        return "looking for pairs"
    return safe(f"{found.message} – {found.hint}" if found.hint else found.message)


def how_to_add(known: Sequence[KnownProvider], configuration: Path) -> list[Line]:
    """What to write where, for each type."""
    lines = [
        line(Span(" How to add a connection", Tone.STRONG)),
        line("   Write one of these into ", Span(safe(str(configuration)), Tone.ACCENT)),
        line("   and check it with ", Span("redistui config check", Tone.ACCENT), "; it counts from the next start."),
        line(Span("   Lines that begin with # may be left out.", Tone.DIM)),
    ]
    for example in {one.type: one.example for one in known if one.example}.values():
        lines.append(line())
        for text in example:
            setting, hash_mark, help_text = text.partition("  # ")
            tone = Tone.DIM if setting.startswith("#") else Tone.PLAIN
            lines.append(line(Span(f"   {setting}", tone), Span(f"{hash_mark}{help_text}", Tone.DIM)))
    return lines


def heading() -> list[Line]:
    return [line(Span(" Providers and connections", Tone.STRONG))]
