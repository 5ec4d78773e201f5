"""The settings of a connection reach its provider checked and in the declared types, or every problem is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from redistui.model.endpoint import Address
from redistui.model.fields import Field, FieldType
from redistui.model.secret import Secret, SecretReference, SecretSource
from redistui.provider.fields import FieldsError, check

PAIR = (
    Field("name", FieldType.TEXT, "the pair's name", required=True, example='"orders"'),
    Field("primary", FieldType.ADDRESS, "where the primary is"),
    Field("replicas", FieldType.ADDRESSES, "where the replicas are"),
    Field("password", FieldType.SECRET, "the password"),
    Field("tls", FieldType.TABLE, "TLS", fields=(Field("verify", FieldType.BOOLEAN, "check", default=True),)),
)
FIELDS = (
    Field("pairs", FieldType.TABLES, "the pairs", fields=PAIR),
    Field("region", FieldType.CHOICE, "the region", choices=("eu-west-1", "eu-west-2", "us-east-1")),
    Field("timeout", FieldType.SECONDS, "limit", default="5s", minimum=0.1, maximum=60),
    Field("buffer", FieldType.BYTES, "buffer", minimum=1024),
    Field("count", FieldType.INTEGER, "count", minimum=1, maximum=5),
    Field("share", FieldType.NUMBER, "share"),
    Field("command", FieldType.LIST, "command"),
)


def problems(values: Mapping[str, object], **options: str) -> list[str]:
    with pytest.raises(FieldsError) as caught:
        check(FIELDS, values, ("providers", "legacy"), **options)
    return [str(problem) for problem in caught.value.problems]


def test_values_arrive_in_their_declared_types() -> None:
    values = {
        "pairs": [
            {
                "name": "orders",
                "primary": "10.0.0.5",
                "replicas": ["[::1]:7000"],
                "password": {"env": "ORDERS_PASSWORD"},
                "tls": {},
            },
            {"name": "carts", "password": "literal"},
        ],
        "region": "eu-west-1",
        "buffer": "64kb",
        "count": 3,
        "share": 1,
        "command": ["ssh", "{host}"],
    }
    assert check(FIELDS, values) == {
        "pairs": [
            {
                "name": "orders",
                "primary": Address("10.0.0.5", 6379),
                "replicas": [Address("::1", 7000)],
                "password": SecretReference(SecretSource.ENVIRONMENT, ("ORDERS_PASSWORD",)),
                "tls": {"verify": True},
            },
            {"name": "carts", "password": Secret("literal")},
        ],
        "region": "eu-west-1",
        "timeout": 5.0,
        "buffer": 65536,
        "count": 3,
        "share": 1,
        "command": ["ssh", "{host}"],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"file": "orders.txt"}, (SecretSource.FILE, "/etc/redistui/orders.txt")),
        ({"file": "/run/orders"}, (SecretSource.FILE, "/run/orders")),
        ({"keyring": "acme/redis/orders"}, (SecretSource.KEYRING, "acme/redis", "orders")),
        ({"keyring": "orders"}, (SecretSource.KEYRING, "redistui", "orders")),
        ({"keyring": ["a/b", "c"]}, (SecretSource.KEYRING, "a/b", "c")),
        ({"command": ["pass", "orders"]}, (SecretSource.COMMAND, "pass", "orders")),
        ({"secret": "shop/redis/password"}, (SecretSource.KUBERNETES, "shop", "redis", "password")),
        ({"prompt": "Password of orders"}, (SecretSource.PROMPT, "Password of orders")),
        ({"prompt": True}, (SecretSource.PROMPT, "providers.legacy.password")),
    ],
)
def test_where_a_secret_may_be_kept(written: dict[str, object], expected: tuple[SecretSource, str]) -> None:
    field = Field("password", FieldType.SECRET, "")
    checked = check((field,), {"password": written}, ("providers", "legacy"), folder=Path("/etc/redistui"))
    assert checked["password"] == SecretReference(expected[0], expected[1:])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"pairs": [{"name": "a", "pasword": 1}]},
            "providers.legacy.pairs[0].pasword is not known; did you mean password?",
        ),
        ({"pairs": [{}]}, 'providers.legacy.pairs[0].name is missing: the pair\'s name, for example "orders"'),
        ({"pairs": {"name": "a"}}, "pairs must be a list of tables ([[providers.legacy.pairs]]), not a table"),
        ({"pairs": ["a"]}, "providers.legacy.pairs[0] must be a table, not text"),
        ({"pairs": [{"name": "a", "tls": True}]}, "pairs[0].tls must be a table, not true or false"),
        ({"pairs": [{"name": "a", "replicas": "h:1"}]}, "replicas must be a list, not text"),
        (
            {"pairs": [{"name": "a", "replicas": ["h:1", "h:0"]}]},
            "providers.legacy.pairs[0].replicas[1] must be an address such as 10.0.0.5:6379: 'h:0' is not an address",
        ),
        ({"region": "eu-west-3"}, "region must be eu-west-1, eu-west-2 or us-east-1; did you mean eu-west-"),
        ({"timeout": "2m"}, "timeout must be at most 1 m, not 2 m"),
        ({"timeout": "5 minutes"}, "timeout must be a time such as 30s, 5m, 1h or a number of seconds"),
        ({"buffer": "1b"}, "buffer must be at least 1.0 KB, not 1 B"),
        ({"buffer": -1}, "buffer must be a size such as 512mb, 2gb or a number of bytes, not a number"),
        ({"count": True}, "count must be a whole number, not true or false"),
        ({"count": 6}, "count must be at most 5, not 6"),
        ({"share": float("nan")}, "share must be a number, not inf or nan"),
        ({"command": ["ssh", 1]}, "command[1] must be text in quotes, not a number"),
        ({"command": [""]}, "command[0] must not be empty"),
    ],
)
def test_a_problem_names_the_key_and_what_was_expected(values: dict[str, object], expected: str) -> None:
    [problem] = problems(values)
    assert expected in problem


def test_every_problem_is_told() -> None:
    assert len(problems({"pairs": [{"nam": "a"}, {"name": 1}], "regin": "x", "count": 0})) == 5


@pytest.mark.parametrize(
    "written",
    [{"evn": "planted"}, {"env": ["planted"]}, ["planted"], {"env": "A", "file": "planted"}, {"command": "planted"}],
)
def test_a_secret_in_the_wrong_shape_is_not_repeated(written: object) -> None:
    told = problems({"pairs": [{"name": "a", "password": written}]})
    assert told
    assert "planted" not in "".join(told)


def test_a_url_with_a_password_for_an_address_is_not_repeated() -> None:
    [told] = problems({"pairs": [{"name": "a", "primary": "redis://u:planted@h:1"}]})
    assert "planted" not in told
    assert "without a scheme, a user or a password" in told


def test_a_literal_can_be_refused_with_the_reason() -> None:
    values = {"pairs": [{"name": "a", "password": "planted"}]}
    [told] = problems(values, refuse_literals="since others can read this file")
    assert told == (
        "providers.legacy.pairs[0].password may not stand here in plain text, since others can read this file"
    )
