"""Replies of a server as text for an evidence bundle, with what applications wrote kept out."""

from collections.abc import Callable, Mapping

from redistui.model.moment import timestamp
from redistui.wire.client import Reply

# Their first argument is no key, and may be a secret or lead to one.
_NO_KEY = frozenset({"AUTH", "HELLO", "ACL", "CONFIG", "MIGRATE", "EVAL", "EVALSHA", "FCALL", "SCRIPT", "CLIENT"})


def text(reply: Reply) -> str:
    if isinstance(reply, bytes):
        return reply.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    if isinstance(reply, list):
        return "".join(f"{text(item).rstrip()}\n" for item in reply)
    return "" if reply is None else str(reply)


def config_text(reply: Reply, without_secrets: Callable[[Mapping[str, str]], Mapping[str, str]]) -> str:
    words = [text(item) for item in reply] if isinstance(reply, list) else []
    values = dict(zip(words[::2], words[1::2], strict=True))
    return "".join(f"{name} {value}\n" for name, value in sorted(without_secrets(values).items()))


def slow_log_text(reply: Reply) -> str:
    """A line an entry: when, how long, the command with its key, who."""
    entries = reply if isinstance(reply, list) else []
    return "".join(_slow_command(entry) for entry in entries if isinstance(entry, list) and len(entry) >= 4)


def _slow_command(entry: list[Reply]) -> str:
    _, at, microseconds, arguments, *client = entry
    words = [text(word) for word in arguments] if isinstance(arguments, list) else []
    name = words[0].upper() if words else ""
    kept = words[:1] if name in _NO_KEY else words[:2]
    left_out = len(words) - len(kept)
    command = " ".join(kept) + (f" ({left_out} more)" if left_out else "")
    moment = timestamp(at) if isinstance(at, int) else "?"
    milliseconds = microseconds / 1000 if isinstance(microseconds, int) else 0.0
    return f"{moment} {milliseconds:.3f} ms {command!r} {' '.join(text(word) for word in client)}".rstrip() + "\n"
