"""The order in which pairs are told."""

from redistui.model.snapshot import FleetSnapshot, PairSnapshot


def pairs_by_name(fleet: FleetSnapshot) -> list[PairSnapshot]:
    return sorted(fleet.pairs, key=lambda pair: pair.key)
