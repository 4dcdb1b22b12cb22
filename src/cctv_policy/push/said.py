"""What a script on a device said at its end, in zh-TW. Pure.

The sentences are those of `fail` in `sh/` and `kinds/`; tests/push/test_said.py finds each of them.
What others say (systemd, a database) stays as it is.
"""

from __future__ import annotations

import re

_KNOWN = {
    r"(\S+) answers (\S+) to the managed login": r"以納管帳號登入 \1，回應 \2",
    r"(\S+) answers (\S+) without a login": r"\1 不須登入即回應 \2",
    r"(\S+) cannot be enabled": r"\1 無法設為開機啟動",
    r"(\S+) cannot be stopped": r"\1 無法停止",
    r"(\S+) does not start": r"\1 無法啟動",
    r"(\S+) has stopped again": r"\1 啟動後又停止",
    r"(\S+) is gone": r"\1 不見了",
    r"(\S+) is not as it was planned for; plan again": r"\1 在規劃後被更動，請重新規劃",
    r"cannot change (.+)": r"無法修改 \1",
    r"cannot choose among the files of (.+)": r"無法挑選 \1 的檔案",
    r"cannot give (\S+) to (\S+)": r"無法將 \1 交給 \2",
    r"cannot list (.+)": r"無法列出 \1",
    r"cannot make (.+)": r"無法建立 \1",
    r"cannot save ([^:]+)(.*)": r"無法備份 \1\2",
    r"cannot write ([^:]+)(.*)": r"無法寫入 \1\2",
    r"no new footage on channel (.+)": r"頻道 \1 沒有新的錄影",
    r"no new footage of monitor (.+)": r"監視器 \1 沒有新的錄影",
    r"no new footage in (.+)": r"\1 沒有新的錄影",
    r"no new footage": r"沒有新的錄影",
    r"port (\S+) is still open": r"連接埠 \1 仍開放",
    r"this file system cannot protect (.+); copy it away": r"此檔案系統無法保護 \1，請另存副本",
    r"events under a hold are not archived": r"保全中的事件尚未封存",
    r"hold (\S+) is not protected": r"保全 \1 的影像尚未受保護",
    r"apache does not reload": r"Apache 無法重新載入",
    r"apache refuses its configuration": r"Apache 不接受新設定",
    r"no certificate": r"無法製作憑證",
    r"no random numbers": r"主機沒有亂數來源",
    r"no filter (.+)": r"沒有篩選器 \1",
    r"no secret (.+)": r"沒有收到密碼 \1",
    r"the database refuses": r"資料庫拒絕",
    r"the database does not take the change": r"資料庫不接受變更",
    r"MariaDB does not take the change": r"MariaDB 不接受變更",
    r"MariaDB does not say whether it took the password": r"MariaDB 沒有回應是否接受密碼",
    r"su does not say whether it took the password": r"su 沒有回應是否接受密碼",
    r"usermod does not switch (.+) off": r"usermod 無法停用 \1",
    r"the account may not use the API": r"此帳號不能使用 API",
    r"ZoneMinder answers (.+)": r"ZoneMinder 回應 \1",
    r"ZoneMinder's .+": r"ZoneMinder 的設定不如預期",
    r"motion answers (.+)": r"motion 回應 \1",
    r"motion does not answer on port (.+)": r"motion 在連接埠 \1 沒有回應",
    r"motion has no page that asks for a login": r"motion 沒有須登入的網頁",
    r"no page of motion has the account (.+); hardening switches logins on":
        r"motion 的網頁沒有帳號 \1；登入由 hardening 啟用",
    r"motionEye answers (.+)": r"motionEye 回應 \1",
    r"motionEye has no account (.+)": r"motionEye 沒有帳號 \1",
    r"no file sets ZM_DB_PASS": r"沒有設定 ZM_DB_PASS 的檔案",
    r"no channel fetches from (.+)": r"沒有頻道取用 \1 的影像",
    r"no monitor fetches from (.+)": r"沒有監視器取用 \1 的影像",
    r"no service fetches from (.+)": r"沒有服務取用 \1 的影像",
    r"monitor (.+) does not restart": r"監視器 \1 無法重新啟動",
    r"snmpd does not answer": r"snmpd 沒有回應",
    r"the camera (\S+) does not answer on the network": r"攝影機 \1 在網路上沒有回應",
    r"the camera does not answer ONVIF on port (.+)": r"攝影機在連接埠 \1 沒有回應 ONVIF",
    r"the camera answers (.+)": r"攝影機回應 \1",
    r"the camera declines the password": r"攝影機不接受此密碼",
    r"the recorder has no (.+)": r"主機沒有 \1",
    r"another step still runs on this device": r"此設備仍有另一個步驟在執行",
    r"put back as it was": r"已恢復原狀",
}  # fmt: skip
_LOST = re.compile(r"(.*?)(?:; )?not put back: ?(.*)")


def in_chinese(line: str) -> str:
    """One line of a script; a file that could not be put back is named behind its reason."""
    if lost := _LOST.fullmatch(line):
        parts = (in_chinese(lost[1]), f"未能恢復：{lost[2]}")
        return "；".join(part for part in parts if part)
    for english, chinese in _KNOWN.items():
        if found := re.fullmatch(english, line):
            return found.expand(chinese)
    return line
