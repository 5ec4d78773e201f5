"""The settings of an ElastiCache connection, as its configuration declares them, typed."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redistui.model.errors import ConfigurationError
from redistui.model.fields import Field, FieldType
from redistui.model.secret import Secret, SecretReference
from redistui.provider.context import ProviderContext

_ACCESS = (
    Field("group", FieldType.TEXT, "replication group that this is for", required=True, example='"orders"'),
    Field("username", FieldType.TEXT, "user of its user group; without it the default user"),
    Field(
        "password", FieldType.SECRET, "auth token, or password of the user", required=True, example='{ env = "ORDERS" }'
    ),
)

FIELDS = (
    Field("region", FieldType.TEXT, "region to look in", required=True, example='"eu-west-1"'),
    Field("profile", FieldType.TEXT, "profile of the AWS configuration; without it the usual chain of credentials"),
    Field("endpoint_url", FieldType.TEXT, "another API endpoint: https, or a simulator on loopback"),
    Field("access", FieldType.TABLES, "how to sign in to Redis, one table a group", fields=_ACCESS),
    Field("ca", FieldType.TEXT, "file with the authorities to trust towards Redis; without it the system's"),
    Field(
        "poll_seconds",
        FieldType.SECONDS,
        "how often a running change is asked for",
        default=5.0,
        minimum=0.05,
        maximum=60,
    ),
)


@dataclass(frozen=True, slots=True)
class Access:
    username: str | None
    password: Secret | SecretReference


@dataclass(frozen=True, slots=True)
class AwsSettings:
    region: str
    profile: str | None
    endpoint_url: str | None
    access: Mapping[str, Access]
    ca: Path | None
    poll_seconds: float


def read(context: ProviderContext) -> AwsSettings:
    settings: Mapping[str, Any] = context.settings
    ca = settings.get("ca")
    return AwsSettings(
        region=settings.get("region", ""),
        profile=settings.get("profile"),
        endpoint_url=settings.get("endpoint_url"),
        access={
            table["group"]: Access(table.get("username"), table["password"]) for table in settings.get("access", ())
        },
        ca=context.config_folder / Path(ca).expanduser() if ca else None,
        poll_seconds=settings.get("poll_seconds", 5.0),
    )


def check(settings: AwsSettings, connection: str) -> None:
    """What fields cannot check by themselves. Raises ConfigurationError; a URL is not repeated, it may hold secrets."""
    hint = f"correct [providers.{connection}] in the configuration"
    if settings.ca and not settings.ca.is_file():
        raise ConfigurationError(f"{connection}: the file of ca does not exist: {settings.ca}", hint=hint)
    if settings.endpoint_url is None:
        return
    try:
        url = urlsplit(settings.endpoint_url)
        secure = url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname or ""))
        sound = bool(url.hostname) and not url.username and not url.password
    except ValueError:
        secure = sound = False
    if not (secure and sound):
        raise ConfigurationError(
            f"{connection}: endpoint_url has to be https without a user and a password, or http on loopback", hint=hint
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
