"""Runs one command and turns whatever happens into words on stderr and an exit code."""

import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from redistui.model.errors import ExitCode, RedistuiError

from . import output
from .group import group
from .invocation import Invocation, OpenConsole

COMPLETION_VARIABLE = "_REDISTUI_COMPLETE"
_OUTPUT_FAILS = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


def main(open_console: OpenConsole, arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    output.prepare()
    return _run(given, open_console)


def _run(arguments: list[str], open_console: OpenConsole) -> int:
    as_json = "--json" in arguments
    try:
        code = _invoke(arguments, Invocation(open_console))
        output.flush()
    except BrokenPipeError:
        return output.end_by_closed_pipe()
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        output.words(error.format_message())
        return ExitCode.USAGE
    except click.ClickException as error:
        hint = f"{error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
        report(error.format_message(), hint, as_json=as_json)
        return ExitCode.USAGE
    except RedistuiError as error:
        report(error.message, error.hint, as_json=as_json)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last one who can turn it into words
        if os.environ.get(output.DEBUG_VARIABLE):
            # Without the exception's own text and without locals, which may repeat a secret.
            output.words("".join(traceback.format_tb(error.__traceback__)).rstrip())
        return _unexpected(error, as_json=as_json)
    return code


def _unexpected(error: Exception, *, as_json: bool) -> int:
    if isinstance(error, OSError) and error.errno in _OUTPUT_FAILS:
        output.write_nowhere()
        report(f"the output cannot be written: {error.strerror}", "", as_json=as_json)
        return ExitCode.FAILED
    # Only the system's own words are known to hold no secret.
    words = f": {error}" if isinstance(error, OSError) else ""
    report(
        f"unexpected {type(error).__name__}{words}",
        f"{output.DEBUG_VARIABLE}=1 shows where it happened",
        as_json=as_json,
    )
    return ExitCode.FAILED


def _invoke(arguments: list[str], invocation: Invocation) -> int:
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(group, {"obj": invocation}, "redistui", COMPLETION_VARIABLE, instruction)
    with group.make_context("redistui", arguments, obj=invocation) as context:
        return group.invoke(context) or ExitCode.DONE


def report(message: str, hint: str, *, as_json: bool) -> None:
    """An error in words; with --json as an object, on stderr as well, so that stdout holds data only."""
    if as_json:
        output.words(json.dumps({"error": {"message": message, "hint": hint}}))
        return
    output.words(f"redistui: {message}")
    if hint:
        output.words(f"  {hint}")
