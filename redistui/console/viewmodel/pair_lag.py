"""A replication link in phrases: its state, how far behind, whether it catches up, what the backlog covers."""

from redistui.model import units
from redistui.model.sample import LinkState, NodeSample
from redistui.model.snapshot import Link
from redistui.present.words import LINK_WORDS

from .line import Tone
from .phrases import Phrase, phrase


def link_phrases(link: Link | None, replica: NodeSample | None) -> list[Phrase]:
    """`link up` · `3.8 MB behind` · `4.1 s` · `catching up at 1.2 MB/s` · `about 3 s left`."""
    if link is None:
        return [phrase(("? not known whom it follows", Tone.WARN))]
    return [_state(link, replica), *lag_phrases(link)]


def _state(link: Link, replica: NodeSample | None) -> Phrase:
    if link.state is None:
        return phrase(("? link unknown", Tone.WARN))
    words = LINK_WORDS[link.state]
    if link.state is LinkState.UP:
        return phrase((words, Tone.GOOD))
    if link.state is LinkState.SYNCING:
        left = replica.sync_left_bytes if replica is not None else None
        return phrase((f"▲ full sync{f', {units.size(left)} left' if left else ''}", Tone.WARN))
    down = replica.link_down_seconds if replica is not None else None
    return phrase((f"✖ {words}{f' for {units.age(down)}' if down is not None and down >= 0 else ''}", Tone.BAD))


def lag_phrases(link: Link) -> list[Phrase]:
    lag = link.lag
    if lag.behind_bytes is None:
        return [phrase(("lag unknown", Tone.WARN))]
    phrases = [phrase((f"{units.size(lag.behind_bytes)} behind", Tone.STRONG))]
    if lag.behind_bytes == 0:
        return phrases
    if lag.behind_seconds is not None:
        phrases.append(phrase((units.duration(lag.behind_seconds), Tone.STRONG)))
    elif lag.idle:
        phrases.append(phrase("no writes now"))
    drain = lag.drain_bytes_per_second
    if drain is not None and drain > 0:
        phrases.append(phrase((f"catching up at {units.size(drain)}/s", Tone.GOOD)))
    elif drain is not None and drain < 0:
        phrases.append(phrase((f"falling behind by {units.size(-drain)}/s", Tone.WARN)))
    if lag.catch_up_seconds is not None and lag.catch_up_seconds != float("inf"):
        phrases.append(phrase(f"about {units.duration(lag.catch_up_seconds)} left"))
    return phrases


def cover_phrase(primary: NodeSample, link: Link | None) -> Phrase:
    """`backlog 64 MB covers 38 s of absence`."""
    size = primary.backlog_size_bytes
    if primary.backlog_active is False:
        return phrase("no backlog yet: it begins with the first replica")
    if size is None:
        return phrase("backlog unknown")
    words = f"backlog {units.size(size)}"
    if link is not None and link.lag.backlog_cover_seconds is not None:
        return phrase(f"{words} covers {units.duration(link.lag.backlog_cover_seconds)} of absence")
    if link is not None and link.lag.idle:
        return phrase(f"{words} covers any absence while nothing is written")
    return phrase(words)
