package cctv.rules["C-banned-vendor_test"]

import data.cctv.rules["C-banned-vendor"] as rule

given(facts) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"params": {
		"banned_brands": ["Hikvision", "海康威視", "Dahua", "大華", "TP-Link", "vivo", "3S 安防", "V380"],
		"suspect_brands": ["Uniview", "宇視"],
	},
	"facts": facts,
}

brand(name) := given({"device.brand": name})

answers(facts) := {"fail": fails, "unknown": doubts, "note": notes} if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	notes := rule.note with input as facts
}

clean := {"fail": set(), "unknown": set(), "note": set()}

banned(name, listed) := object.union(clean, {"fail": {{
	"code": "brand_banned",
	"values": {"brand": name, "listed": listed},
}}})

test_another_brand if {
	every name in ["vivotek", "avtech", "hik", "dahuatech", "link tp", "tp", "大同", "3s", "威視海康", "v390"] {
		got := answers(brand(name))
		got == clean
	}
}

test_the_brand_itself if {
	got := answers(brand("hikvision"))
	got == banned("hikvision", "Hikvision")
}

test_the_brand_among_other_words if {
	every name in ["hikvision digital technology", "hangzhou hikvision", "by hikvision (ds-7608)", "hikvision_tw"] {
		got := answers(brand(name))
		got == banned(name, "Hikvision")
	}
}

test_however_its_words_are_joined if {
	every name in ["tp-link", "tp link", "tplink", "tp_link tapo", "tplink technologies"] {
		got := answers(brand(name))
		got == banned(name, "TP-Link")
	}
	apart := answers(brand("hik-vision"))
	apart == banned("hik-vision", "Hikvision")
}

test_in_chinese_any_part_counts if {
	every name in ["大華", "浙江大華股份", "大華 nvr"] {
		got := answers(brand(name))
		got == banned(name, "大華")
	}
}

test_both_scripts_at_once if {
	got := rule.fail with input as brand("海康威視hikvision")
	got == {
		{"code": "brand_banned", "values": {"brand": "海康威視hikvision", "listed": "Hikvision"}},
		{"code": "brand_banned", "values": {"brand": "海康威視hikvision", "listed": "海康威視"}},
	}
}

test_a_listed_name_of_two_scripts if {
	got := answers(brand("台灣 3s 安防"))
	got == banned("台灣 3s 安防", "3S 安防")
}

test_the_maker_that_the_owner_names if {
	got := answers(given({"device.brand": "本地牌", "device.oem": "zhejiang dahua"}))
	got == object.union(clean, {"fail": {{
		"code": "oem_banned",
		"values": {"oem": "zhejiang dahua", "listed": "Dahua"},
	}}})
}

test_a_maker_that_is_not_listed if {
	got := answers(given({"device.brand": "本地牌", "device.oem": "本地廠"}))
	got == clean
}

test_what_names_no_brand if {
	latin := ["", "-", "?", "n/a", "na", "none", "null", "unknown", "generic", "oem", "no name"]
	every name in array.concat(latin, ["無", "不明", "未知", "其他"]) {
		got := answers(brand(name))
		got == object.union(clean, {"unknown": {{"code": "brand_unknown", "values": {"brand": name}}}})
	}
}

test_no_brand_told_is_for_the_gate_to_say if {
	got := answers(given({}))
	got == clean
}

test_the_maker_counts_where_the_brand_is_not_told if {
	got := rule.fail with input as given({"device.oem": "hikvision"})
	got == {{"code": "oem_banned", "values": {"oem": "hikvision", "listed": "Hikvision"}}}
}

no_list := object.union(clean, {"unknown": {{"code": "no_list", "values": {}}}})

test_an_empty_list_proves_nothing if {
	got := answers(object.union(brand("hikvision"), {"params": {"banned_brands": []}}))
	got == no_list
	left_out := answers(object.remove(brand("hikvision"), ["params"]))
	left_out == no_list
}

suspect(source, text, listed) := object.union(clean, {"note": {{
	"code": "oem_suspect",
	"values": {"source": source, "text": text, "listed": listed},
}}})

test_the_firmware_gives_the_maker_away if {
	got := answers(given({"device.brand": "本地牌", "device.firmware": "v4.30 (hikvision build 200916)"}))
	got == suspect("firmware", "v4.30 (hikvision build 200916)", "Hikvision")
}

test_the_model_gives_the_maker_away_in_any_case if {
	got := answers(given({"device.brand": "本地牌", "device.model": "DAHUA IPC-HFW"}))
	got == suspect("model", "DAHUA IPC-HFW", "Dahua")
}

test_firmware_and_model_of_another_maker if {
	got := answers(given({"device.brand": "本地牌", "device.firmware": "v1", "device.model": "ip816"}))
	got == clean
}

test_no_suspicion_where_the_label_says_it if {
	got := answers(given({"device.brand": "hikvision", "device.firmware": "hikvision v4"}))
	got == banned("hikvision", "Hikvision")
}

test_no_suspicion_where_the_owner_says_it if {
	got := rule.note with input as given({
		"device.brand": "本地牌",
		"device.oem": "dahua",
		"device.firmware": "dahua v4",
	})
	got == set()
}

test_a_brand_for_the_authority_to_decide_on if {
	got := answers(brand("宇視科技 uniview"))
	got == object.union(clean, {"note": {
		{"code": "brand_undecided", "values": {"brand": "宇視科技 uniview", "listed": "Uniview"}},
		{"code": "brand_undecided", "values": {"brand": "宇視科技 uniview", "listed": "宇視"}},
	}})
}

test_in_use_is_applicable if {
	got := rule.not_applicable with input as brand("hikvision")
	got == set()
}

test_an_analog_camera_has_a_brand_too if {
	got := rule.not_applicable with input as object.union(brand("hikvision"), {"subject": {"analog": true}})
	got == set()
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(brand("hikvision"), {"subject": {"status": "in_storage"}})
	got == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}
