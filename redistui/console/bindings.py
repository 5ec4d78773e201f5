"""Textual bindings out of the action registry."""

from textual.binding import Binding

from redistui.present.actions import BY_ID, Scope, of_scope


def bindings(scope: Scope, *only: str) -> list[Binding]:
    """The bindings of a scope, or of the actions named in it."""
    chosen = [BY_ID[action_id] for action_id in only] if only else of_scope(scope)
    return [
        Binding(action.key, action.method, action.title, show=bool(action.footer), id=action.id, tooltip=action.help)
        for action in chosen
        if action.key
    ]
