"""A bad file is answered with file, line, key, what was expected and the nearest known key."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from redistui.config.keys import check_keys
from redistui.config.load import load
from redistui.model.errors import ConfigurationError, ExitCode

WriteConfig = Callable[..., Path]

SYNTAX = [
    ("[console\ntheme = 1", "line 1, column 9: not valid TOML: expected ']' at the end of a table declaration"),
    ("[console]\ntheme = dark", "line 2, column 9: not valid TOML: invalid value"),
    ("\n[keys]\na = 'x'\na = 'y'", "line 4: not valid TOML: cannot overwrite a value"),
    ("[keys]\na = [1,\n", "line 3: not valid TOML: "),
    ("keys = " + "[" * 5000, "not valid TOML: nested too deeply"),
]

PROBLEMS = [
    ("enviroments = 1", "line 1: enviroments is not known; did you mean environments?"),
    ("zzz = 1", "line 1: zzz is not known; expected environments, providers, keys, alerts, history, backups, console"),
    ("[environments]\nprod = true", "line 2: environments.prod must be a table, not true or false"),
    ("environments = 3", "line 1: environments must be a table, not a number"),
    ("[environments.prod]\nread-only = true", "environments.prod.read-only is not known; did you mean read_only?"),
    ('[environments.prod]\nread_only = "yes"', "line 2: environments.prod.read_only must be true or false, not text"),
    ("[environments.prod]\nmax_lag_bytes = true", "must be a size such as 512mb, 2gb or a number of bytes, not true"),
    ('[environments.prod]\nrto_limit_seconds = "soon"', "must be a time such as 30s, 5m, 1h or a number of seconds"),
    (
        "[environments.prod.hooks]\nafter_promotion = ['x']",
        "line 2: environments.prod.hooks.after_promotion is not known; did you mean after_promote?",
    ),
    (
        "[environments.prod.hooks]\nafter_promote = 'move-vip'",
        'after_promote must be a command such as ["move-vip", "--now"], or a list of commands',
    ),
    ("[environments.prod.hooks]\nafter_promote = []", "after_promote must be a command"),
    ("[environments.prod.hooks]\nafter_promote = [['a'], 'b']", "after_promote must be a command"),
    ("[providers]\nlegacy = 'static'", "line 2: providers.legacy must be a table with a type, not text"),
    (
        "[providers.legacy]\nhost = 'a'",
        'line 1: providers.legacy.type is missing: name of an installed provider, for example "static"',
    ),
    ("[providers.legacy]\ntype = 7", "line 2: providers.legacy.type must be text in quotes, not a number"),
    (
        "[environments.production]\n[providers.legacy]\ntype = 'static'\nenvironment = 'prodction'",
        "line 4: providers.legacy.environment names no environment; did you mean production?",
    ),
    (
        "[providers.legacy]\ntype = 'static'\nenvironment = 'prod'",
        "line 3: providers.legacy.environment names no environment; add a table [environments.prod]",
    ),
    ("[providers.'a/b']\ntype = 'static'", 'line 1: providers."a/b" is no name for a connection'),
    ("[keys]\npromote = 1", 'line 2: keys.promote must be a key in quotes, for example "ctrl+p" or "f5"'),
    ("[alerts]\nrule = {}", "line 2: alerts.rule is not known; did you mean rules?"),
    (
        "[alerts.rules.memory-hig]\nthreshold = 0.9",
        "line 1: alerts.rules.memory-hig is no known rule; did you mean memory-high?",
    ),
    ("[alerts.rules.qqq]\nfor = '1m'", "line 1: alerts.rules.qqq is no known rule, and a new one needs a metric"),
    (
        "[alerts.rules.mine]\nmetric = 'clients'\noperator = '>'\nthreshold = 5",
        "line 1: alerts.rules.mine needs severity: a new rule has metric, operator, threshold and severity",
    ),
    (
        "[alerts.rules.memory-high]\ntreshold = 0.9",
        "line 2: alerts.rules.memory-high.treshold is not known; did you mean threshold?",
    ),
    (
        "[alerts.rules.memory-high]\nthreshold = 'much'",
        'line 2: alerts.rules.memory-high.threshold must be a ratio such as 0.8 or "80%"',
    ),
    (
        "[alerts.rules.down]\nseverity = 'criticl'",
        "severity must be one of critical, warning, info; did you mean critical?",
    ),
    ("[alerts.rules.down]\nfor = 'long'", "for must be a time such as 30s or 5m"),
    ("[alerts.rules.x]\nmetric = 'clints'\noperator = '>'", "x.metric must be one of"),
    ("[history]\nretention = '1s'", "line 2: history.retention must be at least 1 m, not 1.0 s"),
    ("[backups]\nkeep = 0", "line 2: backups.keep must be at least 1, not 0"),
    ("[backups]\nkeep = 1.5", "line 2: backups.keep must be a whole number, not a fraction"),
    ("[console]\ntheme = 'redistui-drak'", "line 2: console.theme names no theme; did you mean redistui-dark?"),
    ("journal = 'mysql://x'", 'line 1: journal must be "postgresql://HOST/DATABASE" or { env = "NAME" } that holds it'),
    ("journal = { evn = 'X' }", "line 1: journal has no source evn; did you mean env?"),
    ("journal = { env = 'X', file = 'y' }", "line 1: journal must name exactly one of env, file, keyring, command"),
    ("journal = { command = 'cat x' }", 'must give command = ["PROGRAM", "ARGUMENT", …], not text: no shell'),
    ("journal = { env = 3 }", 'line 1: journal must give env = "NAME" of a variable, not a number'),
]


@pytest.mark.parametrize(("text", "message"), SYNTAX)
def test_broken_syntax(write_config: WriteConfig, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write_config(text))
    assert caught.value.message.startswith("config.toml")
    assert message.lower() in caught.value.message.lower()


@pytest.mark.parametrize(("text", "message"), PROBLEMS)
def test_every_problem_says_where_what_and_the_way_out(write_config: WriteConfig, text: str, message: str) -> None:
    path = write_config(text)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert re.match(r"config\.toml, line \d+: ", caught.value.message)
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert str(path) in caught.value.hint
    assert caught.value.exit_code is ExitCode.USAGE


def test_all_problems_are_told_at_once_in_the_order_of_the_file(write_config: WriteConfig) -> None:
    text = "[console]\nthem = 1\n[environments.a]\nprotectd = 1\n[providers.b]\n[backups]\nkeep = 'x'\n"
    with pytest.raises(ConfigurationError) as caught:
        load(write_config(text))
    assert [line.partition(": ")[0] for line in caught.value.message.splitlines()] == [
        "config.toml, line 2",
        "config.toml, line 4",
        "config.toml, line 5",
        "config.toml, line 7",
    ]


def test_a_flood_of_problems_is_cut(write_config: WriteConfig) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write_config("".join(f"wrong{number} = 1\n" for number in range(50))))
    assert caught.value.message.splitlines()[-1] == "… and 30 more"


def test_an_action_that_does_not_exist(write_config: WriteConfig) -> None:
    configuration = load(write_config("[keys]\nhelp = 'f1'\npromot = 'p'\n"))
    with pytest.raises(ConfigurationError, match=r"line 3: keys\.promot is not known; did you mean promote\?"):
        check_keys(configuration, ["help", "promote"])


def test_text_that_is_not_utf8(write_config: WriteConfig) -> None:
    with pytest.raises(ConfigurationError, match=r"config\.toml, line 2: not UTF-8 text"):
        load(write_config(b"[keys]\nhelp = '\xff'\n"))


def test_a_folder_and_an_endless_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not a regular file"):
        load(tmp_path)
    with pytest.raises(ConfigurationError, match="is not a regular file"):
        load(Path("/dev/zero"))


def test_broken_syntax_does_not_repeat_a_password(write_config: WriteConfig) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write_config('[providers.p]\npassword = "planted" x\n'))
    error: BaseException | None = caught.value
    while error is not None:
        assert "planted" not in f"{error!r} {vars(error)}"
        error = error.__cause__ or error.__context__
