"""Every finding of every pair."""

from typing import ClassVar

from redistui.console.requests import OpenPair
from redistui.console.viewmodel import alerts
from redistui.console.viewmodel.line import Line
from redistui.console.widgets.line_list import Row
from redistui.model.topology import PairKey

from .list_screen import ListScreen


class AlertsScreen(ListScreen):
    title_words = "alerts"
    footer_actions: ClassVar[tuple[str, ...]] = ("list.choose", "back", "copy", "command", "help", "quit")
    words_lines = 2

    @property
    def key(self) -> PairKey | None:
        selected = self.listing.selected
        return selected.key if isinstance(selected, alerts.Alert) else None

    def heading(self) -> Line:
        return alerts.heading(self.size.width)

    def rows(self) -> list[Row]:
        rows = [
            Row(alerts.alert_line(pair, finding, self.size.width), alerts.alert_of(pair, finding))
            for pair, finding in alerts.findings(self.fleet)
        ]
        return rows or [Row(line) for line in alerts.no_alerts(self.fleet)]

    def words(self) -> list[Line]:
        for pair, finding in alerts.findings(self.fleet):
            if alerts.alert_of(pair, finding) == self.listing.selected:
                return alerts.alert_words(pair, finding, self.size.width, self.words_lines)
        return []

    def chosen(self, value: object) -> None:
        if self.key is not None:
            self.post_message(OpenPair(self.key))
