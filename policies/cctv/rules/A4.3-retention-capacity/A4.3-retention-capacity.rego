# METADATA
# title: 設定與容量應足以保存規定期間
# description: What the recorder is set to keep, and what its disks can hold, reach the shortest retention.
# custom:
#   number: 18
#   title_en: Settings and disks are enough for the shortest retention
#   clause: 四(三)
#   basis: V
#   classes: [D]
#   severity: medium
#   subjects: [recorder]
#   needs: [channels]
#   params: [retention_min, day_count, capacity_margin_days]
#   reasons:
#     configured_short:
#       zh: 頻道 {ch} 設定只保存 {configured_days} 日，至少應為 {min_days} 日
#       en: channel {ch} is set to keep {configured_days} d; {min_days} d are needed
#       fix_zh: 將覆寫（自動刪除）天數調高，建議 16 日以上
#       fix_en: raise the days kept; a day or two more than needed is advisable
#     capacity_short:
#       zh: 頻道 {ch} 依硬碟容量預估只能保存 {projected_days} 日，至少應為 {min_days} 日另加 {margin_days} 日餘裕
#       en: there is room for {projected_days} d of channel {ch}; needed are {min_days} + {margin_days} d
#       fix_zh: 擴充硬碟，或降低解析度、張數或位元率
#       fix_en: add disks, or record at a lower resolution, frame rate or bit rate
#     capacity_unknown:
#       zh: 無法得知頻道 {ch} 的保存天數設定與硬碟容量
#       en: neither the days kept nor the room for channel {ch} is known
#       fix_zh: 到主機上確認，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     no_channel:
#       zh: 主機上沒有啟用中的頻道，清冊也沒有攝影機，無法判定
#       en: no channel is in use and the inventory lists no camera
#       fix_zh: 在清冊補上攝影機後重新收集
#       fix_en: list the cameras in the inventory, then collect again
#     no_minimum:
#       zh: 適用的規定沒有最短保存期間
#       en: the regulation in force has no shortest retention
#       fix_zh: ""
#       fix_en: ""
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     configured_not_told:
#       zh: 頻道 {ch} 未取得保存天數設定，僅依容量預估判定
#       en: the days channel {ch} is set to keep are not known; judged by capacity alone
#     projected_not_told:
#       zh: 頻道 {ch} 無法預估容量，僅依保存天數設定判定
#       en: the room for channel {ch} is not known; judged by the setting alone
package cctv.rules["A4.3-retention-capacity"]

import data.cctv.lib.channel as channels
import data.cctv.lib.device

not_applicable contains device.retired

not_applicable contains {"code": "no_minimum", "values": {}} if {
	count(channels.owed) > 0
	count(due) == 0
}

due contains channel if {
	some channel in channels.owed
	not channel.min_days == null
}

configured contains channel if {
	some channel in due
	is_number(channel.configured_days)
}

# 0 days: without limit, so only the disks decide.
limited contains channel if {
	some channel in configured
	channel.configured_days != 0
}

projected contains channel if {
	some channel in due
	is_number(channel.projected_days)
}

fail contains {"code": "configured_short", "values": values} if {
	some channel in limited
	channel.configured_days < channel.min_days
	values := {
		"ch": channel.ch,
		"configured_days": channel.configured_days,
		"min_days": channel.min_days,
	}
}

fail contains {"code": "capacity_short", "values": values} if {
	some channel in projected
	channel.projected_days < channel.min_days + channel.capacity_margin_days
	values := {
		"ch": channel.ch,
		"projected_days": channel.projected_days,
		"min_days": channel.min_days,
		"margin_days": channel.capacity_margin_days,
	}
}

unknown contains {"code": "capacity_unknown", "values": {"ch": channel.ch}} if {
	some channel in ((due - limited) - projected)
}

unknown contains channels.none_owed

note contains {"code": "configured_not_told", "values": {"ch": channel.ch}} if {
	some channel in (projected - configured)
}

note contains {"code": "projected_not_told", "values": {"ch": channel.ch}} if {
	some channel in (limited - projected)
}
