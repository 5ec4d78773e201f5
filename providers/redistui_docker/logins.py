"""Which user and password a server may take: configured for its pair, told by its container, configured for all."""

from collections.abc import Iterable

from redistui.model.endpoint import TlsSettings
from redistui.model.errors import RedistuiError
from redistui.model.sample import FailureKind
from redistui.provider.context import SecretResolver

from .server import Credentials, Server
from .settings import DockerSettings


class Logins:
    def __init__(self, settings: DockerSettings, secrets: SecretResolver) -> None:
        self._settings = settings
        self._secrets = secrets
        self._took: dict[str, Credentials] = {}  # by container, what its server accepted last

    async def known(self, server: Server, pair: str) -> list[Credentials]:
        """What to try, in this order, without asking for what may not be needed."""
        own = self._settings.pairs.get(pair)
        if own is not None and (own.password is not None or own.username):
            try:
                configured = await self.configured(server, pair)
            except RedistuiError:
                configured = None
            if configured is not None:
                return [configured]
        tls = self._tls(server, pair)
        told = [Credentials(password=password, tls=tls) for password in server.stored.passwords]
        took = [self._took[server.id]] if server.id in self._took else []
        # Images differ in which of their variables they heed: perhaps none.
        return list(dict.fromkeys([*took, *told, Credentials(tls=tls)]))

    async def configured(self, server: Server, pair: str) -> Credentials | None:
        """What the configuration says of this pair, or of all. Raises ConfigurationError for a secret not to be had."""
        login = self._settings.of_pair(pair)
        reference = login.password if login.password is not None else self._settings.general.password
        if reference is None and not login.username:
            return None
        password = await self._secrets.resolve(reference) if reference is not None else None
        return Credentials(login.username, password, self._tls(server, pair))

    async def best(self, server: Server, pair: str) -> Credentials:
        """To connect with now."""
        if server.credentials is not None:
            return server.credentials
        if server.id in self._took:
            return self._took[server.id]
        refused = server.failure in (FailureKind.AUTHENTICATION, FailureKind.PERMISSION)
        if server.stored.passwords and not refused and pair not in self._settings.pairs:
            return Credentials(password=server.stored.passwords[0], tls=self._tls(server, pair))
        return await self.configured(server, pair) or Credentials(tls=self._tls(server, pair))

    def took(self, server: Server) -> None:
        if server.credentials is not None:
            self._took[server.id] = server.credentials

    def keep(self, server_ids: Iterable[str]) -> None:
        """Forget what is known of others."""
        known = set(server_ids)
        self._took = {server_id: took for server_id, took in self._took.items() if server_id in known}

    def _tls(self, server: Server, pair: str) -> TlsSettings | None:
        own = self._settings.pairs.get(pair)
        if own is not None and own.tls is not None:
            return own.tls
        return (self._settings.general.tls or TlsSettings()) if server.stored.tls else None
