"""The servers that the live tests rely on: they start, link, freeze, die and come back."""

import socket

import pytest
from support.redis_server import ServerError
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


def test_pair_links_and_copies(start_pair, redis_version):
    pair = start_pair(redis_version, replicas=2, password="gehäim")
    pair.primary.cli("SET", "key", "value")
    pair.wait_equal()
    assert [replica.cli("GET", "key") for replica in pair.replicas] == ["value", "value"]
    info = pair.replica.info()
    assert info.get("valkey_version", info["redis_version"]).startswith(redis_version.removeprefix("valkey-"))


def test_frozen_server_stays_silent_and_thaws(start_server, monkeypatch):
    server = start_server()
    monkeypatch.setattr("support.redis_server.ANSWER_LIMIT_SECONDS", 0.3)
    server.freeze()
    with pytest.raises(socket.timeout):
        server.cli("PING")
    server.thaw()
    wait_until(lambda: server.cli("PING") == "PONG", "the server answers again")


def test_killed_server_runs_again_on_its_port(start_server):
    server = start_server()
    address = server.address
    server.kill()
    with pytest.raises(ConnectionRefusedError):
        server.cli("PING")
    server.run()
    assert (server.address, server.cli("PING")) == (address, "PONG")


@pytest.mark.requires("redis-tls")
def test_tls_pair(start_pair, authority):
    pair = start_pair(tls=authority.issue(), password="secret")
    assert pair.replica.info()["master_link_status"] == "up"


def test_users_have_their_rights(start_server):
    server = start_server(users=["monitor on >pw +info", "default on nopass ~* &* +@all"])
    assert "user monitor on" in str(server.cli("ACL", "LIST"))
    with pytest.raises(ServerError, match="unknown command"):
        server.cli("NONSENSE")
