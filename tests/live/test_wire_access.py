"""Logging in to real servers: passwords, ACL users, limits, renamed commands, TLS."""

import socket

import pytest
from support.certificates import Authority
from support.redis_server import ServerError
from support.waiting import wait_until

from redistui.model.endpoint import Endpoint, TlsSettings
from redistui.model.sample import FailureKind, NodeSample
from redistui.model.secret import Secret
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure
from redistui.wire.sampler import NodeSampler
from redistui.wire.settings import server_settings

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

FAST = {"connect_timeout_seconds": 1.0, "reply_timeout_seconds": 1.0}
USERS = ("monitor on >monitor-pw +info +config|get", "info-only on >info-pw +info", "nobody on >nobody-pw +ping")


async def sample(endpoint: Endpoint) -> NodeSample:
    sampler = NodeSampler()
    try:
        return await sampler.sample(endpoint)
    finally:
        sampler.close()


async def failure_of(endpoint: Endpoint) -> WireFailure:
    with pytest.raises(WireFailure) as caught:
        await sample(endpoint)
    return caught.value


async def test_passwords_and_users(start_server, redis_version):
    server = start_server(redis_version, password="secret", users=USERS)
    assert (await sample(server.endpoint())).clients == 1
    for name in ("monitor", "info-only"):
        endpoint = server.endpoint(username=name, password=Secret(f"{name.partition('-')[0]}-pw"))
        assert (await sample(endpoint)).run_id
    none = await failure_of(server.endpoint(password=None))
    wrong = await failure_of(server.endpoint(password=Secret("wrong-pw")))
    unknown = await failure_of(server.endpoint(username="stranger", password=Secret("wrong-pw")))
    assert {none.kind, wrong.kind, unknown.kind} == {FailureKind.AUTHENTICATION}
    assert "wants a password" in none.message
    assert "refuses the password of user stranger" in unknown.message
    assert "wrong-pw" not in f"{wrong!r}{wrong.hint}{unknown!r}{unknown.hint}"
    barred = await failure_of(server.endpoint(username="nobody", password=Secret("nobody-pw")))
    assert barred.kind is FailureKind.PERMISSION
    assert "ACL SETUSER nobody +info" in barred.hint


async def test_password_for_a_server_that_has_none(start_server, redis_version):
    failure = await failure_of(start_server(redis_version).endpoint(password=Secret("secret")))
    assert (failure.kind, "has no password" in failure.message) == (FailureKind.AUTHENTICATION, True)


async def test_renamed_info(start_server, redis_version):
    failure = await failure_of(start_server(redis_version, rename_command='INFO ""').endpoint())
    assert (failure.kind, "does not know INFO" in failure.message) == (FailureKind.UNKNOWN_COMMAND, True)


async def test_limit_of_clients_reached(start_server, redis_version):
    server = start_server(redis_version, password="secret")
    server.cli("CONFIG", "SET", "maxclients", 2)
    held = [socket.create_connection((server.address.host, server.address.port)) for _ in range(2)]
    try:
        failure = await failure_of(server.endpoint(**FAST))
    finally:
        for one in held:
            one.close()
    assert (failure.kind, "maxclients" in failure.message) == (FailureKind.TOO_MANY_CLIENTS, True)


async def test_busy_script(start_server, redis_version):
    server = start_server(redis_version, lua_time_limit=10)
    with socket.create_connection((server.address.host, server.address.port)) as script:
        script.sendall(b'EVAL "while true do end" 0\r\n')

        def busy() -> bool:
            try:
                return bool(server.cli("PING") != "PONG")
            except ServerError as error:
                return "BUSY" in str(error)

        wait_until(busy, "the script keeps the server busy")
        failure = await failure_of(server.endpoint(**FAST))
        assert (failure.kind, "SCRIPT KILL" in failure.hint) == (FailureKind.BUSY, True)
        server.cli("SCRIPT", "KILL")
        wait_until(lambda: not busy(), "the script has ended")
    assert (await sample(server.endpoint())).run_id


async def test_settings_that_matter_and_no_secret(start_pair, redis_version):
    pair = start_pair(redis_version, password="secret", maxmemory="64mb", min_replicas_to_write=1)
    connection = await Connection.open(pair.replica.endpoint())
    settings = await server_settings(connection)
    sampler = NodeSampler()
    for _ in range(2):  # before and after the version is known
        assert await sampler.settings(pair.replica.endpoint()) == settings
        await sampler.sample(pair.replica.endpoint())
    sampler.close()
    connection.close()
    assert settings.problem == ""
    assert settings.values["maxmemory"] == str(64 * 1024 * 1024)
    assert (settings.values["min-replicas-to-write"], settings.values["replica-read-only"]) == ("1", "yes")
    assert (settings.values["requirepass"], settings.values["masterauth"]) == ("set", "set")
    assert "secret" not in repr(settings)
    assert settings.values["save"] == ""


async def test_settings_refused_or_renamed_are_a_problem_in_words(start_server, redis_version):
    server = start_server(redis_version, users=(*USERS, "default on nopass ~* +@all"))
    for user, problem in (("info-only", "user info-only of"), ("monitor", "")):
        password = Secret(f"{user.partition('-')[0]}-pw")
        sampler = NodeSampler()
        settings = await sampler.settings(server.endpoint(username=user, password=password))
        sampler.close()
        assert settings.problem.startswith(problem)
        assert bool(settings.values) is (problem == "")
    renamed = start_server(redis_version, rename_command='CONFIG ""')
    sampler = NodeSampler()
    assert "does not know CONFIG GET" in (await sampler.settings(renamed.endpoint())).problem
    assert (await sampler.sample(renamed.endpoint())).run_id
    sampler.close()


@pytest.mark.requires("redis-tls")
async def test_tls_with_its_authority(start_pair, authority):
    pair = start_pair(tls=authority.issue(), password="secret")
    primary, replica = [await sample(server.endpoint()) for server in pair.servers]
    assert primary.replication_id == replica.replication_id
    trusting = pair.primary.endpoint(tls=TlsSettings(verify=False))
    assert (await sample(trusting)).run_id == primary.run_id


@pytest.mark.requires("redis-tls")
async def test_certificates_that_are_not_good(start_server, authority, tmp_path):
    server = start_server(tls=authority.issue("redis.example"))
    by_name = TlsSettings(ca=authority.path, server_name="redis.example")
    assert (await sample(server.endpoint(tls=by_name))).run_id
    other = Authority(tmp_path / "other")
    cases = {
        "mismatch": (server.endpoint(), "tls.server_name"),
        "self-signed": (server.endpoint(tls=TlsSettings(ca=other.path, server_name="redis.example")), "tls.ca"),
        "expired": (start_server(tls=authority.issue(expired=True)).endpoint(), "renew"),
    }
    for word, (endpoint, hint) in cases.items():
        failure = await failure_of(endpoint)
        assert failure.kind is FailureKind.CERTIFICATE
        assert word in failure.message
        assert hint in failure.hint


@pytest.mark.requires("redis-tls")
async def test_replaced_authority_is_read_again(start_server, authority, tmp_path):
    path = tmp_path / "ca.pem"
    path.write_bytes(Authority(tmp_path / "other").path.read_bytes())
    server = start_server(tls=authority.issue())
    endpoint = server.endpoint(tls=TlsSettings(ca=path))
    assert (await failure_of(endpoint)).kind is FailureKind.CERTIFICATE
    path.write_bytes(authority.path.read_bytes())
    assert (await sample(endpoint)).run_id


@pytest.mark.requires("redis-tls")
async def test_plain_client_at_a_tls_port_and_the_reverse(start_server, authority):
    secured = start_server(tls=authority.issue())
    failure = await failure_of(secured.endpoint(tls=None, **FAST))
    assert (failure.kind, "wants TLS" in failure.message) == (FailureKind.TLS, True)
    plain = start_server("8.2")
    failure = await failure_of(plain.endpoint(tls=TlsSettings(ca=authority.path), **FAST))
    assert (failure.kind, "does not speak it" in failure.message) == (FailureKind.TLS, True)
    secured.freeze()
    assert (await failure_of(secured.endpoint(**FAST))).kind is FailureKind.TIMEOUT
