"""Each way a server can fail to answer has its own kind, words and way out. The other side is scripted."""

import asyncio
import contextlib
import gc
import socket
import ssl

import pytest
from support.responder import Fault, Responder, Slowly, Torn, bulk, error, info_text

from redistui.model.endpoint import Address, Endpoint, TlsSettings
from redistui.model.sample import FailureKind
from redistui.model.secret import Secret
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure
from redistui.wire.sampler import NodeSampler

INFO = bulk(info_text())


def endpoint(address: Address, **changes: object) -> Endpoint:
    return Endpoint(address, **({"connect_timeout_seconds": 0.4, "reply_timeout_seconds": 0.3} | changes))


async def failure_of(target: Endpoint) -> WireFailure:
    sampler = NodeSampler()
    try:
        with pytest.raises(WireFailure) as caught:
            await asyncio.wait_for(sampler.sample(target), 3)
    finally:
        sampler.close()
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("script", "kind", "message", "hint"),
    [
        ({"*": Fault.SILENCE}, FailureKind.TIMEOUT, "accepts the connection and does not answer within 0.3 s", "hangs"),
        ({"INFO": Slowly(INFO)}, FailureKind.TIMEOUT, "answers too slowly", "network"),
        ({"*": Fault.CLOSE}, FailureKind.RESET, "closes the connection without an answer", "TLS"),
        ({"*": Fault.RESET}, FailureKind.RESET, "closes the connection without an answer", "TLS"),
        ({"INFO": Torn(INFO)}, FailureKind.RESET, "closed the connection", "killed"),
        ({"INFO": error("LOADING Redis is loading the dataset in memory")}, FailureKind.LOADING, "loading", "wait"),
        ({"INFO": error("BUSY Redis is busy running a script.")}, FailureKind.BUSY, "script", "SCRIPT KILL"),
        (
            {"INFO": error("NOPERM this user has no permissions to run the 'info' command")},
            FailureKind.PERMISSION,
            "user default of",
            "ACL SETUSER default +info",
        ),
        ({"*": error("NOAUTH Authentication required.")}, FailureKind.AUTHENTICATION, "wants a password", "`password`"),
        ({"INFO": error("ERR unknown command 'INFO'")}, FailureKind.UNKNOWN_COMMAND, "does not know INFO", "renamed"),
        ({"INFO": b":5\r\n"}, FailureKind.PROTOCOL, "answers INFO as no Redis does", "proxy"),
        ({"INFO": b"$-1\r\n"}, FailureKind.PROTOCOL, "answers INFO as no Redis does", "proxy"),
    ],
)
async def test_answers_that_are_none(script, kind, message, hint):
    with Responder(script) as responder:
        failure = await failure_of(endpoint(responder.address))
    assert failure.kind is kind
    assert message in failure.message
    assert str(responder.address) in failure.message
    assert hint in failure.hint


@pytest.mark.parametrize(
    ("says", "kind", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", FailureKind.PROTOCOL, "answers HTTP, not Redis"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", FailureKind.PROTOCOL, "SSH-2.0-OpenSSH_9.2"),
        (b"\x15\x03\x01\x00\x02\x02\x0a", FailureKind.TLS, "wants TLS"),
        (b"\xff\xfe\x00garbage", FailureKind.PROTOCOL, "not as Redis"),
    ],
)
async def test_something_else_listens_there(says, kind, message):
    with Responder(raw=says) as answers, Responder(greeting=says) as greets:
        for responder in (answers, greets):
            failure = await failure_of(endpoint(responder.address))
            assert failure.kind is kind
            assert message in failure.message


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("ERR max number of clients reached", FailureKind.TOO_MANY_CLIENTS),
        ("DENIED Redis is running in protected mode", FailureKind.PERMISSION),
    ],
)
async def test_server_that_refuses_while_greeting(greeting, kind):
    with Responder({"*": Fault.CLOSE}, greeting=error(greeting)) as responder:
        assert (await failure_of(endpoint(responder.address))).kind is kind


async def test_nobody_there():
    with Responder() as responder:
        address = responder.address
    failure = await failure_of(endpoint(address))
    assert (failure.kind, "refuses" in failure.message) == (FailureKind.REFUSED, True)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example", "ex..ample"])
async def test_name_that_does_not_resolve(host):
    failure = await failure_of(endpoint(Address(host, 6379), connect_timeout_seconds=2.5))
    assert failure.kind is FailureKind.UNRESOLVED
    assert host in failure.message


async def test_full_accept_queue_is_unreachable():
    """A connection attempt that nobody answers, as behind a firewall that drops packets."""
    with socket.socket() as listener, contextlib.ExitStack() as fillers:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        failure = await failure_of(endpoint(Address(*listener.getsockname())))
    assert failure.kind is FailureKind.UNREACHABLE
    assert "within 0.4 s" in failure.message


async def test_http_where_tls_is_configured():
    with Responder(raw=b"HTTP/1.1 400 Bad Request\r\n\r\n") as responder:
        failure = await failure_of(endpoint(responder.address, tls=TlsSettings()))
    assert failure.kind is FailureKind.TLS
    assert "does not speak it" in failure.message


async def test_error_that_repeats_the_password_is_not_shown():
    reply = error("ERR unknown command 'AUTH', with args beginning with: 'top-secret' ")
    with Responder({"AUTH": reply}) as responder:
        failure = await failure_of(endpoint(responder.address, password=Secret("top-secret")))
    with Responder({"AUTH": error("ERR something about top-secret")}) as responder:
        other = await failure_of(endpoint(responder.address, password=Secret("top-secret")))
    assert failure.kind is FailureKind.UNKNOWN_COMMAND
    for one in (failure, other):
        assert "top-secret" not in f"{one!r}{one}{one.message}{one.hint}"


@pytest.mark.parametrize("settings", [{"ca": "missing.pem"}, {"ca": "junk.pem"}, {"certificate": "junk.pem"}])
async def test_unusable_tls_files(tmp_path, settings):
    (tmp_path / "junk.pem").write_text("junk")
    files = {name: tmp_path / value for name, value in settings.items()}
    failure = await failure_of(endpoint(Address("127.0.0.1", 1), tls=TlsSettings(**files)))
    assert failure.kind is FailureKind.CERTIFICATE
    assert str(next(iter(files.values()))) in failure.message


async def test_key_with_a_passphrase_never_asks_on_the_terminal(tmp_path, authority):
    from cryptography.hazmat.primitives import serialization as coding

    issued = authority.issue("client.example")
    key = coding.load_pem_private_key(issued.key.read_bytes(), None)
    encryption = coding.BestAvailableEncryption(b"phrase")
    locked = tmp_path / "locked.key"
    locked.write_bytes(key.private_bytes(coding.Encoding.PEM, coding.PrivateFormat.PKCS8, encryption))
    settings = TlsSettings(certificate=issued.certificate, key=locked)
    failure = await failure_of(endpoint(Address("127.0.0.1", 1), tls=settings))
    assert "passphrase" in failure.message


async def test_server_that_demands_another_client_certificate(authority, tmp_path):
    server = authority.issue()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=server.ca)
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    with Responder({"INFO": INFO}, tls=context) as responder:
        failure = await failure_of(endpoint(responder.address, tls=TlsSettings(ca=server.ca)))
        client = authority.issue("client.example")
        sampler = NodeSampler()
        good = TlsSettings(ca=server.ca, certificate=client.certificate, key=client.key)
        sample = await sampler.sample(endpoint(responder.address, tls=good))
        sampler.close()
    # The alert that tells the reason, or the reset that overtook it: either way the certificate is named.
    assert failure.kind in (FailureKind.CERTIFICATE, FailureKind.RESET)
    assert "our certificate" in failure.message or "client certificate" in failure.hint
    assert sample.version == "7.0.15"


async def test_late_reply_is_never_taken_for_a_later_one():
    """A caller that gives up leaves its reply behind in order; a limit that passes closes the connection."""
    with Responder({"GET": Slowly(b"$4\r\nlate\r\n", 0.01, 5), "PING": b"+PONG\r\n"}) as responder:
        connection = await Connection.open(endpoint(responder.address))
        impatient = asyncio.create_task(connection.call("GET", "key"))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await connection.call("PING") == b"PONG"
        connection.close()
    with Responder({"GET": Slowly(b"$4\r\nlate\r\n", 0.2), "PING": b"+PONG\r\n"}) as responder:
        connection = await Connection.open(endpoint(responder.address))
        with pytest.raises(WireFailure, match="too slowly"):
            await connection.call("GET", "key")
        assert connection.closed
        with pytest.raises(WireFailure, match="too slowly"):
            await connection.call("PING")


async def test_own_limit_of_one_call_is_shorter():
    with Responder({"GET": Fault.SILENCE}) as responder:
        connection = await Connection.open(endpoint(responder.address, reply_timeout_seconds=30.0))
        async with asyncio.timeout(2):
            with pytest.raises(WireFailure, match=r"within 0\.05 s"):
                await connection.call("GET", "key", timeout_seconds=0.05)


async def test_limits_hold_again_after_a_quiet_time():
    with Responder({"GET": Fault.SILENCE}) as responder:
        connection = await Connection.open(endpoint(responder.address, reply_timeout_seconds=0.1))
        await asyncio.sleep(0.25)  # the timer rang while nothing was asked
        assert await connection.call("PING") == b"OK"
        with pytest.raises(WireFailure):
            await asyncio.wait_for(connection.call("GET", "key"), 2)


async def test_silent_node_delays_no_other():
    with Responder({"INFO": Fault.SILENCE}) as silent, Responder({"INFO": INFO}) as good:
        samplers = [NodeSampler() for _ in range(2)]
        slow = asyncio.create_task(samplers[0].sample(endpoint(silent.address)))
        async with asyncio.timeout(0.25):
            await samplers[1].sample(endpoint(good.address))
        assert not slow.done()
        with pytest.raises(WireFailure):
            await slow
        samplers[1].close()


async def test_giving_up_while_connecting_leaves_nothing_open():
    """pytest turns a ResourceWarning into an error."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = Address(*silent.getsockname())
        for settings in (None, TlsSettings()):
            attempt = asyncio.create_task(Connection.open(endpoint(address, tls=settings)))
            await asyncio.sleep(0.05)
            attempt.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attempt
    await asyncio.sleep(0)
    gc.collect()


async def test_cut_in_the_middle_of_a_sample_is_made_up_for_at_once():
    answers = [INFO, Torn(INFO), INFO, Torn(INFO), Torn(INFO)]
    with Responder(lambda command: answers.pop(0) if command[0] == "INFO" else b"+OK\r\n") as responder:
        sampler = NodeSampler()
        for _ in range(2):
            assert (await sampler.sample(endpoint(responder.address))).version == "7.0.15"
        assert responder.connections == 2
        with pytest.raises(WireFailure) as caught:
            await sampler.sample(endpoint(responder.address))
        sampler.close()
    assert (caught.value.kind, answers) == (FailureKind.RESET, [])


async def test_sections_are_asked_where_they_are_known():
    with Responder({"INFO": INFO}) as new, Responder({"INFO": bulk(info_text("6.2"))}) as old:
        for responder, expected in ((new, 8), (old, 1)):
            sampler = NodeSampler()
            for _ in range(3):
                await sampler.sample(endpoint(responder.address))
            sampler.close()
            asked = [len(command) for command in responder.commands if command[0] == "INFO"]
            assert asked == [1, expected, expected]


async def test_proxy_that_knows_no_sections_is_asked_plainly():
    def script(command):
        if command[0] != "INFO":
            return b"+OK\r\n"
        return INFO if len(command) == 1 else error("ERR syntax error")

    with Responder(script) as responder:
        sampler = NodeSampler()
        for _ in range(4):
            assert (await sampler.sample(endpoint(responder.address))).version == "7.0.15"
        sampler.close()
    assert [len(command) for command in responder.commands if command[0] == "INFO"] == [1, 8, 1, 1, 1]
