"""The configured pairs, typed; what the fields cannot check by themselves is checked here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from redistui.model.endpoint import Address, TlsSettings
from redistui.model.secret import Secret, SecretReference


class CommandName(StrEnum):
    START = "start"
    STOP = "stop"
    RESTART = "restart"
    FENCE = "fence"
    UNFENCE = "unfence"
    PLACE = "place"
    FETCH = "fetch"
    LOGS = "logs"


@dataclass(frozen=True, slots=True)
class StaticPair:
    name: str
    primary: Address
    replicas: tuple[Address, ...]
    username: str | None
    password: Secret | SecretReference | None
    tls: TlsSettings | None
    discover: bool
    peers: Mapping[Address, Address]
    commands: Mapping[CommandName, tuple[str, ...]]
    write_endpoint: Address | None
    read_endpoint: Address | None
    place: str
    labels: Mapping[str, str]

    @property
    def addresses(self) -> tuple[Address, ...]:
        return self.primary, *self.replicas


@dataclass(frozen=True, slots=True)
class ConfiguredPairs:
    """The good pairs by name, and what is wrong with the others."""

    pairs: Mapping[str, StaticPair]
    problems: tuple[str, ...]


def read(settings: Mapping[str, object], config_folder: Path) -> ConfiguredPairs:
    pairs: dict[str, StaticPair] = {}
    owners: dict[Address, str] = {}
    problems: list[str] = []
    tables: Any = settings.get("pairs", [])
    for pair in (_pair(table, config_folder) for table in tables):
        found = list(_problems(pair, pairs, owners))
        problems += found
        if not found:
            pairs[pair.name] = pair
            owners |= dict.fromkeys(pair.addresses, pair.name)
    return ConfiguredPairs(pairs, tuple(problems))


def _problems(pair: StaticPair, pairs: Mapping[str, StaticPair], owners: Mapping[Address, str]) -> Iterator[str]:
    if pair.name in pairs:
        yield f"two pairs are named {pair.name}: give each a name of its own"
        return
    for address in sorted(set(pair.addresses)):
        if pair.addresses.count(address) > 1:
            yield f"pair {pair.name} names {address} twice: a node is the primary or a replica, once"
        if address in owners:
            yield f"{address} stands in pair {owners[address]} and in pair {pair.name}: keep it in one of them"
    if pair.tls and (pair.tls.certificate is None) != (pair.tls.key is None):
        yield f"pair {pair.name}: tls.certificate and tls.key belong together: give both or none"
    for address in pair.peers:
        if address not in pair.addresses and not pair.discover:
            yield f"pair {pair.name}: peers names {address}, which is no node of it"
    for name, command in pair.commands.items():
        if not command:
            yield f"pair {pair.name}: commands.{name} is empty: give the program and its arguments"
    for label, value in pair.labels.items():
        if not label or not value:
            yield f'pair {pair.name}: a label must look like "team=orders"'


def _pair(table: Mapping[str, Any], config_folder: Path) -> StaticPair:
    labels = (label.partition("=") for label in table.get("labels", ()))
    return StaticPair(
        name=table["name"],
        primary=table["primary"],
        replicas=tuple(table.get("replicas", ())),
        username=table.get("username"),
        password=table.get("password"),
        tls=_tls(table["tls"], config_folder) if "tls" in table else None,
        discover=table.get("discover", False),
        peers={entry["address"]: entry["peer"] for entry in table.get("peers", ())},
        commands={CommandName(name): tuple(command) for name, command in table.get("commands", {}).items()},
        write_endpoint=table.get("write_endpoint"),
        read_endpoint=table.get("read_endpoint"),
        place=table.get("place", ""),
        labels={name.strip(): value.strip() for name, _, value in labels},
    )


def _tls(table: Mapping[str, Any], config_folder: Path) -> TlsSettings:
    files = {name: _file(table.get(name), config_folder) for name in ("ca", "certificate", "key")}
    return TlsSettings(**files, server_name=table.get("server_name"), verify=table.get("verify", True))


def _file(name: str | None, config_folder: Path) -> Path | None:
    return config_folder / Path(name).expanduser() if name else None
