"""Numbers as an operator reads them. Sizes use Redis's own units: 1 KB is 1,024 bytes."""

import math

UNKNOWN = "unknown"
THIN_SPACE = "\u2009"

_SIZES = (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10))
_COUNTS = (("G", 1e9), ("M", 1e6), ("k", 1e3))
_SIZE_FACTORS = {
    "": 1, "b": 1,
    "k": 1000, "kb": 1 << 10,
    "m": 1000**2, "mb": 1 << 20,
    "g": 1000**3, "gb": 1 << 30,
    "t": 1000**4, "tb": 1 << 40,
}  # fmt: skip
_DURATION_FACTORS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_AGE_STEPS = (1, 2, 5, 10, 20, 30)


def _short(number: float) -> str:
    return f"{number:.1f}" if number < 9.95 else f"{number:.0f}"


def size(byte_count: float | None) -> str:
    """`3.8 MB`, `512 B`."""
    if byte_count is None:
        return UNKNOWN
    for unit, factor in _SIZES:
        if abs(byte_count) >= factor * 0.9995:
            return f"{_short(byte_count / factor)} {unit}"
    return f"{byte_count:.0f} B"


def count(number: float | None) -> str:
    """`12.4k`, `880`."""
    if number is None:
        return UNKNOWN
    for unit, factor in _COUNTS:
        if abs(number) >= factor * 0.9995:
            scaled = number / factor
            return f"{scaled:.1f}{unit}" if scaled < 99.95 else f"{scaled:.0f}{unit}"
    return f"{number:.0f}"


def counted(number: float | None, noun: str) -> str:
    """`1 client`, `12.4k clients`, `clients unknown`."""
    return f"{noun}s {UNKNOWN}" if number is None else f"{count(number)} {noun}{'' if number == 1 else 's'}"


def grouped(number: int | None) -> str:
    """`88 213 004`, with thin spaces."""
    return UNKNOWN if number is None else f"{number:,}".replace(",", THIN_SPACE)


def duration(seconds: float | None) -> str:
    """`5 ms`, `4.1 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`."""
    if seconds is None:
        return UNKNOWN
    if math.isinf(seconds):
        return "for ever"
    if 0 < seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 60:
        return f"{_short(seconds)} s" if seconds else "0 s"
    whole = round(seconds)
    for unit, factor, smaller, smaller_factor in (("d", 86400, "h", 3600), ("h", 3600, "m", 60), ("m", 60, "s", 1)):
        if whole >= factor:
            rest = whole % factor // smaller_factor
            return f"{whole // factor} {unit} {rest} {smaller}" if rest else f"{whole // factor} {unit}"
    return f"{whole} s"


def age(seconds: float | None) -> str:
    """Age in steps, so that an ageing row does not repaint every second: `1s`, `2s`, `5s` … `30s`, `1m` … `1h`."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{max((step for step in _AGE_STEPS if step <= seconds), default=1)}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    return f"{int(seconds // 3600)}h" if seconds < 172800 else f"{int(seconds // 86400)}d"


def percent(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else f"{ratio * 100:.0f}%"


def parse_size(text: str) -> int:
    """Bytes of `2gb`, `512mb`, `1048576` in Redis's own spelling. Raises ValueError."""
    return round(_parse(text, _SIZE_FACTORS, "a size such as 512mb or 2gb"))


def parse_duration(text: str) -> float:
    """Seconds of `5m`, `1h`, `250ms`, `30`. Raises ValueError."""
    return _parse(text, _DURATION_FACTORS, "a time such as 30s, 5m or 1h")


def _parse(text: str, factors: dict[str, int] | dict[str, float], expected: str) -> float:
    lowered = text.strip().lower()
    number = lowered.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = lowered[len(number) :].strip()
    try:
        value = float(number) * factors[unit]
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is not {expected}") from None
    if value < 0 or not math.isfinite(value):
        raise ValueError(f"{text!r} is not {expected}")
    return value
