"""A fleet of scripted nodes as the configuration of a static connection."""

from .responder import Fleet


def configuration(fleet: Fleet) -> str:
    """Pairs `pair-0000` and so on of a connection named `many`."""
    tables = (
        f'[[providers.many.pairs]]\nname = "pair-{number:04}"\nprimary = "{primary}"\nreplicas = ["{replica}"]\n'
        for number, (primary, replica) in enumerate(fleet.pairs)
    )
    return '[providers.many]\ntype = "static"\n' + "".join(tables)
