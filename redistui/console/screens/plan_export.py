"""A plan as a JSON file: beside the work that is being done, or in the state folder where that cannot be written."""

import json
import os
import re
import time
from pathlib import Path

from redistui.model.plan import Plan
from redistui.present.plans import plan_json


def export(plan: Plan, state_folder: Path) -> Path:
    """Returns where it is. Raises OSError."""
    moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(plan.made_at))
    pair = re.sub(r"[^A-Za-z0-9._-]+", "-", plan.pair.name)
    name = f"redistui-{plan.verb}-{pair}-{moment}.json"
    text = json.dumps(plan_json(plan), indent=2, ensure_ascii=False) + "\n"
    try:
        return _write(Path.cwd() / name, text)
    except OSError:
        return _write(state_folder / name, text)


def _write(path: Path, text: str) -> Path:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path
