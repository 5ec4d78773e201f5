"""What containers tell of themselves is read without an engine: commands, files, variables, names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from redistui_docker.container import Container, parse
from redistui_docker.failures import masked
from redistui_docker.grouping import Grouping, Memory
from redistui_docker.location import LOOPBACK, Location, locate
from redistui_docker.naming import names
from redistui_docker.recognise import Likeness, image_of_redis, likeness
from redistui_docker.server import Server, address_of
from redistui_docker.settings import read
from redistui_docker.stored import Stored, read_stored, server_arguments
from redistui_docker.words import redis_words, shell_words

from redistui.model.endpoint import Address
from redistui.model.secret import Secret
from redistui.model.topology import Role

HERE = Location("unix:///docker.sock", None, LOOPBACK)
FAR = Location("tcp://10.9.9.9:2376", None, "10.9.9.9")


def container(name: str = "orders-1", command: tuple[str, ...] = ("redis-server",), **more: object) -> Container:
    """As an inspection tells of a running one."""
    config = {"Image": more.pop("image", "redis:7.0"), "Env": more.pop("env", []), "Labels": more.pop("labels", {})}
    details = {
        "Id": (name * 64)[:64],
        "Name": f"/{name}",
        "Path": command[0],
        "Args": list(command[1:]),
        "State": {"Status": "running"},
        "Config": config,
        "NetworkSettings": {
            "Networks": {"bridge": {"IPAddress": more.pop("ip", "172.17.0.2"), "Gateway": "172.17.0.1"}},
            "Ports": more.pop("ports", {}),
        },
        "HostConfig": {"NetworkMode": more.pop("network", "bridge")},
    }
    assert not more
    return parse(details)


def stored(one: Container, file: str | None = None) -> Stored:
    return read_stored(one, server_arguments(one), file.encode() if file is not None else None, None)


def server(one: Container) -> Server:
    return Server(one, stored(one), Likeness.CERTAIN, address_of(one, stored(one), HERE))


@pytest.mark.parametrize(
    ("command", "upstream"),
    [
        (("redis-server", "--replicaof", "orders", "6380"), Address("orders", 6380)),
        (("docker-entrypoint.sh", "redis-server", "--slaveof", "orders 6379"), Address("orders", 6379)),
        (("docker-entrypoint.sh", "--replicaof", "orders", "6379"), Address("orders", 6379)),
        (("sh", "-c", "sleep 1 && exec redis-server --replicaof $HOST ${PORT:-6379} && true"), Address("here", 6379)),
        (("tini", "--", "/usr/local/bin/valkey-server", "--replicaof", "no", "one"), None),
        (("redis-server", "--replicaof", "orders", "many"), None),
    ],
)
def test_whom_a_command_follows(command: tuple[str, ...], upstream: Address | None) -> None:
    told = stored(container(command=command, env=["HOST=here"]))
    assert (told.upstream, told.role) == (upstream, Role.REPLICA if upstream else Role.PRIMARY)


def test_arguments_beat_the_file_and_the_file_beats_variables() -> None:
    one = container(command=("redis-server", "/redis.conf", "--port", "7000"), env=["REDIS_PASSWORD=third"])
    told = stored(one, 'port 7001\nreplicaof 10.0.0.1 7002\nrequirepass "fi\\x72st"\nmasterauth second\n#port 1')
    assert (told.port, told.upstream) == (7000, Address("10.0.0.1", 7002))
    assert [password.reveal() for password in told.passwords] == ["first", "third", "second"]
    assert "first" not in repr(told)


def test_a_server_that_speaks_only_tls_is_known_as_such() -> None:
    told = stored(container(command=("redis-server", "--port", "0", "--tls-port", "6380")))
    assert (told.port, told.tls) == (6380, True)


def test_images_that_configure_by_variables() -> None:
    env = ["REDIS_REPLICATION_MODE=slave", "REDIS_MASTER_HOST=primary", "REDIS_PASSWORD=word", "REDIS_PORT_NUMBER=6390"]
    one = container(command=("/entrypoint.sh", "/run.sh"), image="bitnami/redis:7.2", env=env)
    assert likeness(one) is Likeness.CERTAIN
    told = stored(one)
    assert (told.port, told.upstream, told.role) == (6390, Address("primary", 6379), Role.REPLICA)


@given(some.lists(some.text(some.characters(codec="ascii", exclude_characters='\0\n\r"\\'), max_size=12), max_size=5))
def test_quoted_words_come_back_whole(words: list[str]) -> None:
    assert redis_words(" ".join(f'"{word}"' for word in words)) == words


@given(some.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    redis_words(text)
    shell_words(text, {})


@pytest.mark.parametrize(
    ("image", "is_redis"),
    [
        ("redis", True),
        ("registry.example:5000/team/redis:7@sha256:00", True),
        ("redis/redis-stack-server:latest", True),
        ("valkey/valkey:8", True),
        ("oliver006/redis_exporter", False),
        ("redis/redisinsight", False),
        ("bitnami/redis-sentinel:7", False),
        ("postgres:16", False),
    ],
)
def test_images_are_told_apart(image: str, is_redis: bool) -> None:
    assert image_of_redis(image) is is_redis


def test_reached_by_published_port_else_by_own_address() -> None:
    everywhere = {"6379/tcp": [{"HostIp": "0.0.0.0", "HostPort": "7000"}, {"HostIp": "::", "HostPort": "7000"}]}
    published = container(ports=everywhere)
    assert address_of(published, Stored(), HERE) == Address("127.0.0.1", 7000)
    assert address_of(published, Stored(), FAR) == Address("10.9.9.9", 7000)
    assert address_of(container(), Stored(), HERE) == Address("172.17.0.2", 6379)
    assert address_of(container(), Stored(), FAR) is None
    on_loopback = container(ports={"6379/tcp": [{"HostIp": "127.0.0.1", "HostPort": "7000"}]})
    assert address_of(on_loopback, Stored(), FAR) is None
    assert address_of(container(network="host", ip=""), Stored(), FAR) == Address("10.9.9.9", 6379)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        (("orders-primary", "orders-replica"), "orders"),
        (("redis_master_1", "redis_slave_1"), "redis"),
        (("primary", "replica"), "primary"),
        (("cache", "cache2"), "cache"),
        (("blue", "green"), "blue"),
    ],
)
def test_pairs_are_called_by_what_their_containers_share(called: tuple[str, str], name: str) -> None:
    group = [server(container(one)) for one in called]
    assert names([group]) == [name]
    assert len(set(names([group, [server(container("orders"))], [server(container("orders-main"))]]))) == 3


def test_an_announced_address_finds_its_server() -> None:
    announced = ("redis-server", "--replica-announce-ip", "redis.example", "--replica-announce-port", "7100")
    primary = server(container("main", announced))
    replica = server(container("copy", ("redis-server", "--replicaof", "redis.example", "7100"), ip="172.17.0.3"))
    stranger = server(container("other", ip="172.17.0.4"))
    grouping = Grouping({one.id: one for one in (primary, replica, stranger)}, Memory())
    assert sorted(len(group) for group in grouping.groups()) == [1, 2]
    assert grouping.peers[primary.id] == Address("redis.example", 7100)


def test_what_a_container_keeps_to_itself_is_not_shown() -> None:
    one = container(command=("redis-server", "--requirepass", "planted"), env=["REDIS_PASSWORD=planted-too"])
    assert "planted" not in f"{one!r} {server(one)!r} {stored(one)!r}"
    assert masked("say planted, planted-too", (Secret("planted"), Secret("planted-too"))) == "say ***, ***"


def test_the_engine_is_looked_for_where_docker_would(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    found = locate(read({}, Path()))
    assert (found.published_host, found.tls is not None and found.tls.verify) == ("engine.example", True)
    configured = locate(read({"host": "/run/other.sock"}, Path()))
    assert (configured.url, configured.tls, configured.local) == ("unix:///run/other.sock", None, True)
