"""Values as text: what `--set` takes, what a plan keeps, and that no secret ever stands in either."""

from pathlib import Path

import pytest

from redistui.model.fields import Field, FieldType
from redistui.model.secret import Secret, SecretReference, SecretSource
from redistui.provider.field_text import check_texts, texts_of, way_to_say
from redistui.provider.fields import FieldsError

FIELDS = (
    Field("replicas", FieldType.INTEGER, "how many", default=1, minimum=1),
    Field("share", FieldType.NUMBER, "of the machine"),
    Field("memory", FieldType.BYTES, "most"),
    Field("wait", FieldType.SECONDS, "at most"),
    Field("log", FieldType.BOOLEAN, "every write", default=False),
    Field("policy", FieldType.CHOICE, "when full", choices=("evict", "refuse")),
    Field("ports", FieldType.LIST, "one a node"),
    Field("peers", FieldType.ADDRESSES, "others"),
    Field("password", FieldType.SECRET, "where it is kept"),
)


def test_texts_become_values_and_the_same_texts_again() -> None:
    given = {
        "replicas": "2",
        "share": "0.5",
        "memory": "2gb",
        "wait": "5m",
        "log": "yes",
        "policy": "refuse",
        "ports": "7001, 7002",
        "peers": "10.0.0.5:6379",
    }
    values = check_texts(FIELDS, given)
    told = [values[name] for name in given]
    assert told[:7] == [2, 0.5, 2 << 30, 300.0, True, "refuse", ["7001", "7002"]]
    texts = texts_of(FIELDS, values)
    assert (texts["ports"], texts["log"], texts["peers"]) == ("7001,7002", "yes", "10.0.0.5:6379")
    assert check_texts(FIELDS, texts) == values


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("env:ORDERS", SecretReference(SecretSource.ENVIRONMENT, ("ORDERS",))),
        ("file:pw.txt", SecretReference(SecretSource.FILE, ("/here/pw.txt",))),
        ("keyring:redis/orders", SecretReference(SecretSource.KEYRING, ("redis", "orders"))),
        ("command:pass show 'my redis'", SecretReference(SecretSource.COMMAND, ("pass", "show", "my redis"))),
        ("prompt", SecretReference(SecretSource.PROMPT, ("password",))),
        ("prompt:the new one", SecretReference(SecretSource.PROMPT, ("the new one",))),
    ],
)
def test_secrets_are_references(text: str, reference: SecretReference) -> None:
    values = check_texts(FIELDS, {"password": text}, Path("/here"))
    assert values["password"] == reference
    assert check_texts(FIELDS, texts_of(FIELDS, values)) == values


@pytest.mark.parametrize("text", ["hunter2", "env:", "hunter2:env", "command:'hunter2", "vault:hunter2"])
def test_a_secret_in_the_open_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(FieldsError) as caught:
        check_texts(FIELDS, {"password": text})
    assert "hunter2" not in str(caught.value)


def test_a_secret_itself_never_becomes_text() -> None:
    with pytest.raises(ValueError, match="cannot be kept as text"):
        texts_of(FIELDS, {"password": Secret("hunter2")})


def test_what_does_not_fit_is_told_with_the_nearest_name() -> None:
    with pytest.raises(FieldsError) as caught:
        check_texts(FIELDS, {"replcas": "2", "replicas": "two", "log": "maybe"})
    words = str(caught.value)
    assert "did you mean replicas" in words
    assert "whole number" in words
    assert "true or false" in words


def test_each_kind_of_field_says_how_it_is_written() -> None:
    assert {way_to_say(field) for field in FIELDS} >= {"yes|no", "evict|refuse", "a,b,…", "integer", "bytes"}
