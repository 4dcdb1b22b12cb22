"""The notes that an applicant accepts (附錄1 附註; PDPA art. 8), and their digest."""

from __future__ import annotations

import hashlib

NOTES = (
    "1.影像資料僅供申請目的之使用，不得另行複製傳閱散佈播放，並應遵守「個人資料保護法」之規定，"
    "以維護當事人之隱私權益。若未遵守相關法律而衍生之爭議，由申請人自行負責。",
    "2.監視器攝錄資料調閱申請單至少應保存一年。",
)
"""Word for word as the form prints them."""


def notes_sha256() -> str:
    """What a record says was accepted."""
    return hashlib.sha256("\n".join(NOTES).encode()).hexdigest()
