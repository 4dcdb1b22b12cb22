"""Fonts of the forms: found on the machine, never shipped; a missing glyph is an error.

TW-Kai is the typeface of official documents and holds the rare characters of names (CNS 11643);
Noto CJK serves where it is not installed. Nothing else is ever used, so that a form looks the
same on every machine that has these fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from typst import Compiler, Fonts

from cctv_policy.errors import FormError

FAMILIES = (
    "TW-Kai",
    "TW-Kai-Ext-B",
    "TW-Kai-Plus",
    "Noto Serif CJK TC",
    "Noto Sans CJK TC",
)
"""Most preferred first."""
PACKAGES = ("fonts-cns11643-kai", "fonts-noto-cjk")
"""Where Debian and Ubuntu have them."""
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
)
_REGULAR = 400
_INVISIBLE = {"\n", "\u200b"}
_INSTALL = f"請安裝字型 (install {' and '.join(PACKAGES)}, or name a folder that has their fonts)"


class FormFonts:
    """The fonts once loaded, and the typesetter that holds them: one object for many forms.

    Loading costs 0.1 s and the first form about a second, each later one some milliseconds.
    """

    def __init__(self, compiler: Compiler, faces: Sequence[tuple[str, str, int]]) -> None:
        """`faces`: (family, file, index in the file), most preferred first."""
        self.compiler = compiler
        self.faces = tuple(faces)

    @property
    def families(self) -> tuple[str, ...]:
        """The families that are there, most preferred first."""
        return tuple(family for family, _, _ in self.faces)

    def require(self, text: str, field: str) -> None:
        """FormError naming the first character that no font can print."""
        missing = set(text) - _INVISIBLE
        for _, file, index in self.faces:
            if not missing:
                return
            known = _characters(file, index)
            missing = {char for char in missing if ord(char) not in known}
        if missing:
            char = min(missing, key=text.index)
            absent = [family for family in FAMILIES if family not in self.families]
            raise FormError(
                f"沒有字型含有字元 U+{ord(char):04X} (no font has the character U+{ord(char):04X})",
                where=field,
                fix=_INSTALL
                if absent
                else "請用這個字的另一種寫法 (write the name with another form of the character)",
            )


def load_fonts(folders: Sequence[Path] | None = None) -> FormFonts:
    """The forms' fonts from `folders`, else from the system's.

    FormError with the packages' names if no family of `FAMILIES` is there.
    """
    searched = [folder for folder in (folders or SYSTEM_FOLDERS) if folder.is_dir()]
    fonts = Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in searched],
    )
    found = {
        info.family: (info.family, info.path, info.index)
        for info in fonts.fonts()
        if info.family in FAMILIES and info.weight == _REGULAR and info.path is not None
    }
    faces = [found[family] for family in FAMILIES if family in found]
    if not faces:
        raise FormError(
            "表單所需的字型都沒有安裝 "
            f"(none of the fonts of the forms is installed: {', '.join(FAMILIES)})",
            where=", ".join(map(str, searched)) or "no font folder",
            fix=_INSTALL,
        )
    return FormFonts(Compiler(font_paths=fonts, ignore_system_fonts=True), faces)


@lru_cache(maxsize=16)
def _characters(file: str, index: int) -> frozenset[int]:
    with TTFont(file, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})
