# METADATA
# title: 影像資料應保存至少規定期間
# description: >-
#   The footage that is owed is really there, per channel, as the recorder's own files show. What the
#   recorder is set to keep does not count here. A young channel must keep all since its start and have
#   room for the rest.
# custom:
#   number: 17
#   title_en: Footage of the shortest retention is really there
#   clause: 四(三)
#   basis: N
#   classes: [D, R]
#   severity: critical
#   subjects: [recorder]
#   needs: [channels, time.offset_s]
#   params: [retention_kind, retention_min, day_count, clock_max_offset_for_retention]
#   reasons:
#     short_retention:
#       zh: 頻道 {ch} 最舊的影像是 {oldest_at}（只有 {days} 日），應有 {required_at} 以後的影像
#       en: the oldest footage of channel {ch} is from {oldest_at} ({days} d); owed since {required_at}
#       fix_zh: 延長覆寫天數、降低畫質或擴充硬碟；如有故障請報修並留存紀錄
#       fix_en: keep more days, record at a lower rate or add disks; record the fault if there was one
#     unexplained_reset:
#       zh: 頻道 {ch} 的影像自 {start_on} 起才有，儲存空間曾被清空，沒有故障或維修紀錄
#       en: channel {ch} has footage only since {start_on}; the storage was emptied and no record says why
#       fix_zh: 查明硬碟被清空或格式化的原因，補登故障或維修紀錄
#       fix_en: find out why the storage was emptied and record the fault or repair
#     young_unproven:
#       zh: 頻道 {ch} 自 {start_on} 才啟用，預估只能保存 {projected_days} 日，尚無法證明達到 {min_days} 日
#       en: channel {ch} started on {start_on}; it is expected to keep {projected_days} of {min_days} d
#       fix_zh: 確認硬碟容量足夠，期滿後重新收集
#       fix_en: make sure of the capacity, and collect again once the period has run
#     wrap_unknown:
#       zh: 頻道 {ch} 僅在動態偵測時錄影，最舊的影像是 {oldest_at}，無法得知更早的影像是否已被覆寫
#       en: channel {ch} records on motion only since {oldest_at}; whether older footage was overwritten is unknown
#       fix_zh: 到主機確認循環覆寫紀錄，或由人工填報佐證
#       fix_en: look at the recorder, or hand in a signed answer sheet
#     no_oldest:
#       zh: 無法得知頻道 {ch} 的最舊影像時間
#       en: the oldest footage of channel {ch} is not known
#       fix_zh: 檢查該頻道是否有錄影後重新收集
#       fix_en: check that the channel records, then collect again
#     channel_absent:
#       zh: 清冊上的頻道 {ch} 在主機上找不到，無法得知影像保存期間
#       en: channel {ch} of the inventory is not on the recorder, so its footage is not known
#       fix_zh: 檢查該攝影機與主機設定；確已拆除者請更新清冊
#       fix_en: check the camera and the recorder's settings; update the inventory if it was removed
#     no_channel:
#       zh: 主機上沒有啟用中的頻道，清冊也沒有攝影機，無法判定
#       en: no channel is in use and the inventory lists no camera
#       fix_zh: 在清冊補上攝影機後重新收集
#       fix_en: list the cameras in the inventory, then collect again
#     clock_unusable:
#       zh: 主機時間誤差 {offset_s} 秒，無法據以判定影像日期
#       en: the recorder's clock is off by {offset_s} s, too much to date footage by
#       fix_zh: 校正主機時間後重新收集
#       fix_en: set the recorder's clock, then collect again
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
#     young_system:
#       zh: 頻道 {ch} 自 {start_on} 才啟用，尚未滿規定期間；容量預估可保存 {projected_days} 日
#       en: channel {ch} started on {start_on}, too recently to show more; it is expected to keep {projected_days} d
#     motion_never_wrapped:
#       zh: 頻道 {ch} 僅在動態偵測時錄影，且從未覆寫；最舊的影像是 {oldest_at}
#       en: channel {ch} records on motion only and never overwrote; its oldest footage is from {oldest_at}
#     strict_margin:
#       zh: 頻道 {ch} 剛好達到規定時數；若以日曆天計算會不足，建議多保存 1 至 2 日
#       en: channel {ch} just meets the hours; by whole calendar days it would not, so keep a day or two more
#     short_when_told:
#       zh: 頻道 {ch} 收集當時只有 {told_days} 日的影像，建議重新收集確認
#       en: channel {ch} held only {told_days} d when the recorder was asked; collect again to be sure
package cctv.rules["A4.3-retention-min"]

import data.cctv.lib.channel as channels
import data.cctv.lib.device

not_applicable contains device.retired

not_applicable contains {"code": "no_minimum", "values": {}} if {
	count(channels.owed) > 0
	count(due) == 0
}

due contains channel if {
	some channel in channels.owed
	not channel.required_s == null
}

# 四(三): the footage of the whole period is there.
met contains channel if {
	channels.clock_usable
	some channel in due
	is_number(channel.oldest_s)
	channel.oldest_s <= channel.required_s
}

unmet contains channel if {
	channels.clock_usable
	some channel in due
	not channel in met
}

# Not met, and its oldest footage is known.
short contains channel if {
	some channel in unmet
	is_number(channel.oldest_s)
}

# Started so recently that the whole period cannot be there yet.
young(channel) if channel.start_s > channel.required_s

emptied(channel) if {
	young(channel)
	channel.start_event == "reset"
	channels.unexplained(object.get(channel, "start_ref", null))
}

# A day may pass from the start to the first footage (spec rule 17).
whole_since_start(channel) if channel.oldest_s <= channel.start_s + 86400

has_room(channel) if channel.projected_days >= channel.min_days

fail contains {"code": "unexplained_reset", "values": values} if {
	some channel in unmet
	emptied(channel)
	values := {"ch": channel.ch, "start_on": channel.start_on}
}

fail contains {"code": "short_retention", "values": short_values(channel)} if {
	some channel in short
	young(channel)
	not whole_since_start(channel)
}

# Only motion explains that nothing older is there, as long as nothing was overwritten.
fail contains {"code": "short_retention", "values": short_values(channel)} if {
	some channel in short
	not young(channel)
	not channel.mode == "motion"
}

fail contains {"code": "short_retention", "values": short_values(channel)} if {
	some channel in short
	not young(channel)
	channel.wrapped == true
}

unknown contains {"code": "wrap_unknown", "values": values} if {
	some channel in short
	not young(channel)
	channel.mode == "motion"
	not is_boolean(object.get(channel, "wrapped", null))
	values := {"ch": channel.ch, "oldest_at": channel.oldest_at}
}

unknown contains {"code": "young_unproven", "values": values} if {
	some channel in short
	young(channel)
	not has_room(channel)
	values := {
		"ch": channel.ch,
		"start_on": channel.start_on,
		"projected_days": channel.projected_days,
		"min_days": channel.min_days,
	}
}

unknown contains cause if {
	some channel in due
	cause := channels.no_oldest(channel)
}

unknown contains channels.none_owed

unknown contains channels.clock_off

note contains {"code": "young_system", "values": values} if {
	some channel in short
	young(channel)
	not emptied(channel)
	whole_since_start(channel)
	has_room(channel)
	values := {
		"ch": channel.ch,
		"start_on": channel.start_on,
		"projected_days": channel.projected_days,
	}
}

note contains {"code": "motion_never_wrapped", "values": values} if {
	some channel in short
	not young(channel)
	channel.mode == "motion"
	channel.wrapped == false
	values := {"ch": channel.ch, "oldest_at": channel.oldest_at}
}

# Rolling and calendar days differ by less than a day; more than that is a transition (spec 1.6).
note contains {"code": "strict_margin", "values": {"ch": channel.ch}} if {
	some channel in met
	channel.oldest_s > channel.strict_s
	channel.required_s - channel.strict_s < 86400
}

note contains {"code": "short_when_told", "values": values} if {
	some channel in met
	channel.told_days < channel.min_days
	channel.held_days >= channel.min_days
	values := {"ch": channel.ch, "told_days": channel.told_days}
}

short_values(channel) := {
	"ch": channel.ch,
	"oldest_at": channel.oldest_at,
	"days": channel.held_days,
	"required_at": channel.required_at,
}
