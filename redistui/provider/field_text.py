"""Values of fields as text: as `--set name=value` takes them, and as plans keep them. Text never holds a secret."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from redistui.model.fields import Field, FieldType
from redistui.model.secret import SecretReference, SecretSource

from .fields import check

_WHOLE = re.compile(r"[+-]?\d+")
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_REFUSED = "where the process list and the journal show it: name its source (env:NAME, file:PATH, prompt)"


def check_texts(fields: tuple[Field, ...], texts: Mapping[str, str], folder: Path | None = None) -> dict[str, object]:
    """The values in their declared types. Raises FieldsError with every problem."""
    known = {field.name: field for field in fields}
    raw = {name: _raw(known[name], text) if name in known else text for name, text in texts.items()}
    return check(fields, raw, folder=folder, refuse_literals=_REFUSED)


def texts_of(fields: tuple[Field, ...], values: Mapping[str, object]) -> dict[str, str]:
    """Checked values as texts that `check_texts` reads again. A secret must be a reference."""
    return {field.name: _text(field, values[field.name]) for field in fields if field.name in values}


def way_to_say(field: Field) -> str:
    """What a value of the field looks like as text, in a word or two."""
    match field.type:
        case FieldType.CHOICE:
            return "|".join(field.choices)
        case FieldType.BOOLEAN:
            return "yes|no"
        case FieldType.SECRET:
            return "env:NAME|file:PATH|keyring:SERVICE/USER|command:WORDS|prompt"
        case FieldType.LIST | FieldType.ADDRESSES:
            return "a,b,…"
        case _:
            return field.type.value


def _raw(field: Field, text: str) -> object:
    match field.type:
        case FieldType.INTEGER if _WHOLE.fullmatch(text):
            return int(text)
        case FieldType.NUMBER:
            try:
                return float(text)
            except ValueError:
                return text
        case FieldType.BOOLEAN:
            return _BOOLEANS.get(text.lower(), text)
        case FieldType.LIST | FieldType.ADDRESSES:
            return [item.strip() for item in text.split(",") if item.strip()]
        case FieldType.SECRET:
            return _reference(text)
        case _:
            return text


def _reference(text: str) -> object:
    source, _, locator = text.partition(":")
    if source == SecretSource.PROMPT:
        return {source: locator or True}
    if source not in set(SecretSource) or not locator:
        return text
    if source == SecretSource.COMMAND:
        try:
            return {source: shlex.split(locator)}
        except ValueError:
            return {source: [""]}
    return {source: locator}


def _text(field: Field, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ",".join(map(str, value))
        case SecretReference(source=SecretSource.COMMAND, locator=words):
            return f"{SecretSource.COMMAND.value}:{shlex.join(words)}"
        case SecretReference(source=source, locator=parts):
            return f"{source.value}:{'/'.join(parts)}"
        case _ if field.secret:
            raise ValueError(f"{field.name} is a secret and cannot be kept as text")
        case _:
            return str(value)
