"""What argparse complains of, in zh-TW first and its own words behind it."""

from __future__ import annotations

import re
import unicodedata

from cctv_policy import identity
from cctv_policy.secretstore import KEY_ITSELF

_ZH: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.+)", r"缺少必要的參數：\1"),
    (r"unrecognized arguments: .*", "有不認識的參數"),
    (r"ambiguous option: .*", "參數寫得太短，無法分辨"),
    (r"argument (\S+): not allowed with argument (\S+)", r"參數 \1 不可與 \2 並用"),
    (r"argument (\S+): expected one argument", r"參數 \1 後面要有一個值"),
    (r"argument (\S+): expected at least one argument", r"參數 \1 後面至少要有一個值"),
    (r"argument (\S+): ignored explicit argument .*", r"參數 \1 不接受值"),
    (r"argument (\S+): invalid choice: .*", r"參數 \1 的值不在可用的選項中"),
    (r"argument (\S+): invalid .* value: .*", r"參數 \1 的值格式不對"),
    (r"one of the arguments (.+) is required", r"須有其中一個參數：\1"),
)


def complaint(message: str) -> str:
    """`缺少必要的參數：--to (the following arguments are required: --to)`.

    A message that is in zh-TW already, as those of our own types, keeps its words. An identity or
    telephone number, or a private key, that was typed where it does not belong is not repeated.
    """
    message = " ".join("(…)" if _private(word) else word for word in message.split(" "))
    for pattern, words in _ZH:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return f"{found.expand(words)} ({message})"
    if re.search(r"[\u4e00-\u9fff]", message):
        return re.sub(r"^argument (\S+): ", r"參數 \1：", message)
    return f"參數有誤 ({message})"


def _private(word: str) -> bool:
    from cctv_policy.records.pii import number_in  # loads what only few commands need

    return bool(KEY_ITSELF.search(word) or number_in(word))


def told(error: Exception) -> str:
    """What an error of the tool says, without the personal number or the private key that was
    typed where an id or a path belongs.
    """
    text = str(error)
    if key := KEY_ITSELF.search(text):
        text = text[: key.start()] + "(…)"  # nobody knows where it ends
    hits = [hit for hit in identity.find(text) if hit.checksum_ok]
    plain = unicodedata.normalize("NFKC", text) if hits and not text.isascii() else text
    for hit in sorted(hits, key=lambda hit: hit.start, reverse=True):
        plain = plain[: hit.start] + "(…)" + plain[hit.end :]
    return plain
