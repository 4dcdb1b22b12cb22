# METADATA
# title: 監錄系統應持續正常運作
# description: >-
#   Per channel, no gap without a record that explains it, newest footage fresh when the recorder was
#   asked, picture there, disks in order. Gaps of motion-only channels mean nothing.
# custom:
#   number: 16
#   title_en: Recording runs without unexplained gaps
#   clause: 四(三)
#   basis: N
#   classes: [D, R]
#   severity: high
#   subjects: [recorder]
#   needs: [channels, time.offset_s, storage]
#   params:
#     - gap_tolerance_min
#     - continuity_window
#     - newest_max_age_min
#     - motion_mode_allowed
#     - clock_max_offset_for_retention
#   reasons:
#     unexplained_gap:
#       zh: 頻道 {ch} 自 {start} 至 {end} 中斷錄影 {minutes} 分鐘，沒有故障、保養或停電紀錄
#       en: channel {ch} has a gap of {minutes} min from {start} to {end} and no record explains it
#       fix_zh: 查明原因並補登故障、保養或停電紀錄；仍在發生者立即報修
#       fix_en: find the cause and record the fault, maintenance or power cut; report it if it goes on
#     not_recording:
#       zh: 頻道 {ch} 最新影像停在 {newest_at}，已超過 {limit_min} 分鐘沒有錄影
#       en: the newest footage of channel {ch} is from {newest_at}, more than {limit_min} min before
#       fix_zh: 檢查攝影機、線路與錄影設定，立即報修
#       fix_en: check camera, cable and recording settings; report the fault at once
#     channel_absent:
#       zh: 清冊上的頻道 {ch} 在主機上找不到
#       en: channel {ch} of the inventory is not on the recorder
#       fix_zh: 檢查該攝影機與主機設定；確已拆除者請更新清冊
#       fix_en: check the camera and the recorder's settings; update the inventory if it was removed
#     channel_off:
#       zh: 頻道 {ch} 已關閉，沒有錄影
#       en: channel {ch} is switched off and does not record
#       fix_zh: 重新啟用錄影；確已停用者請更新清冊
#       fix_en: switch it on again; update the inventory if it is out of service
#     no_signal:
#       zh: 頻道 {ch} 沒有影像訊號
#       en: channel {ch} has no picture
#       fix_zh: 檢查攝影機電源與線路，立即報修
#       fix_en: check the camera's power and cable; report the fault at once
#     motion_not_allowed:
#       zh: 頻道 {ch} 僅在動態偵測時錄影，規定應持續錄影
#       en: channel {ch} records on motion only, which is not allowed here
#       fix_zh: 改為連續錄影
#       fix_en: set it to continuous recording
#     volume_failed:
#       zh: 錄影硬碟 {mount} 故障
#       en: the recording volume {mount} has failed
#       fix_zh: 立即報修並更換硬碟，留存故障紀錄
#       fix_en: replace the disk and keep a fault record
#     volume_read_only:
#       zh: 錄影硬碟 {mount} 變成唯讀，無法錄影
#       en: the recording volume {mount} is read-only
#       fix_zh: 檢查硬碟與檔案系統，立即報修
#       fix_en: check disk and file system; report the fault at once
#     volume_full:
#       zh: 錄影硬碟 {mount} 已滿，沒有新的錄影
#       en: the recording volume {mount} is full and nothing new is recorded
#       fix_zh: 啟用循環覆寫，或清出超過保存期限的影像
#       fix_en: let the recorder overwrite, or remove footage that is past its time
#     no_channel:
#       zh: 主機上沒有啟用中的頻道，清冊也沒有攝影機，無法判定
#       en: no channel is in use and the inventory lists no camera
#       fix_zh: 在清冊補上攝影機後重新收集
#       fix_en: list the cameras in the inventory, then collect again
#     enabled_unknown:
#       zh: 無法得知頻道 {ch} 是否啟用
#       en: it is not known whether channel {ch} is switched on
#       fix_zh: 到主機上確認，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     mode_unknown:
#       zh: 無法得知頻道 {ch} 的錄影模式
#       en: the recording mode of channel {ch} is not known
#       fix_zh: 到主機上確認，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     no_gap_data:
#       zh: 無法得知頻道 {ch} 的錄影是否中斷
#       en: nothing is known about gaps of channel {ch}
#       fix_zh: 由主機的錄影日曆確認後人工填報
#       fix_en: read the recorder's calendar and hand in a signed answer sheet
#     no_newest:
#       zh: 無法得知頻道 {ch} 的最新影像時間
#       en: the newest footage of channel {ch} is not known
#       fix_zh: 檢查該頻道是否有錄影後重新收集
#       fix_en: check that the channel records, then collect again
#     newest_in_future:
#       zh: 頻道 {ch} 的最新影像時間 {newest_at} 在未來
#       en: the newest footage of channel {ch} is from the future ({newest_at})
#       fix_zh: 校正主機時間後重新收集
#       fix_en: set the recorder's clock, then collect again
#     clock_jump:
#       zh: 頻道 {ch} 自 {start} 至 {end} 的中斷，可能只是主機時間跳動
#       en: the gap of channel {ch} from {start} to {end} may only be a jump of the clock
#       fix_zh: 校正主機時間並啟用網路校時後重新收集
#       fix_en: set the clock, switch NTP on, then collect again
#     motion_unproven:
#       zh: 頻道 {ch} 僅在動態偵測時錄影，近期沒有影像，也無法得知攝影機訊號
#       en: channel {ch} records on motion only, has no recent footage, and its signal is not known
#       fix_zh: 到主機確認畫面正常，或由人工填報佐證
#       fix_en: look at the live picture, or hand in a signed answer sheet
#     volume_state_unknown:
#       zh: 無法得知錄影硬碟 {mount} 的狀態
#       en: the state of the recording volume {mount} is not known
#       fix_zh: 到主機上確認，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     clock_unusable:
#       zh: 主機時間誤差 {offset_s} 秒，無法據以判定
#       en: the recorder's clock is off by {offset_s} s, too much to judge by
#       fix_zh: 校正主機時間後重新收集
#       fix_en: set the recorder's clock, then collect again
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     motion_mode:
#       zh: 頻道 {ch} 僅在動態偵測時錄影，未檢查錄影中斷
#       en: channel {ch} records on motion only; its gaps were not judged
package cctv.rules["A4.3-continuous-operation"]

import data.cctv.lib.channel as channels
import data.cctv.lib.device
import data.cctv.lib.gate

not_applicable contains device.retired

# Footage is to be there all the time. `schedule` is judged by the window that the pack asks for.
steady contains channel if {
	some channel in channels.owed
	channel.mode in {"continuous", "schedule"}
}

motion contains channel if {
	some channel in channels.owed
	channel.mode == "motion"
}

fresh contains channel if {
	some channel in channels.owed
	channels.clock_usable
	is_number(channel.newest_age_s)
	channel.newest_age_s <= channel.newest_max_age_min * 60
}

late contains channel if {
	some channel in channels.owed
	channels.clock_usable
	channel.newest_age_s > channel.newest_max_age_min * 60
}

late_steady := late & steady

# Device and run may disagree about the time by this much (evidence.py FUTURE_TOLERANCE).
future_tolerance_s := 300

# Of a channel list that was read in part, what is not there proves nothing.
fail contains {"code": "channel_absent", "values": {"ch": channel.ch}} if {
	gate.whole("channels")
	some channel in channels.owed
	channel.absent == true
}

fail contains {"code": "channel_off", "values": {"ch": channel.ch}} if {
	some channel in channels.owed
	channels.switched_off(channel)
}

fail contains {"code": "no_signal", "values": {"ch": channel.ch}} if {
	some channel in channels.owed
	channel.signal == false
}

fail contains {"code": "unexplained_gap", "values": gap_values(channel, gap)} if {
	some [channel, gap] in long_gaps
	gap.real_s > channel.gap_tolerance_min * 60
}

fail contains {"code": "not_recording", "values": values} if {
	some channel in late_steady
	values := {
		"ch": channel.ch,
		"newest_at": channel.newest_at,
		"limit_min": channel.newest_max_age_min,
	}
}

fail contains {"code": "motion_not_allowed", "values": {"ch": channel.ch}} if {
	some channel in motion
	not channel.motion_mode_allowed == true
}

fail contains {"code": code, "values": {"mount": volume.mount}} if {
	some volume in input.facts.storage
	code := {"failed": "volume_failed", "read_only": "volume_read_only"}[volume.state]
}

# A full volume that still takes new footage overwrites the old.
fail contains {"code": "volume_full", "values": {"mount": volume.mount}} if {
	count(late_steady) > 0
	some volume in input.facts.storage
	volume.state == "full"
}

unknown contains {"code": "volume_full", "values": {"mount": volume.mount}} if {
	count(fresh) == 0
	some volume in input.facts.storage
	volume.state == "full"
}

unknown contains {"code": "volume_state_unknown", "values": {"mount": volume.mount}} if {
	some volume in input.facts.storage
	not object.get(volume, "state", null) in {"ok", "full", "failed", "read_only"}
}

unknown contains channels.none_owed

unknown contains channels.clock_off

unknown contains {"code": "enabled_unknown", "values": {"ch": channel.ch}} if {
	some channel in channels.owed
	not is_boolean(object.get(channel, "enabled", null))
}

unknown contains {"code": "mode_unknown", "values": {"ch": channel.ch}} if {
	some channel in channels.owed
	not object.get(channel, "mode", null) in {"continuous", "schedule", "motion", "off"}
}

unknown contains {"code": "no_gap_data", "values": {"ch": channel.ch}} if {
	some channel in steady
	not is_array(object.get(channel, "gaps", null))
}

unknown contains {"code": "no_newest", "values": {"ch": channel.ch}} if {
	some channel in channels.owed
	not is_number(object.get(channel, "newest_age_s", null))
}

unknown contains {"code": "newest_in_future", "values": values} if {
	some channel in fresh
	channel.newest_age_s < 0 - future_tolerance_s
	values := {"ch": channel.ch, "newest_at": channel.newest_at}
}

# A clock that jumped forward leaves a hole as long as the jump where nothing is missing.
unknown contains {"code": "clock_jump", "values": gap_values(channel, gap)} if {
	some [channel, gap] in long_gaps
	gap.real_s <= channel.gap_tolerance_min * 60
}

unknown contains {"code": "motion_unproven", "values": {"ch": channel.ch}} if {
	some channel in (motion & late)
	not channel.signal == true
}

note contains {"code": "motion_mode", "values": {"ch": channel.ch}} if some channel in motion

long_gaps contains [channel, gap] if {
	channels.clock_usable
	some channel in steady
	is_array(channel.gaps)
	some gap in channel.gaps
	channels.unexplained(object.get(gap, "ref", null))
	gap.owed_s > channel.gap_tolerance_min * 60
}

gap_values(channel, gap) := {
	"ch": channel.ch,
	"start": gap.start,
	"end": gap.end,
	"minutes": gap.minutes,
}
