package cctv.rules["C-banned-vendor_test"]

import data.cctv.rules["C-banned-vendor"] as rule

maker(text, banned, suspect) := {"text": text, "banned": banned, "suspect": suspect}

given(makers) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"params": {"banned_brands": ["Hikvision"]},
	"facts": {"device.brand": "somebrand", "makers": makers},
}

answers(document) := {"fail": fails, "unknown": doubts, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	notes := rule.note with input as document
}

clean := {"fail": set(), "unknown": set(), "note": set()}

test_another_brand if {
	got := answers(given({
		"brand": maker("vivotek", [], []),
		"oem": maker("local", [], []),
		"firmware": maker("v1", [], []),
		"model": maker("ip816", [], []),
		"mac": maker("02:00:5e:00:00:01", [], []),
	}))
	got == clean
}

test_the_brand_is_listed if {
	got := answers(given({"brand": maker("hikvision 海康威視", ["Hikvision", "海康威視"], [])}))
	got == object.union(clean, {"fail": {
		{"code": "brand_banned", "values": {"brand": "hikvision 海康威視", "listed": "Hikvision"}},
		{"code": "brand_banned", "values": {"brand": "hikvision 海康威視", "listed": "海康威視"}},
	}})
}

test_the_maker_that_the_owner_names if {
	got := answers(given({"brand": maker("本地牌", [], []), "oem": maker("dahua", ["Dahua"], [])}))
	got == object.union(clean, {"fail": {{"code": "oem_banned", "values": {"oem": "dahua", "listed": "Dahua"}}}})
}

test_what_names_no_brand if {
	latin := ["", "-", "?", "n/a", "na", "none", "null", "unknown", "generic", "oem", "no name"]
	every name in array.concat(latin, ["無", "不明", "未知", "其他"]) {
		got := answers(object.union(given({"brand": maker(name, [], [])}), {"facts": {"device.brand": name}}))
		got == object.union(clean, {"unknown": {{"code": "brand_unknown", "values": {"brand": name}}}})
	}
}

test_no_brand_told_is_for_the_gate_to_say if {
	got := answers(object.remove(given({}), ["facts"]))
	got == clean
}

no_list := object.union(clean, {"unknown": {{"code": "no_list", "values": {}}}})

test_an_empty_list_proves_nothing if {
	got := answers(object.union(given({}), {"params": {"banned_brands": []}}))
	got == no_list
	left_out := answers(object.remove(given({}), ["params"]))
	left_out == no_list
}

test_something_else_gives_the_maker_away if {
	every source in ["firmware", "model", "mac"] {
		got := answers(given({"brand": maker("本地牌", [], []), source: maker("shown", ["Hikvision"], [])}))
		got == object.union(clean, {"note": {{
			"code": "oem_suspect",
			"values": {"source": source, "text": "shown", "listed": "Hikvision"},
		}}})
	}
}

test_no_suspicion_where_the_label_or_the_owner_says_it if {
	every source in ["brand", "oem"] {
		got := rule.note with input as given({
			source: maker("hikvision", ["Hikvision"], []),
			"firmware": maker("hikvision v4", ["Hikvision"], []),
		})
		got == set()
	}
}

test_a_brand_for_the_authority_to_decide_on if {
	got := answers(given({"brand": maker("宇視科技 uniview", [], ["Uniview", "宇視"])}))
	got == object.union(clean, {"note": {
		{"code": "brand_undecided", "values": {"brand": "宇視科技 uniview", "listed": "Uniview"}},
		{"code": "brand_undecided", "values": {"brand": "宇視科技 uniview", "listed": "宇視"}},
	}})
}

test_only_the_label_asks_for_a_decision if {
	got := answers(given({"firmware": maker("uniview v1", [], ["Uniview"]), "oem": maker("uniview", [], ["Uniview"])}))
	got == clean
}

test_in_use_is_applicable if {
	got := rule.not_applicable with input as given({})
	got == set()
}

test_an_analog_camera_has_a_brand_too if {
	got := rule.not_applicable with input as object.union(given({}), {"subject": {"analog": true}})
	got == set()
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given({}), {"subject": {"status": "in_storage"}})
	got == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}
