"""All that is known of one pair as JSON: every measured field under the name the model gives it."""

import dataclasses
from enum import Enum

from redistui.model.endpoint import Address
from redistui.model.moment import timestamp
from redistui.model.snapshot import NodeSnapshot, PairSnapshot

from .json import Json, pair_json
from .settings import without_secrets

_TIMES = frozenset({"sampled_at", "last_save_at"})


def details_json(pair: PairSnapshot) -> Json:
    """A pair as `pairs` tells it, with `sample`, `rates`, `settings` of every node and `links`, as last heard."""
    details = {node.node.id: _node_details(node) for node in pair.nodes}
    return pair_json(pair) | {
        "at": timestamp(pair.at),
        "labels": dict(pair.pair.labels),
        "links": [_plain(link) for link in pair.links],
        "details": details,
    }


def _node_details(node: NodeSnapshot) -> Json:
    return {
        "zone": node.node.zone or None,
        "vendor_state": node.node.vendor_state or None,
        "sample": _plain(node.sample),
        "rates": _plain(node.rates),
        "settings": without_secrets(node.settings.values) if node.settings is not None else None,
        "settings_problem": (node.settings.problem or None) if node.settings is not None else None,
    }


def _plain(value: object) -> object:
    """What JSON can hold of a frozen model object."""
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _moment(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _moment(name: str, value: object) -> object:
    return timestamp(value) if name in _TIMES and isinstance(value, int | float) else _plain(value)
