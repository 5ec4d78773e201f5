"""A sample load that looks like an application's: sessions, profiles, queues and rankings, in slow waves.

Every key comes from a bounded range, so that memory stays small however long it runs.
"""

import math
import random
from collections.abc import Iterator

Command = tuple[str | int | float, ...]

SESSIONS = 12_000
USERS = 2_000
QUEUES = 12
QUEUE_LENGTH = 200
RANKINGS = 4
PLAYERS = 800
OPERATIONS_PER_SECOND = (200.0, 500.0)
_RATE_WAVE_SECONDS = 90.0
_SIZE_WAVE_SECONDS = 240.0


def rate(elapsed_seconds: float) -> float:
    """Operations a second at this moment."""
    lowest, highest = OPERATIONS_PER_SECOND
    return lowest + (highest - lowest) * _wave(elapsed_seconds, _RATE_WAVE_SECONDS)


def commands(elapsed_seconds: float, count: int, randomness: random.Random) -> Iterator[Command]:
    """The next `count` commands: about 45% writes, 55% reads of which some miss."""
    value_bytes = round(150 + 850 * _wave(elapsed_seconds, _SIZE_WAVE_SECONDS))
    for _ in range(count):
        yield _command(value_bytes, randomness)


def _command(value_bytes: int, randomness: random.Random) -> Command:
    session = f"session:{_skewed(SESSIONS, randomness)}"
    user = f"user:{_skewed(USERS, randomness)}"
    queue = f"queue:{randomness.randrange(QUEUES)}"
    ranking = f"ranking:{randomness.randrange(RANKINGS)}"
    player = f"player:{_skewed(PLAYERS, randomness)}"
    match randomness.choices(range(10), weights=(17, 8, 6, 4, 6, 4, 30, 14, 6, 5))[0]:
        case 0:
            return "SET", session, randomness.randbytes(value_bytes // 2).hex(), "EX", randomness.randint(60, 600)
        case 1:
            return "HSET", user, "name", f"user {user[5:]}", "visits", randomness.randrange(10_000), "plan", "standard"
        case 2:
            return "LPUSH", queue, f"job {randomness.randrange(1_000_000)}"
        case 3:
            return "LTRIM", queue, 0, QUEUE_LENGTH - 1
        case 4:
            return "ZADD", ranking, randomness.randrange(100_000), player
        case 5:
            return "INCR", "counter:requests"
        case 6:
            return "GET", session
        case 7:
            return "HGETALL", user
        case 8:
            return "ZRANGE", ranking, 0, 9, "REV", "WITHSCORES"
        case _:
            return "LRANGE", queue, 0, 9


def _wave(elapsed_seconds: float, period_seconds: float) -> float:
    """0 to 1 and back."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * elapsed_seconds / period_seconds)


def _skewed(count: int, randomness: random.Random) -> int:
    """Low numbers are hot, as in life."""
    return int(count * randomness.random() ** 2)
