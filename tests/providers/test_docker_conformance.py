"""The Docker provider keeps to the contract, over containers of a real engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from redistui_docker import DockerProvider
from support.docker_engine import DockerEngine

from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.testing import FixedSecrets, make_context
from redistui.testing.conformance import ProviderConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("docker")]

PASSWORD = "planted-container-password"


@pytest.fixture(scope="module")
def some_pairs(started_engine: DockerEngine) -> Iterator[DockerEngine]:
    """One that tells its password, and one of which only the configuration knows it."""
    engine = started_engine
    _, replica = engine.pair("orders", "--requirepass", PASSWORD, "--masterauth", PASSWORD)
    engine.linked(replica, "-a", PASSWORD)
    script = "exec redis-server --requirepass $(echo {0}) --masterauth $(echo {0})"
    hidden = engine.run("vault", command=["sh", "-c", script.format("another-planted-password")], publish="127.0.0.1")
    yield engine
    engine.clear()
    assert hidden


class TestDocker(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = DockerProvider

    @pytest.fixture
    def context(self, some_pairs: DockerEngine, tmp_path: Path) -> ProviderContext:
        return make_context(
            tmp_path,
            {"host": some_pairs.url, "password": {"env": "VAULT"}},
            fields=DockerProvider.settings_fields,
            environment="staging",
            secrets=FixedSecrets({"VAULT": "another-planted-password"}),
        )

    @pytest.fixture
    def broken_contexts(self, some_pairs: DockerEngine, tmp_path: Path) -> list[ProviderContext]:
        fields = DockerProvider.settings_fields
        broken = [
            {"host": f"unix://{tmp_path / 'absent.sock'}"},
            {"host": "tcp://127.0.0.1:1"},
            {"host": "ssh://operator@127.0.0.1"},
            {"host": "nonsense"},
            {"host": "tcp://127.0.0.1:1", "tls": {"ca": "absent.pem"}},
            {"host": some_pairs.url, "password": {"env": "NOT_SET"}},
        ]
        return [make_context(tmp_path, settings, fields=fields) for settings in broken]
