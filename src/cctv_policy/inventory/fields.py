"""Field types of the inventory: ids, addresses, host keys, secret names; and the fault codes."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from cctv_policy.model import Text
from cctv_policy.strictyaml import Int, int_between, matching, refuse, register, text_of

_ID = r"[a-z](?:[a-z0-9]|-(?!-)){0,46}[a-z0-9]"
_SECRET = r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)+"  # noqa: S105 - the form of a name
_USER = r"[A-Za-z_][A-Za-z0-9_.@-]{0,63}"
_CHANNEL = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
_MAC = r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}"
_RELATIVE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_DEVICE_NAMES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_HOST_KEY_BYTES = {
    "ssh-ed25519": range(51, 52),
    "ecdsa-sha2-nistp256": range(104, 105),
    "ecdsa-sha2-nistp384": range(136, 137),
    "ecdsa-sha2-nistp521": range(172, 173),
    "ssh-rsa": range(279, 2100),  # 2048 bits and more
}
_PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)

register(
    {
        "bad_id": Text(zh="代碼格式不對", en="not a valid id"),
        "bad_path": Text(zh="檔案位置或名稱不對", en="a file in the wrong place or form"),
        "bad_address": Text(zh="不是有效的 IP 位址", en="not a valid IP address"),
        "bad_host": Text(zh="不是有效的主機名稱或 IP 位址", en="not a host name or IP address"),
        "bad_host_key": Text(zh="不是有效的 SSH 主機公鑰", en="not a valid SSH host key"),
        "bad_secret_name": Text(
            zh="不是密碼庫中的名稱(不可寫密碼本身)", en="not the name of a secret in the vault"
        ),
        "secret_in_clear": Text(
            zh="清冊中不可有密碼或私鑰", en="a password or private key must not be in the inventory"
        ),
        "not_private": Text(zh="不是私有網段位址", en="not a private address"),
        "duplicate_id": Text(zh="代碼重複", en="the same id twice"),
        "duplicate_channel": Text(zh="同一主機的頻道重複", en="the same channel twice"),
        "duplicate_address": Text(zh="同一學校的位址重複", en="the same address twice in a school"),
        "duplicate_account": Text(zh="同一主機的帳號重複", en="the same account twice"),
        "id_mismatch": Text(zh="檔名與代碼不符", en="the file is not named after its id"),
        "unknown_area": Text(zh="沒有這個區域", en="there is no such area in this school"),
        "unknown_driver": Text(zh="沒有這種驅動程式", en="there is no such driver"),
        "future_date": Text(zh="日期在未來", en="a date in the future"),
        "date_order": Text(zh="日期先後不合理", en="dates in the wrong order"),
        "no_door": Text(zh="沒有任何連線方式", en="no way to ask this recorder anything"),
        "missing_file": Text(zh="找不到檔案", en="a file is missing"),
        "unreadable": Text(zh="檔案無法讀取", en="a file cannot be read"),
        "empty_inventory": Text(zh="清冊是空的", en="the inventory is empty"),
    }
)


def _id(value: Any) -> str:
    form = "2 to 48 of a-z, 0-9 and single hyphens, starting with a letter"
    text = matching(_ID, code="bad_id", what=f"an id is {form}")(value)
    if _DEVICE_NAMES.fullmatch(text):
        refuse("bad_id", "Windows keeps this name for a device")
    return text


def _address(value: Any) -> str:
    text = text_of(value, "an IP address")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        refuse("bad_address", "not one IPv4 or IPv6 address", "no mask, no port, no leading zeros")
    if "%" in text:
        refuse("bad_address", "an address with a zone", "leave out the part from % on")
    return str(address)


def is_private(address: str) -> bool:
    """Whether a valid address is in RFC 1918 or fc00::/7 (spec §1.4, row `private`)."""
    ip = ipaddress.ip_address(address)
    return any(ip in block for block in _PRIVATE)


def _private(address: str) -> str:
    if not is_private(address):
        refuse("not_private", "outside 10/8, 172.16/12, 192.168/16 and fc00::/7")
    return address


def _ula_interface(value: Any) -> str:
    text = text_of(value, "an address with prefix length")
    try:
        interface = ipaddress.IPv6Interface(text)
    except ValueError:
        refuse(
            "bad_address", "not an IPv6 address with prefix length", "e.g. fd12:3456:789a::10/64"
        )
    if "/" not in text or "%" in text or interface not in ipaddress.ip_network("fc00::/7"):
        refuse("bad_address", "not in fc00::/7 with a prefix length", "e.g. fd12:3456:789a::10/64")
    return str(interface)


def _range(value: Any) -> str:
    text = text_of(value, "an address range")
    try:
        block = ipaddress.ip_network(text)
    except ValueError:
        refuse(
            "bad_address", "not an address range", "network address and prefix, e.g. 10.1.2.0/24"
        )
    if not any(block.version == p.version and block.subnet_of(p) for p in _PRIVATE):  # type: ignore[arg-type]
        refuse("not_private", "outside 10/8, 172.16/12, 192.168/16 and fc00::/7")
    return str(block)


def _host(value: Any) -> str:
    text = text_of(value, "a host")
    if re.fullmatch(r"[0-9.]+|.*:.*", text):
        return _address(text)
    if not _HOSTNAME.fullmatch(text):
        refuse("bad_host", "not a host name (ASCII letters, digits, hyphens, dots)")
    return text.lower()


def _host_key(value: Any) -> str:
    """Type and base64, as in known_hosts; the blob must hold a key of that type and size."""
    words = text_of(value, "a host key").split(" ")
    kind = words[0]
    if len(words) != 2 or kind not in _HOST_KEY_BYTES:
        known = ", ".join(_HOST_KEY_BYTES)
        refuse("bad_host_key", f"must be `type base64` with type one of {known}")
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        refuse("bad_host_key", "the second word is not base64", "copy it from ssh-keyscan again")
    head = len(kind).to_bytes(4, "big") + kind.encode()
    if not blob.startswith(head) or len(blob) not in _HOST_KEY_BYTES[kind]:
        refuse("bad_host_key", "the key is cut off or of another type", "copy the whole line")
    return f"{kind} {words[1]}"


def _relative(value: Any) -> str:
    text = text_of(value, "a file name")
    if len(text) > 200 or not _RELATIVE.fullmatch(text):
        refuse("bad_path", "must be a path inside the repository", "e.g. evidence/router.yaml")
    return text


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"})


def is_id(text: str) -> bool:
    """Whether a text can be the id of a district, school or device."""
    return re.fullmatch(_ID, text) is not None


Id = Annotated[str, BeforeValidator(_id), _pattern(_ID)]
Word = Annotated[
    str,
    BeforeValidator(
        matching(r"[a-z][a-z0-9_-]{0,47}", code="bad_text", what="must be one lower-case word")
    ),
    _pattern(r"[a-z][a-z0-9_-]{0,47}"),
]
"""A word another part of the tool knows: a driver, a pack, a parameter, a city."""
SecretName = Annotated[
    str,
    BeforeValidator(
        matching(
            _SECRET,
            code="bad_secret_name",
            what="a secret's name is lower-case words joined by `/`",
            fix="put the secret into the vault and write its name, e.g. school-id/nvr-1/ssh",
        )
    ),
    _pattern(_SECRET),
]
"""Where the vault keeps a secret: `site/device/what`. The slash is what a password has not."""
UserName = Annotated[
    str,
    BeforeValidator(matching(_USER, code="bad_text", what="not a user name")),
    _pattern(_USER),
]
Channel = Annotated[
    str,
    BeforeValidator(matching(_CHANNEL, code="bad_text", what="not a channel name or number")),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^(?:{_CHANNEL})$"}),
]
"""A channel as the recorder calls it; text, because some recorders use names."""
Mac = Annotated[
    str,
    BeforeValidator(matching(_MAC, code="bad_address", what="must be like 00:11:22:aa:bb:cc")),
    _pattern(_MAC),
]
IpAddress = Annotated[str, BeforeValidator(_address)]
"""One IPv4 or IPv6 address in canonical text."""
PrivateAddress = Annotated[IpAddress, AfterValidator(_private)]
UlaInterface = Annotated[str, BeforeValidator(_ula_interface)]
"""An IPv6 unique local address with prefix length."""
PrivateRange = Annotated[str, BeforeValidator(_range)]
"""A private network in CIDR form."""
Host = Annotated[str, BeforeValidator(_host)]
HostKey = Annotated[str, BeforeValidator(_host_key)]
RelativePath = Annotated[str, BeforeValidator(_relative), _pattern(_RELATIVE.pattern)]
Port = Annotated[Int, AfterValidator(int_between(1, 65_535))]
