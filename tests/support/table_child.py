"""The peer: Textual's own DataTable showing the same rows once a second, compared cell by cell before an update."""

import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.fleets import fleet, later
from textual.app import App, ComposeResult
from textual.widgets import DataTable

from redistui.console.viewmodel.fleet_columns import Column, Placed, cell
from redistui.model.snapshot import FleetSnapshot


class TableApp(App[None]):
    def __init__(self, shown: FleetSnapshot) -> None:
        super().__init__()
        self.shown = shown
        self.cells: dict[tuple[str, str], str] = {}

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in Column:
            table.add_column(column.value, key=column.value, width=10)
        for pair in self.shown.pairs:
            table.add_row(*(self.text(pair, column) for column in Column), key=str(pair.key))

    def text(self, pair: object, column: Column) -> str:
        spans = cell(Placed(column, 10), pair, self.shown.at).spans  # type: ignore[arg-type]
        return "".join(span.text for span in spans)

    def show(self, shown: FleetSnapshot) -> None:
        self.shown = shown
        table = self.query_one(DataTable)
        for pair in shown.pairs:
            for column in Column:
                place, text = (str(pair.key), column.value), self.text(pair, column)
                if self.cells.get(place) != text:
                    self.cells[place] = text
                    table.update_cell(*place, text)


def main() -> None:
    orders = json.loads(sys.argv[1])
    app = TableApp(fleet(orders["pairs"]))

    def publish() -> None:
        number, current = 0, app.shown
        while True:
            time.sleep(1.0)
            number += 1
            current = later(current, 1.0, changing=orders["changing"], seed=number)
            app.call_from_thread(app.show, current)

    threading.Thread(target=publish, daemon=True).start()
    app.run(mouse=False)


if __name__ == "__main__":
    main()
