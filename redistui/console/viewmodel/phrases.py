"""Toned phrases and how they are fitted into lines: what the pair's panels are written with."""

from collections.abc import Iterable

from redistui.present.text import pad, width

from .line import Cell, Line, Look, Span, Tone

Phrase = tuple[Span, ...]
Part = str | Span | tuple[str, Tone]

EMPTY: Phrase = ()
SERIES_TONES = (Tone.SERIES_1, Tone.SERIES_2, Tone.SERIES_3, Tone.SERIES_4)


def phrase(*parts: Part) -> Phrase:
    """Bare text is PLAIN, empty text is left out."""
    return tuple(span for span in map(_span, parts) if span.text)


def _span(part: Part) -> Span:
    if isinstance(part, Span):
        return part
    return Span(part) if isinstance(part, str) else Span(*part)


def as_line(content: Phrase, look: Look = Look.PLAIN) -> Line:
    return Line((Cell(content),), look)


def text_of(content: Phrase) -> str:
    return "".join(span.text for span in content)


def crop(text: str, cells: int) -> str:
    """The text in at most so many cells, with `…` where something is missing."""
    if width(text) <= cells:
        return text
    kept = text[: max(0, cells - 1)]
    while kept and width(kept) > cells - 1:
        kept = kept[:-1]
    return f"{kept}…" if cells > 0 else ""


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """The text in exactly so many cells; `right` aligns to the right."""
    return pad(crop(text, cells), cells, right=right)


def width_of(content: Phrase) -> int:
    return sum(width(span.text) for span in content)


def spread(left: Phrase, right: Phrase, cells: int) -> Phrase:
    """Left text, and right text at the right edge when both fit; otherwise the left text alone."""
    blank = cells - width_of(left) - width_of(right)
    return left if blank < 2 or not right else (*left, Span(" " * blank), *right)


def wrap(text: str, cells: int, *, tone: Tone = Tone.PLAIN, indent: str = "") -> list[Phrase]:
    """Words in lines of at most so many cells; every line after the first begins with `indent`."""
    lines: list[Phrase] = []
    current, used = "", 0
    for word in _pieces(text.split(" "), max(1, cells - width(indent))):
        length = width(word)
        if current and used + 1 + length > cells:
            lines.append((Span(current, tone),))
            current, used = indent + word, width(indent) + length
        elif current:
            current, used = f"{current} {word}", used + 1 + length
        else:
            current, used = word, length
    if current:
        lines.append((Span(current, tone),))
    return lines


def _pieces(words: Iterable[str], cells: int) -> Iterable[str]:
    """The words, with those that no line can hold cut."""
    for word in words:
        rest = word
        while width(rest) > cells:
            cut = next(index for index in range(1, len(rest) + 1) if width(rest[: index + 1]) > cells)
            yield rest[:cut]
            rest = rest[cut:]
        if rest:
            yield rest


def flow(parts: Iterable[Phrase], cells: int, *, between: str = " · ") -> list[Phrase]:
    """Phrases in as few lines as hold them; a phrase is never broken."""
    lines: list[Phrase] = []
    gap = width(between)
    current: Phrase = ()
    used = 0
    for part in parts:
        length = width_of(part)
        if current and used + gap + length <= cells:
            current = (*current, Span(between, Tone.DIM), *part)
            used += gap + length
        else:
            if current:
                lines.append(current)
            current, used = part, length
    if current:
        lines.append(current)
    return lines
