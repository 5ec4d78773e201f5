"""Textual bindings out of the action registry."""

from collections.abc import Mapping

from textual.binding import Binding

from redistui.present.actions import ACTIONS, BY_ID, Action, Scope, key_words, of_scope

_OF_ONE_SCREEN = {Scope.PLAN, Scope.OPERATION, Scope.OPERATIONS}


def bindings(scope: Scope, *only: str) -> list[Binding]:
    """The bindings of a scope, or of the actions named in it."""
    chosen = [BY_ID[action_id] for action_id in only] if only else of_scope(scope)
    return [
        Binding(action.key, action.method, action.title, show=bool(action.footer), id=action.id, tooltip=action.help)
        for action in chosen
        if action.key
    ]


def keys_of(action: Action, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of an action as a person reads them, after `[keys]`."""
    return key_words(remapped.get(action.id, action.key))


def _share_keys(one: Action, other: Action) -> bool:
    """Whether both may be listened for at once. A screen of its own has the first word over what counts anywhere."""
    scopes = {one.scope, other.scope}
    if Scope.ANYWHERE in scopes:
        return not scopes & _OF_ONE_SCREEN
    return one.scope is other.scope or scopes == {Scope.FLEET, Scope.LIST}


def keymap_problems(remapped: Mapping[str, str]) -> list[str]:
    """What is wrong with `[keys]`, in words."""
    problems = [f"[keys] {name}: there is no such action; ? lists them" for name in remapped if name not in BY_ID]
    for action_id, keys in remapped.items():
        if action_id not in BY_ID:
            continue
        taken = set(key_words(keys))
        for other in ACTIONS:
            if other.id != action_id and _share_keys(other, BY_ID[action_id]) and taken & set(keys_of(other, remapped)):
                shared = ", ".join(sorted(taken & set(keys_of(other, remapped))))
                problems.append(f"[keys] {action_id}: {shared} is also {other.id}")
    return problems
