"""A small RTSP camera: one H.264 clip, played for ever, to any number of clients.

RTSP 1.0 over TCP (RFC 2326) with interleaved RTP (RFC 6184, packetization mode 1).
UDP transports are answered with 461, upon which clients fall back to TCP. Any path
(``/ch1``, ``/ch2``…) gives the same stream. Timestamps go on when the clip starts again.

Run as a program it serves until killed:

    python3 camera.py --clip clip.h264 --user admin --password-file FILE --auth digest
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

try:
    from .camera_onvif import Onvif
except ImportError:  # run as a program
    from camera_onvif import Onvif  # type: ignore[no-redef]

Auth = Literal["digest", "basic", "none"]

CLOCK_HZ = 90_000
PAYLOAD_TYPE = 96
MAX_PAYLOAD = 1_400
IDR, SPS, PPS = 5, 7, 8
REALM = "IP Camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Access units (one per frame), each a tuple of NAL units without start codes."""

    frames: tuple[tuple[bytes, ...], ...]
    sps: bytes
    pps: bytes
    fps: int


@dataclass(slots=True, kw_only=True)
class Access:
    """Who may watch. ``auth="none"`` serves everybody (the planted anonymous stream).

    The password may be changed while it runs (camera_onvif.py); then all sessions end.
    """

    auth: Auth = "digest"
    user: str = "admin"
    password: str = field(default="", repr=False)
    sessions: set[asyncio.StreamWriter] = field(default_factory=set, repr=False)


def read_clip(path: Path, *, fps: int = 5) -> Clip:
    """Read an Annex B file whose frames are single slices; raise ValueError without SPS/PPS."""
    frames: list[tuple[bytes, ...]] = []
    pending: list[bytes] = []
    parameters: dict[int, bytes] = {}
    for nal in re.split(rb"\x00\x00\x00?\x01", path.read_bytes()):
        kind = nal[0] & 0x1F if nal else 0
        if kind in (SPS, PPS):
            parameters[kind] = nal
            pending.append(nal)
        elif kind in (1, IDR):
            frames.append((*pending, nal))
            pending = []
    if not frames or SPS not in parameters or PPS not in parameters:
        raise ValueError(f"{path}: not an H.264 stream with SPS and PPS")
    return Clip(frames=tuple(frames), sps=parameters[SPS], pps=parameters[PPS], fps=fps)


def payloads(nal: bytes) -> Iterator[bytes]:
    """RFC 6184: the NAL unit itself, or FU-A fragments when it exceeds one packet."""
    if len(nal) <= MAX_PAYLOAD:
        yield nal
        return
    indicator, kind, body = (nal[0] & 0xE0) | 28, nal[0] & 0x1F, nal[1:]
    step = MAX_PAYLOAD - 2
    for start in range(0, len(body), step):
        first, last = start == 0, start + step >= len(body)
        yield bytes((indicator, first << 7 | last << 6 | kind)) + body[start : start + step]


def describe(clip: Clip, url: str) -> str:
    """The SDP of the one video track."""
    sets = ",".join(base64.b64encode(part).decode() for part in (clip.sps, clip.pps))
    lines = (
        "v=0",
        "o=- 0 0 IN IP4 0.0.0.0",
        "s=Lab camera",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=range:npt=now-",
        f"a=control:{url}",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/{CLOCK_HZ}",
        f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1"
        f";profile-level-id={clip.sps[1:4].hex()};sprop-parameter-sets={sets}",
        f"a=framerate:{clip.fps}",
        f"a=control:{url.rstrip('/')}/track1",
    )
    return "\r\n".join(lines) + "\r\n"


def md5(text: str) -> str:
    """RFC 2069/2617 digests are MD5."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def is_allowed(access: Access, method: str, header: str, nonce: str) -> bool:
    """Does this Authorization header open the stream? The nonce is the connection's."""
    if access.auth == "none":
        return True
    if access.auth == "basic":
        wanted = base64.b64encode(f"{access.user}:{access.password}".encode()).decode()
        return secrets.compare_digest(header, f"Basic {wanted}")
    given = dict(re.findall(r'(\w+)="?([^",]*)"?', header.removeprefix("Digest ")))
    if given.get("username") != access.user or given.get("nonce") != nonce:
        return False
    ha1 = md5(f"{access.user}:{REALM}:{access.password}")
    ha2 = md5(f"{method}:{given.get('uri', '')}")
    return secrets.compare_digest(given.get("response", ""), md5(f"{ha1}:{nonce}:{ha2}"))


class Session:
    """One client connection: answers requests, and after PLAY sends frames in real time."""

    def __init__(
        self, clip: Clip, access: Access, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.clip, self.access, self.reader, self.writer = clip, access, reader, writer
        self.nonce, self.id = secrets.token_hex(16), secrets.token_hex(8)
        self.channel, self.ssrc = 0, secrets.token_bytes(4)
        self.player: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Until TEARDOWN, end of file or an error of the line."""
        self.access.sessions.add(self.writer)
        try:
            while await self.answer():
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            self.access.sessions.discard(self.writer)
            if self.player:
                self.player.cancel()
            self.writer.close()

    async def answer(self) -> bool:
        """Handle one request; False when the session is over."""
        start = await self.reader.readexactly(1)
        if start == b"$":  # interleaved RTCP from the client: not needed
            head = await self.reader.readexactly(3)
            await self.reader.readexactly(int.from_bytes(head[1:], "big"))
            return True
        text = (start + await self.reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
        request, *rest = text.strip().split("\r\n")
        method, url, _ = request.split(" ", 2)
        headers = {
            k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)
        }
        await self.reader.readexactly(int(headers.get("content-length", "0")))
        status, extra, body = self.reply(method, url, headers)
        lines = [
            f"RTSP/1.0 {status}",
            f"CSeq: {headers.get('cseq', '0')}",
            "Server: lab-camera",
            *extra,
        ]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await self.writer.drain()
        if method == "PLAY" and status.startswith("200") and not self.player:
            self.player = asyncio.create_task(self.play())
        return method != "TEARDOWN"

    def reply(self, method: str, url: str, headers: dict[str, str]) -> tuple[str, list[str], str]:
        """Status line, extra headers and body for one request."""
        session = f"Session: {self.id};timeout=60"
        if method == "OPTIONS":
            return "200 OK", ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"], ""
        if not is_allowed(self.access, method, headers.get("authorization", ""), self.nonce):
            challenge = f'Basic realm="{REALM}"'
            if self.access.auth == "digest":
                challenge = f'Digest realm="{REALM}", nonce="{self.nonce}"'
            return "401 Unauthorized", [f"WWW-Authenticate: {challenge}"], ""
        if method == "DESCRIBE":
            return (
                "200 OK",
                ["Content-Type: application/sdp", f"Content-Base: {url}/"],
                describe(self.clip, url),
            )
        if method == "SETUP":
            wanted = re.search(
                r"RTP/AVP/TCP.*?(?:interleaved=(\d+)-\d+|$)", headers.get("transport", "")
            )
            if not wanted:
                return "461 Unsupported Transport", [], ""
            self.channel = int(wanted[1] or 0)
            pair = f"{self.channel}-{self.channel + 1}"
            transport = f"RTP/AVP/TCP;unicast;interleaved={pair};ssrc={self.ssrc.hex()}"
            return "200 OK", [f"Transport: {transport}", session], ""
        if method in ("PLAY", "GET_PARAMETER", "SET_PARAMETER", "TEARDOWN"):
            return "200 OK", [session] + (["Range: npt=now-"] if method == "PLAY" else []), ""
        return "501 Not Implemented", [], ""

    async def play(self) -> None:
        """Send the clip again and again at its frame rate, from a key frame on."""
        loop = asyncio.get_running_loop()
        started, sequence, count = loop.time(), 0, 0
        try:
            while True:
                nals = self.clip.frames[count % len(self.clip.frames)]
                packets = [part for nal in nals for part in payloads(nal)]
                for n, packet in enumerate(packets):
                    self.send(packet, sequence, count, last=n == len(packets) - 1)
                    sequence = (sequence + 1) & 0xFFFF
                await self.writer.drain()
                count += 1
                await asyncio.sleep(started + count / self.clip.fps - loop.time())
        except OSError:
            self.writer.close()

    def send(self, payload: bytes, sequence: int, frame: int, *, last: bool) -> None:
        """One RTP packet in one interleaved frame."""
        stamp = frame * CLOCK_HZ // self.clip.fps & 0xFFFFFFFF
        header = (
            bytes((0x80, last << 7 | PAYLOAD_TYPE))
            + sequence.to_bytes(2, "big")
            + stamp.to_bytes(4, "big")
        )
        packet = header + self.ssrc + payload
        self.writer.write(b"$" + bytes((self.channel,)) + len(packet).to_bytes(2, "big") + packet)


async def serve(
    clip: Clip, access: Access, *, host: str, port: int, stored: Path | None = None
) -> None:
    """Listen until cancelled. With ``stored``, ONVIF answers on port 80 and changes go there."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(clip, access, reader, writer).serve()

    server = await asyncio.start_server(connected, host, port)
    if stored:
        await asyncio.start_server(Onvif(access, stored).connected, host, 80)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Parse arguments and serve."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=554)
    parser.add_argument("--auth", choices=("digest", "basic", "none"), default="digest")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password-file", type=Path, help="one line; kept off the command line")
    args = parser.parse_args()
    password = args.password_file.read_text().rstrip("\n") if args.password_file else ""
    access = Access(auth=args.auth, user=args.user, password=password)
    asyncio.run(
        serve(
            read_clip(args.clip), access, host=args.host, port=args.port, stored=args.password_file
        )
    )


if __name__ == "__main__":
    main()
