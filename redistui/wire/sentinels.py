"""Who else may change the roles: Sentinels are seen by the channel that each of them subscribes to on every node.

https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ ("Sentinels and replicas auto discovery")
"""

from redistui.model.sample import FailureKind

from .client import Connection
from .failures import WireFailure

CHANNEL = "__sentinel__:hello"


async def count_sentinels(connection: Connection) -> int | None:
    """How many Sentinels watch the node; None where that may not be asked. Raises WireFailure without an answer."""
    try:
        reply = await connection.call("PUBSUB", "NUMSUB", CHANNEL)
    except WireFailure as failure:
        if failure.kind in (FailureKind.PERMISSION, FailureKind.UNKNOWN_COMMAND):
            return None
        raise
    return reply[1] if isinstance(reply, list) and len(reply) == 2 and isinstance(reply[1], int) else None
