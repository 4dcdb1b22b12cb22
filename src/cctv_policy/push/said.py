"""What a script on a device said at its end, and why one could not be asked, in zh-TW. Pure.

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
    # why a device could not be asked or planned for (CannotTell)
    r"no reply to a connection within (\d+) s": r"\1 秒內沒有回應連線",
    r"the host name has no address": r"主機名稱查不到位址",
    r"Connection refused": r"連線被拒",
    r"No route to host": r"沒有到此位址的路由",
    r"Network is unreachable": r"網路無法到達",
    r"no secret named (\S+)": r"找不到名為 \1 的密碼或金鑰",
    r"the secret (\S+) is not an unencrypted private key": r"\1 不是未加密的私鑰",
    r"(?:\S+: )?the key is not accepted": r"設備不接受此金鑰",
    r"the device shows another key than the pinned one": r"設備的主機金鑰與清冊不同",
    r"the device shows a key of another type": r"設備的主機金鑰類型與清冊不同",
    r"the device has no key of a pinned type": r"設備的主機金鑰類型與清冊不同",
    r"no answer in time": r"逾時沒有回應",
    r"connected, but no SSH greeting came": r"連上了，但 SSH 沒有回應",
    r"the port does not speak SSH 2": r"此連接埠不是 SSH",
    r"the line is gone": r"連線已中斷",
    r"the connection broke in the key exchange.*": r"連線在交換金鑰時中斷",
    r"the login broke.*": r"連線在登入時中斷",
    r"the step's end was not seen: (.+)": r"沒有看到步驟的結果（\1）",
    r"(\S+) s are used up": r"已用完 \1 秒",
    r"the device has no sudo": r"設備沒有 sudo",
    r"sudo refuses the push account \((.+)\)": r"sudo 拒絕推送帳號（\1）",
    r"no `connect` in the inventory": r"清冊沒有 connect",
    r"no push account in the inventory": r"清冊沒有推送帳號",
    r"no push for the driver (\S+)": r"驅動程式 \1 不支援推送",
    r"no interface (\S+)": r"沒有網路介面 \1",
    r"the database did not answer": r"資料庫沒有回應",
    r"a filter's query is not JSON": r"篩選器的條件無法解讀",
    r"the clock is off by (\S+) h; footage has no certain age":
        r"時鐘差 \1 小時，無法判斷錄影的新舊；請校正時鐘後再推送",
    r"not as wanted: (.+)": r"與計畫不同：\1",
    r"the worker ended without a word of this device; .+":
        r"執行程序中途結束，沒有此設備的結果；再執行一次會先讀取現況",
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
