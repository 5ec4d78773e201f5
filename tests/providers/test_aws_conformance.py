"""The AWS provider keeps to the contract, against a simulated ElastiCache on real servers."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from redistui_aws import AwsProvider
from support.certificates import Authority, Certificates
from support.simulated_aws import aws_context, in_this_process, simulated

from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.simulator import ElastiCacheSimulator, TlsFiles
from redistui.testing.conformance import ProviderConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

TOKEN = "planted-auth-token-of-orders"


class TestAws(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = AwsProvider

    @pytest.fixture
    def certificates(self, authority: Authority) -> Certificates:
        return authority.issue()

    @pytest.fixture
    def cloud(
        self, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[ElastiCacheSimulator]:
        in_this_process(monkeypatch)
        tls = TlsFiles(certificates.ca, certificates.certificate, certificates.key)
        with simulated(tmp_path) as simulator:
            simulator.add_group("orders", auth_token=TOKEN, tls=tls)
            yield simulator

    @pytest.fixture
    def context(self, tmp_path: Path, cloud: ElastiCacheSimulator, certificates: Certificates) -> ProviderContext:
        access = [{"group": "orders", "password": {"env": "ORDERS_TOKEN"}}]
        return aws_context(tmp_path, cloud, secrets={"ORDERS_TOKEN": TOKEN}, access=access, ca=str(certificates.ca))

    @pytest.fixture
    def broken_contexts(self, tmp_path: Path, cloud: ElastiCacheSimulator) -> list[ProviderContext]:
        return [
            aws_context(tmp_path, cloud),  # the group asks for a token
            aws_context(tmp_path, cloud, region="us-east-1"),  # another scope than the signature is checked for
            aws_context(tmp_path, cloud, profile="no-such-profile"),
            aws_context(tmp_path, cloud, ca="no-such-file.pem"),
            aws_context(tmp_path, cloud, endpoint_url="http://192.0.2.1:80"),
            aws_context(tmp_path, cloud, endpoint_url="https://user:password@127.0.0.1"),
            aws_context(tmp_path, cloud, endpoint_url="http://127.0.0.1:1"),
        ]
