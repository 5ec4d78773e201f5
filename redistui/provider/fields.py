"""Checking the settings of a connection against the fields that its provider declares."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from redistui.model.check import FieldCheck
from redistui.model.errors import ConfigurationError
from redistui.model.fields import Field
from redistui.model.problems import KeyPath, Problem

__all__ = ["FieldsError", "Problem", "check"]


class FieldsError(ConfigurationError):
    """Values that do not fit their declared fields: all of them, each with the path of its key."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def check(
    fields: tuple[Field, ...],
    values: Mapping[str, object],
    where: KeyPath = (),
    *,
    folder: Path | None = None,
    refuse_literals: str = "",
) -> dict[str, object]:
    """The values in the types that ProviderContext promises. Raises FieldsError with every problem.

    `where` is the path of the table. Relative files of secrets start at `folder`. With `refuse_literals`, the
    reason, a secret may not stand in the values themselves.
    """
    checker = FieldCheck(folder=folder, refuse_literals=refuse_literals)
    checked = checker.table(fields, values, where)
    if checker.problems:
        raise FieldsError(checker.problems)
    return checked
