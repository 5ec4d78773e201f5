"""Plans as operators and scripts read them."""

from dataclasses import replace

import pytest
from support.operations import NEW, OLD, switchover

from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Confirmation, Verdict
from redistui.operations.consent import require_consent
from redistui.operations.environment import within
from redistui.operations.facts import Limits
from redistui.present.plans import plan_json, plan_text
from redistui.present.table import Look


def passing() -> object:
    plan = switchover()
    return replace(plan, guards=tuple(guard for guard in plan.guards if guard.verdict is not Verdict.FAIL))


def test_a_plan_shows_guards_steps_and_cost() -> None:
    assert "\n".join(plan_text(switchover(), Look())) == (
        f"Switchover of orders: {NEW} becomes the primary, {OLD} its replica\n"
        "outage    5 ms\n"
        "loss      no acknowledged write\n"
        "\n"
        "   GUARD                 SEEN    LIMIT\n"
        "✓  same history          9f3c…   equal\n"
        "!  replica-priority      0       not 0\n"
        "     it is never to lead\n"
        "✖  replica close enough  3.8 MB  1.0 MB\n"
        "     wait until it has caught up\n"
        "\n"
        "STEPS\n"
        f" 1 prove that roles can be stored on {NEW}\n"
        "     CONFIG REWRITE\n"
        "── point of no return: inside the next step ──\n"
        " 2 swap the roles\n"
        f"     {OLD}: CLIENT PAUSE\n"
        f"     {NEW}: REPLICAOF NO ONE\n"
        "     undo: unpause\n"
        " 3 verify\n"
        "     INFO"
    )


def test_a_plain_terminal_gets_no_glyph() -> None:
    assert "\n".join(plan_text(switchover(), Look(unicode=False))).isascii()


def test_the_json_of_a_plan() -> None:
    told = plan_json(switchover())
    assert told["guards"][-1] == {  # type: ignore[index]
        "name": "replica close enough",
        "observed": "3.8 MB",
        "limit": "1.0 MB",
        "verdict": "fail",
        "message": "wait until it has caught up",
    }
    assert told["based_on"]["a"]["role"] == "primary"  # type: ignore[index]
    assert (told["pair"], told["point_of_no_return"], told["made_at"]) == ("here/orders", 1, "2023-11-14T22:13:20.000Z")


def test_an_environment_asks_for_more_and_adds_hooks() -> None:
    hooks = {"after_promote": (("/usr/bin/move-vip", "--to", "a b"),), "after_backup": (("notify",),)}
    plan = within(switchover(), Limits(protected=True, require_reason=True, hooks=hooks))
    assert (plan.confirmation, plan.requires_reason) == (Confirmation.TYPED_NAME, True)
    assert [(step.name, step.call) for step in plan.steps[3:]] == [
        ("run hook move-vip", "/usr/bin/move-vip --to 'a b'")
    ]
    assert plan.point_of_no_return == 1
    assert "asks for  the pair's name typed in full and a reason" in "\n".join(plan_text(plan, Look()))


def test_nothing_begins_without_consent() -> None:
    with pytest.raises(RefusedError, match=r"\n  replica close enough: 3\.8 MB, limit 1\.0 MB: wait"):
        require_consent(switchover(), reason="", force=True, typed_name="orders")
    plan = within(passing(), Limits(protected=True, require_reason=True))  # type: ignore[arg-type]
    for reason, name in (("", "orders"), ("x", ""), ("x", "order")):
        with pytest.raises(UsageError):
            require_consent(plan, reason=reason, force=False, typed_name=name)
    for name in ("orders", "here/orders", " orders\n"):
        require_consent(plan, reason="x", force=False, typed_name=name)


def test_force_accepts_a_loss_and_nothing_else() -> None:
    plan = switchover()
    losing = replace(plan, guards=tuple(replace(guard, loss=True) for guard in plan.guards))
    require_consent(losing, reason="", force=True, typed_name="")
    with pytest.raises(RefusedError):
        require_consent(losing, reason="", force=False, typed_name="")
