"""Ending a pair with all that it has: the load, the servers, the data."""

from . import lifecycle, load_process, process
from .layout import PairFolder, PairStore
from .lock import locked, uninterrupted
from .making import cannot_write


async def remove_pair(store: PairStore, folder: PairFolder, maker: str = "") -> None:
    """The caller holds the store's lock, and has made sure that this is the pair that is meant."""
    async with locked(folder.path, f"pair {folder.name}"):
        await uninterrupted(load_process.end, folder)
        # The data goes away: nothing to save, and a frozen server would not answer a polite request.
        for node in folder.read().nodes:
            await lifecycle.stop_node(folder, node, grace_seconds=0)
        await uninterrupted(process.end_all_under, folder.path)
        try:
            await uninterrupted(store.remove, folder, maker)
        except OSError as error:
            raise cannot_write(folder.path, error) from None
