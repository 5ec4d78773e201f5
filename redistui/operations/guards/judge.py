"""The three verdicts, made short."""

from redistui.model.plan import Guard, Verdict


def passes(name: str, observed: str, limit: str) -> Guard:
    return Guard(name, observed, limit, Verdict.PASS)


def warns(name: str, observed: str, limit: str, message: str) -> Guard:
    return Guard(name, observed, limit, Verdict.WARN, message)


def fails(name: str, observed: str, limit: str, message: str, *, loss: bool = False) -> Guard:
    return Guard(name, observed, limit, Verdict.FAIL, message, loss)
