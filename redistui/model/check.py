"""Values checked against declared fields: every problem is told, with its path and what was expected.

One engine for the configuration's own tables, for the settings of a provider and for the fields of a verb.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

from .endpoint import Address
from .fields import Field, FieldType
from .problems import KeyPath, Problem, dotted, kind, nearest, one_of, unknown
from .secret import Secret, SecretReference
from .secret_reference import WAYS, parse_reference
from .units import duration, parse_duration, parse_size, size


class FieldCheck:
    """Checks tables and collects what is wrong with them in `problems`.

    Relative files of secrets start at `folder`. With `refuse_literals` a secret may not stand in the values
    themselves; the text says why.
    """

    def __init__(self, *, folder: Path | None = None, refuse_literals: str = "") -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._refuse_literals = refuse_literals

    def table(self, fields: tuple[Field, ...], values: object, path: KeyPath) -> dict[str, object]:
        """The good values converted to their declared types; the others are in `problems`."""
        if not isinstance(values, Mapping):
            self._report(path, f"must be a table, not {kind(values)}")
            return {}
        known = {field.name: field for field in fields}
        for name in values:
            if name not in known:
                self.problems.append(unknown((*path, name), name, known))
        checked: dict[str, object] = {}
        for name, field in known.items():
            if name in values:
                value = self.value(field, values[name], (*path, name))
                if value is not None:
                    checked[name] = value
            elif field.required:
                example = f", for example {field.example}" if field.example else ""
                self._report((*path, name), f"is missing: {field.help}{example}")
            elif field.default is not None:
                checked[name] = self.value(field, field.default, (*path, name))
        return checked

    def value(self, field: Field, value: object, path: KeyPath) -> object | None:
        """One value converted, or None and a problem."""
        match field.type:
            case FieldType.TABLE:
                return self.table(field.fields, value, path)
            case FieldType.TABLES:
                return self._tables(field, value, path)
            case FieldType.SECRET:
                return self._secret(value, path)
            case FieldType.LIST | FieldType.ADDRESSES:
                return self._list(field, value, path)
        try:
            return _CONVERTERS[field.type](field, value)
        except ValueError as error:
            self._report(path, str(error))
            return None

    def _tables(self, field: Field, value: object, path: KeyPath) -> list[dict[str, object]] | None:
        if not isinstance(value, list):
            self._report(path, f"must be a list of tables ([[{dotted(path)}]]), not {kind(value)}")
            return None
        return [self.table(field.fields, item, (*path, index)) for index, item in enumerate(value)]

    def _list(self, field: Field, value: object, path: KeyPath) -> list[object] | None:
        if not isinstance(value, list):
            self._report(path, f"must be a list, not {kind(value)}")
            return None
        one = Field("", FieldType.ADDRESS if field.type is FieldType.ADDRESSES else FieldType.TEXT, "")
        items = [self.value(one, item, (*path, index)) for index, item in enumerate(value)]
        return [item for item in items if item is not None]

    def _secret(self, value: object, path: KeyPath) -> Secret | SecretReference | None:
        if isinstance(value, str) and value:
            if self._refuse_literals:
                self._report(path, f"may not stand here in plain text, {self._refuse_literals}")
                return None
            return Secret(value)
        if not isinstance(value, Mapping):
            self._report(path, f"must be {WAYS}, not {kind(value) if value != '' else 'empty text'}")
            return None
        try:
            return parse_reference(value, label=dotted(path), folder=self._folder)
        except ValueError as error:
            self._report(path, str(error))
            return None

    def _report(self, path: KeyPath, message: str) -> None:
        self.problems.append(Problem(path, message))


def _text(_field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {kind(value)}")
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _boolean(_field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {kind(value)}")
    return value


def _integer(field: Field, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"must be a whole number, not {'a fraction' if isinstance(value, float) else kind(value)}")
    return int(_limited(field, value, str))


def _number(field: Field, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"must be a number, not {kind(value)}")
    return _limited(field, value, str)


def _bytes(field: Field, value: object) -> int:
    return round(_limited(field, _measured(value, parse_size, "a size such as 512mb, 2gb or a number of bytes"), size))


def _seconds(field: Field, value: object) -> float:
    measured = _measured(value, parse_duration, "a time such as 30s, 5m, 1h or a number of seconds")
    return float(_limited(field, measured, duration))


def _measured(value: object, parse: Callable[[str], float], expected: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return value
    if not isinstance(value, str):
        raise ValueError(f"must be {expected}, not {kind(value)}")
    try:
        return parse(value)
    except ValueError:
        raise ValueError(f"must be {expected}") from None


def _limited(field: Field, value: float, shown: Callable[[float], str]) -> float:
    if field.minimum is not None and value < field.minimum:
        raise ValueError(f"must be at least {shown(field.minimum)}, not {shown(value)}")
    if field.maximum is not None and value > field.maximum:
        raise ValueError(f"must be at most {shown(field.maximum)}, not {shown(value)}")
    return value


def _choice(field: Field, value: object) -> str:
    text = _text(field, value)
    if text not in field.choices:
        meant = nearest(text, field.choices)
        raise ValueError(f"must be {one_of(field.choices)}" + (f"; did you mean {meant}?" if meant else ""))
    return text


def _address(_field: Field, value: object) -> Address:
    if isinstance(value, Address):
        return value
    if not isinstance(value, str):
        raise ValueError(f"must be an address such as 10.0.0.5:6379, not {kind(value)}")
    try:
        return Address.parse(value)
    except ValueError as error:
        raise ValueError(f"must be an address such as 10.0.0.5:6379: {error}") from None


_CONVERTERS: Mapping[FieldType, Callable[[Field, object], object]] = {
    FieldType.TEXT: _text,
    FieldType.BOOLEAN: _boolean,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BYTES: _bytes,
    FieldType.SECONDS: _seconds,
    FieldType.CHOICE: _choice,
    FieldType.ADDRESS: _address,
}
