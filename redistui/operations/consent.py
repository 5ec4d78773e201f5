"""What has to be in order before an operation may begin, whoever asks: a console, a command or a program."""

from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Confirmation, Guard, Plan


def require_consent(plan: Plan, *, reason: str, force: bool, typed_name: str) -> None:
    """Raises RefusedError or UsageError; returns when the operation may begin."""
    require_guards(plan, force=force)
    require_reason(plan, reason)
    if plan.confirmation is Confirmation.TYPED_NAME and not is_name_of(plan, typed_name):
        raise UsageError(
            f"{plan.pair} asks for its name typed in full" + (f", not {typed_name!r}" if typed_name else ""),
            hint=f"--confirm {plan.pair.name}",
        )


def require_guards(plan: Plan, *, force: bool) -> None:
    """Raises RefusedError that names every guard that forbids it."""
    if refused := plan.refused(force=force):
        count = "a guard" if len(refused) == 1 else f"{len(refused)} guards"
        lines = "\n".join(f"  {words(guard)}" for guard in refused)
        raise RefusedError(f"{plan.verb} of {plan.pair} is refused by {count}, nothing was changed:\n{lines}")


def require_reason(plan: Plan, reason: str) -> None:
    if plan.requires_reason and not reason.strip():
        raise UsageError(f"the environment of {plan.pair} asks for a reason", hint='--reason "why it is done"')


def is_name_of(plan: Plan, typed: str) -> bool:
    return typed.strip() in (plan.pair.name, str(plan.pair))


def words(guard: Guard) -> str:
    """`replica close enough: 3.8 MB, limit 1.0 MB: wait until it has caught up`."""
    return f"{guard.name}: {guard.observed}, limit {guard.limit}" + (f": {guard.message}" if guard.message else "")
