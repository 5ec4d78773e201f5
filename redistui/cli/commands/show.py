"""`redistui show`"""

from pathlib import Path

import click

from ..invocation import Invocation
from ..options import declare, json_option, pair_argument


@declare("show")
@pair_argument
@json_option
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write an evidence bundle (zip): INFO, slow log, clients, settings, logs, findings. Without secrets.",
)
@click.pass_obj
def command(invocation: Invocation, pair: str, bundle: Path | None) -> None:
    from .. import output

    if bundle is not None:
        from ..evidence import write_bundle

        shown = write_bundle(invocation, pair, bundle)
        output.words(f"written: {bundle}")
    else:
        from ..asking import survey_one

        shown = survey_one(invocation, pair)
    if invocation.json:
        from redistui.present.details import details_json

        output.document(details_json(shown))
    else:
        from ..pair_text import pair_text

        output.data("\n".join(pair_text(shown, output.look_of_data())))
