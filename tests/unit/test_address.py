"""Addresses are read in every spelling an operator may paste, and a pasted password is never repeated."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redistui.model.endpoint import Address

NAMES = st.text(string.ascii_lowercase + string.digits + "-._", min_size=1, max_size=40)
HOSTS = NAMES | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str)
PORTS = st.integers(1, 65535)


@given(HOSTS, PORTS)
def test_what_is_shown_can_be_read_again(host: str, port: int) -> None:
    address = Address(host, port)
    assert Address.parse(str(address)) == address


@given(HOSTS, PORTS)
def test_the_port_may_be_left_out(host: str, port: int) -> None:
    assert Address.parse(host, default_port=port) == Address(host, port)


@given(st.text())
def test_anything_else_is_a_plain_refusal(text: str) -> None:
    try:
        address = Address.parse(text)
    except ValueError:
        return
    assert address.host
    assert 0 < address.port < 65536


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis", Address("redis", 6379)),
        (" 10.0.0.5:6380 ", Address("10.0.0.5", 6380)),
        ("10.0.0.5:", Address("10.0.0.5", 6379)),
        ("::1", Address("::1", 6379)),
        ("[fe80::1%eth0]:7000", Address("fe80::1%eth0", 7000)),
        ("[2001:db8::2]", Address("2001:db8::2", 6379)),
        ("cache_primary:6379", Address("cache_primary", 6379)),
    ],
)
def test_spellings(text: str, expected: Address) -> None:
    assert Address.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not an address: expected host:port"),
        ("10.0.0.5:0", "'10.0.0.5:0' is not an address: the port must be 1 to 65535"),
        ("10.0.0.5:65536", "'10.0.0.5:65536' is not an address: the port must be 1 to 65535"),
        ("10.0.0.5:redis", "'10.0.0.5:redis' is not an address: the port must be 1 to 65535"),
        ("two words:1", "'two words:1' is not an address: expected host:port"),
        ("[::1", "'[::1' is not an address: expected [host]:port"),
        ("[::1]6379", "'[::1]6379' is not an address: expected [host]:port"),
        ("a:b:c", "'a:b:c' is not an address: expected host:port"),
        ("host/0", "'host/0' is not an address: expected host:port"),
    ],
)
def test_refusals_say_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared as a whole
        Address.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["redis://user:planted@host:6379/0", "user:planted@host:6379", "//planted"])
def test_a_pasted_url_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="without a scheme, a user or a password") as caught:
        Address.parse(text)
    assert "planted" not in str(caught.value)
