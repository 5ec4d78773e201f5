"""A field that an operator fills in: declared once, rendered as a form, as `--set name=value` and as reference."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BYTES = "bytes"
    SECONDS = "seconds"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    ADDRESS = "address"
    ADDRESSES = "addresses"
    LIST = "list"
    TABLE = "table"
    TABLES = "tables"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Field:
    """`default` None without `required` means that nothing is sent. `fields` are the keys of a table."""

    name: str
    type: FieldType
    help: str
    default: str | int | float | bool | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    example: str = ""
    fields: tuple["Field", ...] = ()

    @property
    def secret(self) -> bool:
        return self.type is FieldType.SECRET
