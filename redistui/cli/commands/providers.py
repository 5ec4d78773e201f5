"""`redistui providers`"""

import click

from ..invocation import Invocation
from ..options import declare, json_option


@declare("providers")
@json_option
@click.pass_obj
def command(invocation: Invocation) -> None:
    from .. import output
    from ..providers import known_providers, providers_json, providers_text

    known = known_providers(invocation)
    if invocation.json:
        output.document(providers_json(known))
    else:
        output.data("\n".join(providers_text(known, output.look_of_data())))
