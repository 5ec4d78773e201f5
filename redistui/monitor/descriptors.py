"""One connection a node: a fleet needs more file descriptors than the usual soft limit of 1,024."""

import resource


def raise_limit() -> None:
    """Raise this process's soft limit to its hard one. What the system refuses stays as it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == hard:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # macOS allows less than the hard limit it names
        return
