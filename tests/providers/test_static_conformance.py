"""The static provider keeps to the contract: with addresses, with discovery by asking, with TLS and an ACL user."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from redistui_static import StaticProvider
from support.certificates import Authority
from support.redis_server import RedisServer, ReplicatedPair

from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.testing import FixedSecrets, make_context
from redistui.testing.conformance import ProviderConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

PASSWORD = "planted-orders-password"
SECRETS = FixedSecrets({"ORDERS_PASSWORD": PASSWORD})


def static_context(folder: Path, *pairs: dict[str, Any]) -> ProviderContext:
    return make_context(folder, {"pairs": list(pairs)}, fields=StaticProvider.settings_fields, secrets=SECRETS)


class TestStatic(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = StaticProvider

    @pytest.fixture
    def context(self, tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> ProviderContext:
        servers = start_pair(replicas=2, password=PASSWORD)
        pair = {
            "name": "orders",
            "primary": str(servers.primary.address),
            "replicas": [str(replica.address) for replica in servers.replicas],
            "password": {"env": "ORDERS_PASSWORD"},
            "commands": {"logs": ["tail", "-n", "{lines}", str(servers.primary.log_path)]},
        }
        return static_context(tmp_path, pair)

    @pytest.fixture
    def broken_contexts(self, tmp_path: Path) -> list[ProviderContext]:
        one = {"name": "one", "primary": "127.0.0.1:1"}
        return [
            static_context(tmp_path, one, one),
            static_context(tmp_path, one, {"name": "two", "primary": "127.0.0.1:1"}),
            static_context(tmp_path, one | {"replicas": ["127.0.0.1:1"]}),
            static_context(tmp_path, one | {"password": {"env": "NOT_SET"}}),
            static_context(tmp_path, one | {"tls": {"ca": "no-such-file.pem"}}),
            static_context(tmp_path, one | {"tls": {"certificate": "client.pem"}}),
            static_context(tmp_path, one | {"labels": ["team"]}),
            static_context(tmp_path, one | {"commands": {"logs": []}}),
            static_context(tmp_path, one | {"peers": [{"address": "10.0.0.9", "peer": "10.0.0.8"}]}),
        ]


class TestStaticThatAsks(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = StaticProvider

    @pytest.fixture
    def context(self, tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> ProviderContext:
        servers = start_pair(replicas=2)
        pair = {"name": "orders", "primary": str(servers.replica.address), "discover": True}
        return static_context(tmp_path, pair)


class TestStaticWithTls(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = StaticProvider

    @pytest.fixture
    def context(
        self, tmp_path: Path, start_server: Callable[..., RedisServer], authority: Authority
    ) -> ProviderContext:
        certificates = authority.issue()
        server = start_server(tls=certificates, users=[f"operator on >{PASSWORD} ~* +@all"])
        pair = {
            "name": "orders",
            "primary": str(server.address),
            "username": "operator",
            "password": {"env": "ORDERS_PASSWORD"},
            "tls": {"ca": os.path.relpath(certificates.ca, tmp_path / "config"), "server_name": "localhost"},
        }
        return static_context(tmp_path, pair)
