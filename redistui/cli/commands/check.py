"""`redistui check`"""

import click

from redistui.model.errors import ExitCode, UsageError

from ..invocation import Invocation
from ..options import declare, json_option, optional_pair_argument


@declare("check", "A pair that is degraded, down or unknown is not healthy; with --all, neither is a silent provider.")
@optional_pair_argument
@click.option("--all", "every", is_flag=True, help="Check every pair of every configured provider.")
@json_option
@click.pass_obj
def command(invocation: Invocation, pair: str | None, every: bool) -> ExitCode:
    if every == (pair is not None):
        raise UsageError("check takes one PAIR, or --all", hint="redistui check --help")
    return _check_all(invocation) if pair is None else _check_one(invocation, pair)


def _check_one(invocation: Invocation, text: str) -> ExitCode:
    from redistui.model.snapshot import Status

    from .. import output
    from ..asking import survey_one

    pair = survey_one(invocation, text)
    if invocation.json:
        from redistui.present.json import check_json

        output.document(check_json(pair))
    else:
        from ..pair_text import check_text

        output.data("\n".join(check_text(pair, output.look_of_data())))
    return ExitCode.DONE if pair.status is Status.HEALTHY else ExitCode.FAILED


def _check_all(invocation: Invocation) -> ExitCode:
    from redistui.model.snapshot import Status
    from redistui.present.json import check_json, error_jsons
    from redistui.present.order import pairs_by_name

    from .. import output
    from ..asking import survey_all
    from ..fleet_text import errors_text, no_pairs_text
    from ..pair_text import check_text

    fleet = survey_all(invocation)
    pairs = pairs_by_name(fleet)
    errors = error_jsons(fleet)
    if invocation.json:
        output.document({"checks": [check_json(pair) for pair in pairs], "errors": errors})
    else:
        for pair in pairs:
            output.data("\n".join(check_text(pair, output.look_of_data())))
        if not pairs:
            output.words(no_pairs_text(fleet))
        for line in errors_text(fleet):
            output.words(line)
    healthy = all(pair.status is Status.HEALTHY for pair in pairs)
    return ExitCode.DONE if healthy and not errors else ExitCode.FAILED
