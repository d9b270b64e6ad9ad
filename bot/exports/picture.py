"""Draws texts, dots and rectangles of a PNG, where the extra ``charts`` is installed; Pillow loads with the first."""

from __future__ import annotations

import io
from importlib.resources import files
from importlib.util import find_spec

SCALE = 2
"""Pixels of a length of one, so that a picture is sharp on a phone."""
TEXT, TITLE = 13, 16
HATCH = 6
"""The distance between slanted lines."""
INK, PALE, PAPER, RED = (29, 28, 29), (110, 110, 110), (255, 255, 255), (192, 38, 38)
ALT_MAX_CHARS = 1_000
"""Slack's most characters of the words that stand for a picture."""
Colour = tuple[int, ...]


def is_installed() -> bool:
    """Returns whether pictures can be drawn."""
    return find_spec("PIL") is not None


class Picture:
    """A white picture; lengths are without the scale, and texts are centred on their height."""

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw, ImageFont

        self._image = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)
        self._draw = ImageDraw.Draw(self._image)
        content = files(__package__).joinpath("font", "chart-gothic.ttf").read_bytes()
        self._font, self._title = (ImageFont.truetype(io.BytesIO(content), size * SCALE) for size in (TEXT, TITLE))
        self._missing = bytes(self._font.getmask("\uffff"))

    def write(self, x: float, y: float, text: str, *, right: bool = False, colour: Colour = INK) -> None:
        """Writes a text that begins, or with ``right`` ends, at a point."""
        anchor = "rm" if right else "lm"
        self._draw.text((x * SCALE, y * SCALE), text, fill=colour, font=self._font, anchor=anchor)

    def write_centred(self, x: float, y: float, text: str, colour: Colour = INK) -> None:
        """Writes a text around a point."""
        self._draw.text((x * SCALE, y * SCALE), text, fill=colour, font=self._font, anchor="mm")

    def write_title(self, x: float, y: float, text: str) -> None:
        """Writes a larger text that begins at a point."""
        self._draw.text((x * SCALE, y * SCALE), text, fill=INK, font=self._title, anchor="lm")

    def fill(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fills a rectangle."""
        self._draw.rectangle([left * SCALE, top * SCALE, right * SCALE, bottom * SCALE], fill=colour)

    def hatch(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fills a rectangle with slanted lines."""
        height = bottom - top
        for start in range(round(left - height), round(right), HATCH):
            begin, end = max(left, start), min(right, start + height)
            line = [(begin * SCALE, (bottom - begin + start) * SCALE), (end * SCALE, (bottom - end + start) * SCALE)]
            self._draw.line(line, fill=colour, width=SCALE)

    def dot(self, x: float, y: float, radius: float, colour: Colour, *, hollow: bool = False) -> None:
        """Draws a dot around a point."""
        corners = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self._draw.ellipse(corners, fill=PAPER if hollow else colour, outline=colour, width=2 * SCALE)

    def can_write(self, text: str) -> bool:
        """Returns whether the font has every character of a text."""
        return all(bytes(self._font.getmask(char)) != self._missing for char in text)

    def fitted(self, text: str, width: float) -> str:
        """Cuts a text that is wider than this, with an ellipsis."""
        if self._font.getlength(text) <= width * SCALE:
            return text
        while text and self._font.getlength(f"{text}…") > width * SCALE:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def png(self) -> bytes:
        """Returns the file."""
        content = io.BytesIO()
        self._image.save(content, "PNG", optimize=True)
        return content.getvalue()
