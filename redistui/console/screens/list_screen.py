"""Screens that are a list: the keys that move over it, and what choosing a line does."""

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen

from redistui.console.bindings import bindings
from redistui.console.dialogs.modal import Modal
from redistui.console.requests import FleetWanted
from redistui.console.viewmodel.line import Line
from redistui.console.widgets.frame import FooterLine, HeaderLine
from redistui.console.widgets.line_list import LineList, Row
from redistui.console.widgets.lines import Lines
from redistui.model.snapshot import FleetSnapshot
from redistui.present.actions import BY_ID, Scope

Result = TypeVar("Result")


class ListKeys(Screen[Result], Generic[Result]):
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]

    @property
    def listing(self) -> LineList:
        return self.query_one(LineList)

    @on(LineList.Chosen)
    def action_list_choose(self) -> None:
        if self.listing.selected is not None:
            self.chosen(self.listing.selected)

    def chosen(self, value: object) -> None:
        """A line was chosen."""

    def action_list_down(self) -> None:
        self.listing.move(1)

    def action_list_up(self) -> None:
        self.listing.move(-1)

    def action_list_page_down(self) -> None:
        self.listing.move(self.listing.page)

    def action_list_page_up(self) -> None:
        self.listing.move(-self.listing.page)

    def action_list_first(self) -> None:
        self.listing.go_to_end(last=False)

    def action_list_last(self) -> None:
        self.listing.go_to_end(last=True)


class ListScreen(ListKeys[None]):
    """A whole screen: header, one heading line, the list, words about the highlighted line, footer."""

    title_words: ClassVar[str]
    footer_actions: ClassVar[tuple[str, ...]] = ("back", "refresh", "command", "help", "quit")
    words_lines: ClassVar[int] = 0

    def __init__(self, fleet: FleetSnapshot) -> None:
        super().__init__()
        self.fleet = fleet

    def compose(self) -> ComposeResult:
        yield HeaderLine(self.title_words)
        yield Lines(id="heading")
        yield LineList()
        words = Lines(id="words")
        words.display = bool(self.words_lines)
        yield words
        yield FooterLine(actions=tuple(BY_ID[name] for name in self.footer_actions))

    def on_mount(self) -> None:
        self.update_fleet(self.fleet)

    def on_screen_resume(self) -> None:
        self.post_message(FleetWanted())

    def on_resize(self) -> None:
        self.call_after_refresh(self.update_fleet, self.fleet)

    def update_fleet(self, fleet: FleetSnapshot) -> None:
        self.fleet = fleet
        self.query_one(HeaderLine).show_fleet(fleet)
        self.query_one("#heading", Lines).show([self.heading()])
        self.listing.show_rows(self.rows())
        self.draw_words()

    @on(LineList.Moved)
    def draw_words(self) -> None:
        self.query_one("#words", Lines).show(self.words())

    def heading(self) -> Line:
        raise NotImplementedError

    def rows(self) -> list[Row]:
        raise NotImplementedError

    def words(self) -> list[Line]:
        """About the highlighted line."""
        return []


class MenuScreen(Modal[Result], ListKeys[Result], Generic[Result]):
    """A small list over the screen it was called from; `escape` leaves it without choosing."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ANYWHERE, "back")]

    def __init__(self, title: str, rows: list[Row], note: str = "") -> None:
        super().__init__()
        self._menu_title = title
        self._menu_rows = rows
        self._note = note

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu") as menu:
            menu.border_title = self._menu_title
            menu.border_subtitle = self._note
            yield LineList()

    def on_mount(self) -> None:
        self.listing.styles.height = len(self._menu_rows)
        self.listing.show_rows(self._menu_rows)

    def action_back(self) -> None:
        self.dismiss(None)
