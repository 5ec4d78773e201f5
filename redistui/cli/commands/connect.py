"""`redistui connect`"""

from pathlib import Path

import click

from ..invocation import Invocation
from ..options import declare


def _file() -> click.Path:
    return click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)


@declare(
    "connect",
    "Roles are found by asking; further replicas are found too. Nothing is written to the configuration. "
    "The password never stands on the command line: name where it is.",
)
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--user", metavar="NAME", help="ACL user.")
@click.option("--password-env", metavar="NAME", help="The environment variable that holds the password.")
@click.option("--password-file", type=_file(), metavar="FILE", help="A file that only you can read.")
@click.option("--ask-password", is_flag=True, help="Ask for the password.")
@click.option("--tls", is_flag=True, help="Speak TLS; implied by the options below.")
@click.option("--ca", type=_file(), metavar="FILE", help="Authorities to trust instead of the system's.")
@click.option("--cert", type=_file(), metavar="FILE", help="Client certificate.")
@click.option("--key", type=_file(), metavar="FILE", help="Its key.")
@click.option("--server-name", metavar="NAME", help="The name to expect in the server's certificate.")
@click.option("--insecure", is_flag=True, help="Accept any certificate.")
@click.pass_obj
def command(
    invocation: Invocation,
    addresses: tuple[str, ...],
    user: str | None,
    password_env: str | None,
    password_file: Path | None,
    ask_password: bool,
    tls: bool,
    ca: Path | None,
    cert: Path | None,
    key: Path | None,
    server_name: str | None,
    insecure: bool,
) -> int:
    from ..connecting import Password, Tls, configured
    from ..console import open_on

    password = Password(password_env, password_file, ask_password)
    encryption = Tls(tls, ca, cert, key, server_name, insecure)
    configuration, open_pair = configured(invocation, addresses, user, password, encryption)
    return open_on(invocation, configuration, open_pair=open_pair)
