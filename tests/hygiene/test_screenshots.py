"""The pictures in screenshots/: every screen in both sizes, drawn by any viewer, fetching nothing, telling no place."""

import re
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.checkout import ROOT
from support.screenshot_changes import CHANGES
from support.screenshots import NARROW, SCREENS, WIDE, tidy

from redistui.config.themes import load_themes
from redistui.console.viewmodel.pair_panels import PairPanel

PICTURES = sorted((ROOT / "screenshots").glob("*.svg"))


def test_every_screen_is_there_in_both_sizes() -> None:
    screens = [name for _, name in SCREENS]
    sizes = [f"{columns}x{rows}" for columns, rows in (WIDE, NARROW)]
    expected = {f"{name}-{size}" for name in ("fleet", "pair", *screens, *CHANGES) for size in sizes}
    expected |= {f"pair-{panel.value}-{sizes[1]}" for panel in PairPanel}
    expected |= {f"theme-{theme.name}" for theme in load_themes()[0]}
    assert {picture.stem for picture in PICTURES} == expected


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_fetches_nothing_and_tells_no_place(picture: Path) -> None:
    text = picture.read_text()
    root = ET.fromstring(text)
    words = " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}tspan"))
    assert "redistui" in words
    assert set(re.findall(r"https?://[^\s\"')<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"/(tmp|root|home|Users)\b", text)
    assert socket.gethostname() not in words


def test_words_stand_in_their_cells() -> None:
    text = '<text class="r1" x="12.2" y="20" textLength="85.4" clip-path="url(#a)">&#160;a&#160;数&#160;b&amp;</text>'
    assert re.findall(r'<tspan x="([^"]+)">([^<]+)<', tidy(text)) == [("24.4", "a"), ("48.8", "数"), ("85.4", "b&amp;")]
