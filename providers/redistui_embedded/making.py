"""The files of a pair and of a node that are new, the same for demo pairs and provisioned ones."""

from pathlib import Path

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.secret import Secret

from . import configfile
from .configfile import Directives
from .layout import NodeFolder, NodeRecord, write_private


def config_of(
    record: NodeRecord, home: NodeFolder, password: Secret, upstream: Address | None, directives: Directives
) -> str:
    """redis.conf of a node that will run in `home`."""
    config = configfile.NewConfig(
        port=record.port,
        password=password,
        data_folder=home.data_folder,
        log_file=home.log_file,
        pid_file=home.pid_file,
        replica_of=upstream,
        directives=directives,
    )
    return configfile.render(config, record.version)


def make_node(
    draft: NodeFolder,
    home: NodeFolder,
    record: NodeRecord,
    password: Secret,
    upstream: Address | None,
    directives: Directives,
) -> None:
    """Fill the folder `draft`, which becomes `home` afterwards. Raises OSError."""
    draft.path.mkdir(mode=0o700)
    draft.data_folder.mkdir(mode=0o700)
    write_private(draft.config_file, config_of(record, home, password, upstream, directives))


def cannot_write(path: Path, error: OSError) -> ProviderError:
    return ProviderError(
        ProviderErrorKind.REFUSED,
        f"{path} cannot be written: {error.strerror}",
        hint="make room, or correct the permissions of redistui's state folder (REDISTUI_STATE names another)",
    )
