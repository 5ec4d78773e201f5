"""The JSON that scripts rely on, field by field."""

import dataclasses

from redistui.model.endpoint import Address
from redistui.model.moment import timestamp
from redistui.model.sample import NodeSample
from redistui.model.snapshot import FleetSnapshot, ProviderPhase, ProviderSnapshot
from redistui.model.topology import Role
from redistui.present.json import check_json, fleet_json, pair_json

from .fleet import NOW, PRIMARY, REFUSAL, REPLICA, pair


def test_times_are_rfc_3339_in_utc() -> None:
    assert timestamp(NOW) == "2026-01-31T09:41:07.250Z"
    assert timestamp(None) is None


def test_a_pair_has_every_field_of_the_interface() -> None:
    told = pair_json(pair(PRIMARY, REPLICA))
    assert {key: told[key] for key in ("name", "provider", "type", "environment", "status", "control")} == {
        "name": "orders",
        "provider": "here",
        "type": "static",
        "environment": None,
        "status": "degraded",
        "control": "self-managed",
    }
    assert told["primary"] == {
        "id": "a",
        "name": None,
        "address": "10.0.0.1:6379",
        "peer_address": "172.16.0.1:6379",
        "role": "primary",
        "configured_role": "primary",
        "version": "7.2.5",
        "state": "unknown",
        "link": None,
        "upstream": None,
        "offset": 1000,
        "lag_bytes": None,
        "lag_seconds": None,
        "memory_used_bytes": 2048,
        "memory_max_bytes": 0,
        "clients": 3,
        "operations_per_second": 12.346,
        "sampled_at": "2026-01-31T09:41:07.250Z",
        "failure": None,
    }
    (replica,) = told["replicas"]
    assert (replica["link"], replica["lag_bytes"], replica["lag_seconds"]) == ("up", 100, 2.0)
    assert replica["upstream"] == "10.0.0.1:6379"
    assert replica["operations_per_second"] == 7, "without rates the server's own figure stands in"
    assert told["findings"] == [
        {
            "rule": "behind",
            "severity": "warning",
            "since": "2026-01-31T09:41:07.250Z",
            "message": "b is 100 B behind",
            "hint": "wait",
            "node": "b",
        }
    ]
    assert (told["write_endpoint"], told["read_endpoints"]) == ("10.0.0.1:6379", ["10.0.0.1:6380"])


def test_a_node_that_does_not_answer_has_null_for_all_that_is_measured() -> None:
    (dead,) = pair_json(pair(PRIMARY, dataclasses.replace(REPLICA, failure=REFUSAL)))["replicas"]
    for field in ("role", "link", "offset", "lag_bytes", "lag_seconds", "clients", "operations_per_second"):
        assert dead[field] is None, field
    assert dead["sampled_at"] == "2026-01-31T09:41:07.250Z"
    assert dead["failure"] == {
        "kind": "refused",
        "message": "10.0.0.1:6380 refuses connections",
        "hint": "start it",
        "since": "2026-01-31T09:40:55.250Z",
    }


def test_without_one_primary_the_primary_is_null_and_every_node_still_told() -> None:
    second = dataclasses.replace(REPLICA, sample=NodeSample(NOW, role=Role.PRIMARY))
    told = pair_json(pair(PRIMARY, second, primary=None))
    assert told["primary"] is None
    assert told["replicas"] == []
    assert [node["role"] for node in told["nodes"]] == ["primary", "primary"]
    assert told["write_endpoint"] is None


def test_a_providers_own_endpoints_win() -> None:
    known = pair(PRIMARY, REPLICA)
    named = dataclasses.replace(
        known,
        pair=dataclasses.replace(
            known.pair, write_endpoint=Address("w.example", 6379), read_endpoint=Address("r.example", 6379)
        ),
    )
    told = pair_json(named)
    assert (told["write_endpoint"], told["read_endpoints"]) == ("w.example:6379", ["r.example:6379"])


def test_failed_providers_are_listed_beside_the_pairs() -> None:
    fleet = FleetSnapshot(
        NOW,
        (pair(PRIMARY, REPLICA, name="z"), pair(PRIMARY, REPLICA, name="a")),
        (
            ProviderSnapshot("here", "static", "", ProviderPhase.READY, 2),
            ProviderSnapshot("cloud", "aws", "", ProviderPhase.FAILED, message="no credentials", hint="log in"),
        ),
    )
    told = fleet_json(fleet)
    assert [item["name"] for item in told["pairs"]] == ["a", "z"]
    assert told["errors"] == [{"provider": "cloud", "message": "no credentials", "hint": "log in"}]


def test_a_check_names_the_pair_in_full() -> None:
    told = check_json(pair(PRIMARY, REPLICA))
    assert (told["pair"], told["status"]) == ("here/orders", "degraded")
    assert told["findings"][0]["rule"] == "behind"
