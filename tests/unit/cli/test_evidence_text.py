"""What of a server's replies may leave in a bundle."""

from redistui.cli.evidence_text import config_text, slow_log_text
from redistui.present.settings import without_secrets


def test_slow_commands_keep_their_key_and_lose_their_values() -> None:
    entries = [
        [2, 1_769_852_467, 12_345, [b"SET", b"session:1", b"hunter2", b"EX", b"60"], b"10.0.0.9:5", b"shop"],
        [1, 1_769_852_400, 9, [b"AUTH", b"admin", b"hunter2"], b"10.0.0.9:5", b""],
        [0, 1_769_852_400, 9, [b"CONFIG", b"SET", b"requirepass", b"hunter2"], b"10.0.0.9:5", b""],
    ]
    told = slow_log_text(entries)
    assert "hunter2" not in told
    assert told.splitlines() == [
        "2026-01-31T09:41:07.000Z 12.345 ms 'SET session:1 (3 more)' 10.0.0.9:5 shop",
        "2026-01-31T09:40:00.000Z 0.009 ms 'AUTH (2 more)' 10.0.0.9:5",
        "2026-01-31T09:40:00.000Z 0.009 ms 'CONFIG (3 more)' 10.0.0.9:5",
    ]


def test_passwords_of_the_configuration_are_masked_and_unset_ones_stay_visible() -> None:
    reply = [b"requirepass", b"hunter2", b"masterauth", b"", b"maxmemory", b"0", b"tls-key-file-pass", b"hunter2"]
    assert config_text(reply, without_secrets) == ("masterauth \nmaxmemory 0\nrequirepass ***\ntls-key-file-pass ***\n")
