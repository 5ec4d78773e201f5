"""Which keys an action has after `[keys]`, and what is wrong with that table."""

from collections.abc import Mapping

from redistui.model.problems import nearest

from .actions import ACTIONS, BY_ID, Action, Scope, key_words

_OF_ONE_SCREEN = {Scope.PLAN, Scope.OPERATION, Scope.OPERATIONS}


def keys_of(action: Action, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of an action as a person reads them, after `[keys]`."""
    return key_words(remapped.get(action.id, action.key))


def keymap_problems(remapped: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with `[keys]`: the name that stands there, and why, in words."""
    problems: list[tuple[str, str]] = []
    for name, keys in remapped.items():
        action = BY_ID.get(name)
        if action is None:
            meant = nearest(name, BY_ID)
            problems.append((name, f"names no action{f'; did you mean {meant}?' if meant else ''}"))
            continue
        taken = set(key_words(keys))
        for other in ACTIONS:
            shared = sorted(taken & set(keys_of(other, remapped)))
            if other is not action and shared and _share_keys(other, action):
                problems.append((name, f"takes {', '.join(shared)}, which is also {other.id}"))
    return problems


def _share_keys(one: Action, other: Action) -> bool:
    """Whether both may be listened for at once. A screen of its own has the first word over what counts anywhere."""
    scopes = {one.scope, other.scope}
    if Scope.ANYWHERE in scopes:
        return not scopes & _OF_ONE_SCREEN
    return one.scope is other.scope or scopes == {Scope.FLEET, Scope.LIST}
