"""`show` and `forms`: what a person may see of a record, on the screen and on paper."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli import desk
from cctv_policy.errors import ClerkError

if TYPE_CHECKING:
    from cctv_policy.clerk.office import Office
    from cctv_policy.clerk.strongbox import Strongbox
    from cctv_policy.cli.shared import Commands

BLANKS = ("request", "inspection", "register")


def add(commands: Commands) -> None:
    """The commands of this group."""
    for verbs, name in ((commands, "show"), (desk.verbs(commands, "request", ""), "show")):
        _add_show(verbs, name)
    _add_forms(commands)


def _add_show(commands: Commands, name: str) -> None:
    command = commands.add_parser(
        name,
        help="show one record, opened for your eyes 顯示一筆紀錄",
        description="Personal data is decrypted to a terminal only.",
    )
    command.add_argument("id", metavar="ID", help="e.g. REQ-115-0001")
    command.add_argument("--clear", action="store_true", help="only what is not sealed")
    command.add_argument(
        "--unsafe-stdout", action="store_true", help="decrypt though stdout is no terminal"
    )
    desk.office_arguments(command)
    desk.identity_argument(command)

    def show(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk.show import shown

        office = desk.office_of(arguments, anybody=True)
        box = None if arguments.clear else desk.box_of(arguments, office)
        if box is not None and not sys.stdout.isatty() and not arguments.unsafe_stdout:
            fix = "直接在終端機執行；只看未加密欄位請加 --clear"
            raise ClerkError(
                "不把解密的個資寫到管線或檔案 (personal data is shown to a terminal only)", fix=fix
            )
        sys.stdout.write(shown(office, arguments.id, box))
        return 0

    command.set_defaults(command=show)


def _add_forms(commands: Commands) -> None:
    verbs = desk.verbs(
        commands, "forms", "print the forms of the document 列印附錄1、附錄2、登記簿"
    )
    command = verbs.add_parser(
        "print",
        help="a record, all inspections, the register or a blank form as PDF 列印",
        description="Prints REQ-… as 附錄1, INS-… or `inspections` as 附錄2, `register` as "
        "調閱登記簿; `blank-request`, `blank-inspection`, `blank-register` to be filled by hand.",
    )
    command.add_argument(
        "what", metavar="WHAT", help="REQ-…, INS-…, inspections, register, blank-…"
    )
    command.add_argument(
        "--year", type=int, metavar="115", help="register: ROC year (default: this)"
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=".pdf; the register also .ods",
    )
    command.add_argument(
        "--fonts", type=Path, action="append", metavar="DIR", help="only fonts of this folder"
    )
    desk.office_arguments(command)
    desk.identity_argument(command)
    command.set_defaults(command=_print)


def _print(arguments: argparse.Namespace) -> int:
    office = desk.office_of(arguments, anybody=True)
    output: Path = arguments.output
    if output.resolve().is_relative_to(office.root.resolve()):
        fix = "選擇紀錄庫以外的資料夾"
        raise ClerkError(
            "列印檔含個資，不可放在紀錄庫內 (not inside the repository)",
            where=str(output),
            fix=fix,
        )
    data = _made(office, arguments, desk.box_of(arguments, office))
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise ClerkError(f"無法寫入：{error.strerror}", where=str(output)) from None
    print(output)
    return 0


def _made(office: Office, arguments: argparse.Namespace, box: Strongbox) -> bytes:
    from cctv_policy.clerk import papers
    from cctv_policy.forms.fonts import load_fonts
    from cctv_policy.forms.inspection import render_inspection, render_inspection_blank
    from cctv_policy.forms.ods import register_ods
    from cctv_policy.forms.register import Register, render_register
    from cctv_policy.forms.request import render_request, render_request_blank

    what: str = arguments.what
    year = arguments.year or office.today.year - 1911
    if what == "register" and arguments.output.suffix == ".ods":
        return register_ods(papers.register_book(office, year, box))
    fonts = load_fonts(arguments.fonts)
    if what == "register":
        return render_register(papers.register_book(office, year, box), fonts)
    if what == "blank-request":
        return render_request_blank(fonts)
    if what == "blank-register":
        return render_register(Register(), fonts)
    if what == "blank-inspection":
        return render_inspection_blank(retention_days=papers.retention_days(office), fonts=fonts)
    if what.startswith("REQ-"):
        return render_request(papers.request_form(office, what, box), fonts)
    if what.startswith("INS-") or what == "inspections":
        ids = office.ids("INS") if what == "inspections" else [what]
        books = papers.inspection_books(office, ids, box)
        return render_inspection(books, retention_days=papers.retention_days(office), fonts=fonts)
    fix = "REQ-…、INS-…、inspections、register、blank-request、blank-inspection、blank-register"
    raise ClerkError("不知道要印什麼 (unknown form)", fix=f"可用：{fix}")
