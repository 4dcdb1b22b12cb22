# METADATA
# title: 影像資料至遲應於規定期間內銷毀
# description: >-
#   No footage on a recorder is older than the longest retention, unless a hold or a written
#   justification covers it. The oldest footage is what the recorder may overwrite; locked files are
#   looked at one by one.
# custom:
#   number: 19
#   title_en: Footage is destroyed within the longest retention
#   clause: 四(四)
#   basis: N
#   classes: [D, R]
#   severity: high
#   subjects: [recorder]
#   needs: [channels, time.offset_s]
#   params:
#     - retention_kind
#     - retention_max
#     - exact_tolerance
#     - max_by_justification
#     - max_anchor
#     - clock_max_offset_for_retention
#   reasons:
#     overdue:
#       zh: 頻道 {ch} 仍有 {oldest_at} 的影像（{days} 日前），{lawful_at} 以前的影像應已銷毀
#       en: channel {ch} still has footage of {oldest_at} ({days} d ago); all before {lawful_at} had to go
#       fix_zh: 確認沒有依法繼續保存的必要後銷毀並留存紀錄；設定自動刪除天數
#       fix_en: if no hold covers it, destroy it and keep a record; set the days after which it is deleted
#     locked_overdue:
#       zh: 頻道 {ch} 有鎖定的影像檔錄於 {recorded_at}，{lawful_at} 以前的影像應已銷毀，且沒有保全紀錄
#       en: channel {ch} has a locked file of {recorded_at}; all before {lawful_at} had to go and no hold covers it
#       fix_zh: 仍有保存必要者請建立保全紀錄；否則解除鎖定並銷毀
#       fix_en: record a hold if it is still needed; otherwise unlock and destroy it
#     no_oldest:
#       zh: 無法得知頻道 {ch} 的最舊影像時間
#       en: the oldest footage of channel {ch} is not known
#       fix_zh: 檢查該頻道是否有錄影後重新收集
#       fix_en: check that the channel records, then collect again
#     channel_absent:
#       zh: 清冊上的頻道 {ch} 在主機上找不到，無法得知是否留有舊影像
#       en: channel {ch} of the inventory is not on the recorder; whether old footage remains is not known
#       fix_zh: 檢查該攝影機與主機設定；確已拆除者請更新清冊
#       fix_en: check the camera and the recorder's settings; update the inventory if it was removed
#     rest_unknown:
#       zh: 頻道 {ch} 最舊的影像在保全中，其後的影像有多舊無法得知
#       en: the oldest footage of channel {ch} is held; how old the footage after it is, is not known
#       fix_zh: 由主機的錄影日曆確認後人工填報
#       fix_en: read the recorder's calendar and hand in a signed answer sheet
#     locked_unknown:
#       zh: 無法得知頻道 {ch} 是否有鎖定的影像檔
#       en: it is not known whether channel {ch} has locked files
#       fix_zh: 到主機上確認，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     no_channel:
#       zh: 主機上沒有任何影像可供判定
#       en: there is no channel with footage to judge
#       fix_zh: 在清冊補上攝影機後重新收集
#       fix_en: list the cameras in the inventory, then collect again
#     clock_unusable:
#       zh: 主機時間誤差 {offset_s} 秒，無法據以判定影像日期
#       en: the recorder's clock is off by {offset_s} s, too much to date footage by
#       fix_zh: 校正主機時間後重新收集
#       fix_en: set the recorder's clock, then collect again
#     no_maximum:
#       zh: 適用的規定沒有最長保存期間
#       en: the regulation in force has no longest retention
#       fix_zh: ""
#       fix_en: ""
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     unbounded_config:
#       zh: 頻道 {ch} 未設定自動刪除天數，容量約可存 {projected_days} 日，超過上限 {max_days} 日；{overdue_on} 起將逾期
#       en: channel {ch} keeps all, has room for {projected_days} d (maximum {max_days}); overdue from {overdue_on}
#     justified:
#       zh: 頻道 {ch} 超過最長保存期間（{at}），已有書面理由
#       en: channel {ch} exceeds the longest retention ({at}) under a written justification
package cctv.rules["A4.4-destroy-within-max"]

import data.cctv.lib.channel as channels
import data.cctv.lib.device

not_applicable contains device.retired

not_applicable contains {"code": "no_maximum", "values": {}} if {
	count(input.facts.channels) > 0
	count(limited) == 0
}

# Old footage is too old on whatever channel it is, also on one that no longer records.
limited contains channel if {
	some channel in input.facts.channels
	not channel.lawful_s == null
}

judged contains channel if {
	some channel in limited
	not unused(channel)
}

# An input that nobody listed, that is off, and that has no footage.
unused(channel) if {
	channels.idle(channel)
	channel.oldest_s == null
}

# Footage from before the last lawful moment: what it is, when it was recorded, and whose.
# `unheld_s` is the oldest that no hold covers, where holds were compared (record_subjects/holds.py).
too_old contains {"channel": channel, "code": "overdue", "s": seconds, "at": at} if {
	channels.clock_usable
	some channel in judged
	seconds := object.get(channel, "unheld_s", channel.oldest_s)
	at := object.get(channel, "unheld_at", channel.oldest_at)
	is_number(seconds)
	seconds < channel.lawful_s
}

too_old contains {"channel": channel, "code": "locked_overdue", "s": file.recorded_s, "at": file.recorded_at} if {
	channels.clock_usable
	some channel in judged
	is_array(channel.locked)
	some file in channel.locked
	not file.held == true
	file.recorded_s < channel.lawful_s
}

# Only where the pack lets a written justification extend the maximum (spec 1.6).
justified(footage) if {
	footage.channel.max_by_justification == true
	is_number(footage.channel.justified_s)
	footage.s >= footage.channel.justified_s
}

fail contains {"code": "overdue", "values": values} if {
	some footage in too_old
	footage.code == "overdue"
	not justified(footage)
	values := {
		"ch": footage.channel.ch,
		"oldest_at": footage.at,
		"days": footage.channel.held_days,
		"lawful_at": footage.channel.lawful_at,
	}
}

fail contains {"code": "locked_overdue", "values": values} if {
	some footage in too_old
	footage.code == "locked_overdue"
	not justified(footage)
	values := {
		"ch": footage.channel.ch,
		"recorded_at": footage.at,
		"lawful_at": footage.channel.lawful_at,
	}
}

unknown contains cause if {
	some channel in judged
	cause := channels.no_oldest(channel)
}

unknown contains {"code": "rest_unknown", "values": {"ch": channel.ch}} if {
	some channel in judged
	channel.rest_unknown == true
}

unknown contains {"code": "locked_unknown", "values": {"ch": channel.ch}} if {
	some channel in judged
	not channel.absent == true
	not is_array(object.get(channel, "locked", null))
}

unknown contains {"code": "no_channel", "values": {}} if {
	count(limited) > 0
	count(judged) == 0
}

unknown contains channels.clock_off

note contains {"code": "justified", "values": {"ch": footage.channel.ch, "at": footage.at}} if {
	some footage in too_old
	justified(footage)
}

note contains {"code": "unbounded_config", "values": values} if {
	some channel in judged
	object.get(channel, "configured_days", null) in {0, null}
	channel.projected_days > channel.max_days
	values := {
		"ch": channel.ch,
		"projected_days": channel.projected_days,
		"max_days": channel.max_days,
		"overdue_on": channel.overdue_on,
	}
}
