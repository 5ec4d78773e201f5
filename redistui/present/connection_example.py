"""How a connection is written, out of the fields that its provider declares."""

from collections.abc import Iterator, Sequence

from redistui.model.fields import Field, FieldType

_TABLES = frozenset({FieldType.TABLE, FieldType.TABLES})
_BARE = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN})
_SHOWN_VALUES = {
    FieldType.TEXT: '"…"', FieldType.INTEGER: "1", FieldType.NUMBER: "1.0", FieldType.BYTES: '"64mb"',
    FieldType.SECONDS: '"5s"', FieldType.BOOLEAN: "true", FieldType.ADDRESS: '"host:6379"',
    FieldType.ADDRESSES: '["host:6379"]', FieldType.LIST: '["…"]', FieldType.SECRET: '{ env = "VARIABLE" }',
}  # fmt: skip


def connection_example(provider_type: str, fields: Sequence[Field]) -> tuple[str, ...]:
    """The lines to put into the configuration; what may be left out stands as a comment."""
    return (
        "[providers.NAME]",
        f'type = "{provider_type}"',
        'environment = "prod"',
        *_lines(fields, "providers.NAME"),
    )


def _lines(fields: Sequence[Field], path: str) -> Iterator[str]:
    for field in fields:
        if field.type not in _TABLES:
            yield f"{'' if field.required else '# '}{field.name} = {_value(field)}  # {field.help}"
    for field in fields:
        if field.type in _TABLES:
            name = f"{path}.{field.name}"
            optional = "" if field.required else "# "
            heading = f"[[{name}]]" if field.type is FieldType.TABLES else f"[{name}]"
            yield f"{optional}{heading}  # {field.help}"
            yield from (f"{optional if not line.startswith('#') else ''}{line}" for line in _lines(field.fields, name))


def _value(field: Field) -> str:
    if field.example:
        bare = field.type in _BARE or field.example[0] in '"[{'
        return field.example if bare else f'"{field.example}"'
    if field.default is not None:
        return str(field.default).lower() if isinstance(field.default, bool | int | float) else f'"{field.default}"'
    if field.choices:
        return f'"{field.choices[0]}"'
    return _SHOWN_VALUES.get(field.type, '"…"')
