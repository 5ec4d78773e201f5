"""A drill's report, written as Markdown for people, in lines of a screen."""

from collections.abc import Sequence

from .line import Line, Span, Tone, line, safe, wrapped

_MARGIN = "   "  # of a plot; without it and its frame's right side one of 72 slots fits 80 columns


def report_lines(text: Sequence[str], width: int) -> list[Line]:
    """From its first section on: what stands above it is the verdict."""
    first = next((number for number, one in enumerate(text) if one.startswith("## ")), len(text))
    lines: list[Line] = []
    drawn = False
    for one in text[first:]:
        if one == "```":
            drawn = not drawn
        elif one.startswith("## "):
            lines.append(line(Span(f" {safe(one[3:])}", Tone.STRONG)))
        elif drawn:
            lines.append(line(Span(safe(one).removeprefix(_MARGIN).removesuffix("|"))))
        elif one or (lines and lines[-1].text):
            lines += wrapped([Span(f" {safe(one)}" if one else "")], width - 1, indent=3)
    return lines
