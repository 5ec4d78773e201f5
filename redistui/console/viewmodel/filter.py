"""What `/` understands: words that must all occur, and provider:, env: and status: with a value."""

import re
from dataclasses import dataclass

from redistui.model.snapshot import PairSnapshot, Status
from redistui.present.words import STATUS_WORDS

KEYS = ("provider", "env", "status")
_STATUS_NAMES: dict[str, frozenset[Status]] = (
    {status.value: frozenset({status}) for status in Status}
    | {word: frozenset({status}) for status, word in STATUS_WORDS.items()}
    | {"problem": frozenset(Status) - {Status.HEALTHY}}
)
# Digits after the colon make it an address, not a key.
_KEYED = re.compile(r"([A-Za-z]+):(?!\d)(.*)")


class FilterProblem(ValueError):
    """The filter was not understood; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Filter:
    text: str = ""
    words: tuple[str, ...] = ()
    provider: str = ""
    environment: str = ""
    statuses: frozenset[Status] = frozenset(Status)

    def __bool__(self) -> bool:
        return bool(self.text)

    def matches(self, pair: PairSnapshot) -> bool:
        if pair.status not in self.statuses:
            return False
        if not pair.pair.environment.casefold().startswith(self.environment):
            return False
        provider_names = (pair.key.provider.casefold(), pair.pair.provider_type.casefold())
        if not any(name.startswith(self.provider) for name in provider_names):
            return False
        return not self.words or all(word in _searchable(pair) for word in self.words)


EVERYTHING = Filter()


def parse_filter(text: str) -> Filter:
    """Raises FilterProblem."""
    words: list[str] = []
    values = {"provider": "", "env": ""}
    statuses = frozenset(Status)
    for token in text.split():
        keyed = _KEYED.fullmatch(token)
        if keyed is None:
            words.append(token.casefold())
            continue
        key, value = keyed[1].casefold(), keyed[2].casefold()
        if key not in KEYS:
            from difflib import get_close_matches

            nearest = get_close_matches(key, KEYS, 1, 0.4)
            meant = f"did you mean {nearest[0]}:?" if nearest else f"there are {', '.join(f'{name}:' for name in KEYS)}"
            raise FilterProblem(f"no such filter {key}: – {meant}")
        if key == "status":
            statuses = _statuses(value)
        else:
            values[key] = value
    return Filter(text.strip(), tuple(words), values["provider"], values["env"], statuses)


def _statuses(value: str) -> frozenset[Status]:
    """Half-typed values count too, so that the table narrows while typing."""
    matching = [statuses for name, statuses in _STATUS_NAMES.items() if name.startswith(value)]
    if not matching:
        raise FilterProblem(f"no such status {value!r} – there are ok, warn, down, unknown and problem")
    exact = _STATUS_NAMES.get(value)
    return exact if exact is not None else frozenset().union(*matching)


def _searchable(pair: PairSnapshot) -> str:
    addresses = " ".join(str(node.node.address) for node in pair.nodes)
    messages = " ".join(finding.message for finding in pair.findings)
    return f"{pair.key} {pair.pair.place} {pair.pair.environment} {addresses} {messages}".casefold()
