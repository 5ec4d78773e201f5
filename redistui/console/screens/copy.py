"""Copying where an application writes and reads."""

from redistui.console.viewmodel.line import Span, Tone, line, safe
from redistui.console.widgets.line_list import Row
from redistui.model.snapshot import PairSnapshot
from redistui.present.endpoints import read_endpoints, write_endpoint

from .list_screen import MenuScreen


def copy_rows(pair: PairSnapshot) -> list[Row]:
    """Each endpoint; a row without a value says why there is none."""
    write, reads = write_endpoint(pair), read_endpoints(pair)
    rows = [_row("write", write) if write else _lacking("write", "no node is known to be the primary")]
    rows += [_row("read", read) for read in reads]
    if not reads:
        rows.append(_lacking("read", "no replica answers"))
    if len(reads) > 1:
        rows.append(Row(line(Span(" read   ", Tone.DIM), f"all {len(reads)}"), ",".join(reads)))
    return rows


def _row(kind: str, endpoint: str) -> Row:
    return Row(line(Span(f" {kind:<7}", Tone.DIM), safe(endpoint)), endpoint)


def _lacking(kind: str, why: str) -> Row:
    return Row(line(Span(f" {kind:<7}unknown: {why}", Tone.DIM)))


class CopyScreen(MenuScreen[str]):
    """Answers the chosen endpoint."""

    def __init__(self, pair: PairSnapshot) -> None:
        super().__init__(f"copy endpoint of {safe(pair.key.name)}".replace("[", "\\["), copy_rows(pair), "enter copies")

    def chosen(self, value: object) -> None:
        self.dismiss(str(value))
