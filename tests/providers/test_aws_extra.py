"""Without its SDK the AWS provider is listed with the command that brings it, and the others work."""

from pathlib import Path

import pytest
from support.command import Command

BLOCKER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("boto3", "botocore"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Blocker())
"""


@pytest.fixture
def command(tmp_path: Path) -> Command:
    (tmp_path / "sitecustomize.py").write_text(BLOCKER)
    return Command(tmp_path, {"PYTHONPATH": str(tmp_path)})


def test_it_is_listed_with_the_command_that_installs_it(command: Command) -> None:
    [aws] = [known for known in command("providers", "--json").json if known["type"] == "aws"]
    assert (aws["state"], aws["problem"]) == ("unavailable", "boto3 is not installed")
    assert aws["hint"] == "pip install 'redistui[aws]'"
    assert aws["verbs"]["promote"]["supported"]
    assert aws["verbs"]["drill"]["reason"]


def test_a_connection_of_it_is_an_error_beside_the_others(command: Command) -> None:
    command.configure('[providers.prod]\ntype = "aws"\nregion = "eu-west-1"\n')
    told = command("pairs", "--json")
    assert told.code == 0
    [error] = told.json["errors"]
    assert error["provider"] == "prod"
    assert "boto3" in error["message"]
    assert error["hint"] == "pip install 'redistui[aws]'"
