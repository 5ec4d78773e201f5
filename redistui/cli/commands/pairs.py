"""`redistui pairs`"""

import click

from ..invocation import Invocation
from ..options import declare, json_option


@declare("pairs", "Providers that fail are told beside the pairs, and the exit code stays 0.")
@json_option
@click.pass_obj
def command(invocation: Invocation) -> None:
    from .. import output
    from ..asking import survey_all

    fleet = survey_all(invocation)
    if invocation.json:
        from redistui.present.json import fleet_json

        output.document(fleet_json(fleet))
        return
    from ..fleet_text import errors_text, no_pairs_text, pairs_table

    if fleet.pairs:
        output.data("\n".join(pairs_table(fleet, output.look_of_data())))
    else:
        output.words(no_pairs_text(fleet))
    for line in errors_text(fleet):
        output.words(line)
