"""All pairs that are watched; the same servers found twice are one pair."""

from collections.abc import Callable, Iterator

from redistui.model.topology import Pair, PairKey

from .pair_watch import PairWatch


class Roster:
    def __init__(self) -> None:
        self._watches: dict[PairKey, PairWatch] = {}
        self._by_run_id: dict[str, set[PairKey]] = {}

    def __iter__(self) -> Iterator[PairWatch]:
        return iter(tuple(self._watches.values()))

    def __len__(self) -> int:
        return len(self._watches)

    def get(self, key: PairKey) -> PairWatch | None:
        return self._watches.get(key)

    def put(self, pair: Pair, make: Callable[[Pair], PairWatch]) -> PairWatch | None:
        """The new watch; None when the pair was known."""
        watch = self._watches.get(pair.key)
        if watch is not None:
            watch.described(pair)
            return None
        watch = self._watches[pair.key] = make(pair)
        return watch

    def drop(self, key: PairKey) -> None:
        watch = self._watches.pop(key, None)
        if watch is None:
            return
        watch.close()
        for run_id in tuple(self._by_run_id):
            self._forget(run_id, key)
        for other in self:
            if other.hidden_behind is watch:
                other.hidden_behind = None
            other.aliases -= {str(key)}

    def seen(self, watch: PairWatch, before: frozenset[str]) -> None:
        """`watch` was judged; `before` are the run ids it had. Finds out whether another pair is the same servers."""
        run_ids = watch.run_ids
        if run_ids == before:
            return
        key = watch.pair.key
        if watch.hidden_behind is not None and not run_ids <= watch.hidden_behind.run_ids:
            watch.hidden_behind.aliases -= {str(key)}
            watch.hidden_behind = None
        for gone in before - run_ids:
            self._forget(gone, key)
        rivals: set[PairKey] = set()
        for run_id in run_ids:
            keys = self._by_run_id.setdefault(run_id, set())
            rivals |= keys
            keys.add(key)
        for rival in rivals - {key}:
            other = self._watches.get(rival)
            if other is not None and other.pair.key.provider != key.provider:
                self._settle(watch, other)

    def _forget(self, run_id: str, key: PairKey) -> None:
        """Every restart and every pair that goes leaves a run id behind."""
        keys = self._by_run_id.get(run_id, set())
        keys.discard(key)
        if not keys:
            self._by_run_id.pop(run_id, None)

    def _settle(self, one: PairWatch, other: PairWatch) -> None:
        """The provider that can do more keeps the pair, unless the other knows nodes that it does not."""
        winner, loser = sorted((one, other), key=lambda watch: -len(watch.verbs))
        if not loser.run_ids <= winner.run_ids:
            winner, loser = loser, winner
        if loser.run_ids <= winner.run_ids and winner.hidden_behind is None:
            loser.hidden_behind = winner
            winner.aliases |= {str(loser.pair.key)}

    @property
    def shown(self) -> list[PairWatch]:
        return [watch for watch in self._watches.values() if watch.hidden_behind is None]
