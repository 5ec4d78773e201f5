"""`redistui providers`"""

import click

from ..invocation import Invocation
from ..options import declare, json_option


@declare("providers")
@json_option
@click.pass_obj
def command(invocation: Invocation) -> None:
    from redistui.present.providers import known_providers

    from .. import output
    from ..providers import providers_json, providers_text
    from ..session import open_quietly

    known = known_providers(open_quietly(invocation).connections)
    if invocation.json:
        output.document(providers_json(known))
    else:
        output.data("\n".join(providers_text(known, output.look_of_data())))
