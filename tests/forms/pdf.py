"""What a PDF says and shows, asked of poppler."""

from __future__ import annotations

import re
import struct
import subprocess
import zlib
from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"


def text(pdf: bytes) -> str:
    """All text in the order of the drawing, without any white space."""
    return re.sub(r"\s+", "", _run(["pdftotext", "-raw", "-", "-"], pdf).decode())


def text_of_page(pdf: bytes, page: int) -> str:
    args = ["pdftotext", "-raw", "-f", str(page), "-l", str(page), "-", "-"]
    return re.sub(r"\s+", "", _run(args, pdf).decode())


def text_lines(pdf: bytes) -> list[str]:
    return _run(["pdftotext", "-raw", "-", "-"], pdf).decode().splitlines()


def pages(pdf: bytes) -> int:
    found = re.search(rb"^Pages:\s+(\d+)$", _run(["pdfinfo", "-"], pdf), re.M)
    assert found
    return int(found[1])


def fonts_of(pdf: bytes) -> list[tuple[str, bool, bool]]:
    """(name, embedded, has a table back to Unicode) of every font."""
    rows = _run(["pdffonts", "-"], pdf).decode().splitlines()[2:]
    return [(row.split()[0], row.split()[-5] == "yes", row.split()[-3] == "yes") for row in rows]


Picture = tuple[int, int, bytes]
"""Width, height and one grey byte a pixel."""


def picture(pdf: bytes, page: int = 1, dpi: int = 50) -> Picture:
    args = ["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page)]
    return parse_pgm(_run([*args, "-"], pdf))


def parse_pgm(pgm: bytes) -> Picture:
    magic, size, depth, pixels = pgm.split(b"\n", 3)
    width, height = map(int, size.split())
    assert (magic, depth) == (b"P5", b"255")
    assert len(pixels) == width * height
    return width, height, pixels


def difference(one: Picture, other: Picture, cell: int = 10) -> float:
    """The largest difference of mean grey (0 to 255) of any cell of `cell`² pixels.

    A cell's mean barely moves with another rasteriser's smoothing; a line, label or value that is
    lost, doubled or moved by a millimetre changes its cells by tens.
    """
    assert one[:2] == other[:2], "another page size"
    width, height = one[:2]
    largest = 0.0
    for top in range(0, height, cell):
        for left in range(0, width, cell):
            size = total = 0
            for y in range(top, min(top + cell, height)):
                start, end = y * width + left, y * width + min(left + cell, width)
                total += sum(one[2][start:end]) - sum(other[2][start:end])
                size += end - start
            largest = max(largest, abs(total) / size)
    return largest


def save_png(image: Picture, path: Path) -> None:
    """A grey PNG without row filters, so that reading it back needs no library."""
    width, height, pixels = image
    rows = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    path.write_bytes(
        _PNG
        + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    )


def load_png(path: Path) -> Picture:
    """A picture that `save_png` wrote."""
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    (size,) = struct.unpack(">I", data[33:37])
    rows = zlib.decompress(data[41 : 41 + size])
    starts = range(0, len(rows), width + 1)
    assert data.startswith(_PNG)
    assert all(rows[start] == 0 for start in starts)
    return width, height, b"".join(rows[start + 1 : start + 1 + width] for start in starts)


def _run(args: list[str], pdf: bytes) -> bytes:
    done = subprocess.run(args, input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout
