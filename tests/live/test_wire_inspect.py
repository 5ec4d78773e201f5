"""What is asked on demand: clients, the slow log, memory."""

import pytest

from redistui.model.sample import FailureKind
from redistui.model.secret import Secret
from redistui.wire.failures import WireFailure
from redistui.wire.inspect import list_clients, memory_report, slow_log
from redistui.wire.sampler import NodeSampler

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


async def test_clients_with_their_names(start_pair, redis_version):
    pair = start_pair(redis_version, password="secret")
    sampler = NodeSampler()
    await sampler.sample(pair.primary.endpoint())
    clients = {client.name: client for client in await list_clients(pair.primary.endpoint())}
    sampler.close()
    assert set(clients) == {"redistui-monitor", ""}
    monitor = clients["redistui-monitor"]
    assert (monitor.user, monitor.database, monitor.flags) == ("default", 0, "N")
    assert monitor.address.startswith("127.0.0.1:")
    assert monitor.memory_bytes > 0
    assert "S" in clients[""].flags  # the replica


async def test_slow_log_keeps_commands_and_hides_passwords(start_server, redis_version):
    server = start_server(redis_version, password="secret", slowlog_log_slower_than=0)
    server.cli("SET", "city", "Zürich with spaces")
    server.cli("CONFIG", "SET", "masterauth", "hidden-pw")
    commands = await slow_log(server.endpoint(), 20)
    by_words = {command.command: command for command in commands}
    assert "SET city Zürich with spaces" in by_words
    assert 0 <= by_words["SET city Zürich with spaces"].seconds < 1
    assert by_words["SET city Zürich with spaces"].client_address.startswith("127.0.0.1:")
    assert "hidden-pw" not in repr(commands)
    assert [command.id for command in commands] == sorted((command.id for command in commands), reverse=True)
    assert len(await slow_log(server.endpoint(), 2)) == 2


async def test_memory_report(start_server, redis_version):
    server = start_server(redis_version)
    server.cli("SET", "key", "value")
    report = await memory_report(server.endpoint())
    assert report.stats["keys.count"] == 1
    assert report.stats["total.allocated"] > 0
    assert report.stats["db.0.overhead.hashtable.main"] > 0
    assert isinstance(report.stats["fragmentation"], float)
    assert "Sam" in report.advice or "memory" in report.advice


async def test_user_who_may_not_ask(start_server, redis_version):
    server = start_server(redis_version, users=("monitor on >pw +info", "default on nopass ~* +@all"))
    for question in (list_clients, slow_log, memory_report):
        with pytest.raises(WireFailure) as caught:
            await question(server.endpoint(username="monitor", password=Secret("pw")))
        assert caught.value.kind is FailureKind.PERMISSION
        assert "ACL SETUSER monitor +" in caught.value.hint
