"""Pictures of a change: the demo pair is promoted, and back for the next size."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from unittest.mock import patch

from redistui.model.topology import PairKey

if TYPE_CHECKING:
    from .screenshots import Photographer

CHANGES = ("plan", "operation", "operations")
LIMIT_SECONDS = 30.0
SETTLE_SECONDS = 1.5


async def photograph_changes(camera: "Photographer", size: tuple[int, int]) -> None:
    from redistui.console.screens.operation import OperationScreen
    from redistui.console.screens.plan import PlanScreen
    from redistui.operations.operator import Operator

    suffix = f"{size[0]}x{size[1]}"
    app = camera.app()
    # Whoever takes the pictures is not told.
    with patch("redistui.operations.launch.current", lambda: Operator("ann", "ann", "bastion")):
        async with app.run_test(size=size) as pilot:
            await pilot.pause(SETTLE_SECONDS)
            app.open_pair(PairKey("local", "demo"))
            await pilot.pause(SETTLE_SECONDS)
            await pilot.press("p")
            await _until(lambda: isinstance(app.screen, PlanScreen) and app.screen.plan is not None)
            await pilot.pause(SETTLE_SECONDS)
            camera.keep(app, f"plan-{suffix}")
            await pilot.press("tab", "enter")
            await _until(
                lambda: isinstance(app.screen, OperationScreen) and bool(app.screen.sight and app.screen.sight.ended)
            )
            await pilot.pause(SETTLE_SECONDS)
            camera.keep(app, f"operation-{suffix}")
            await pilot.press("o")
            await pilot.pause(SETTLE_SECONDS)
            camera.keep(app, f"operations-{suffix}")


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not condition():
            await asyncio.sleep(0.05)
