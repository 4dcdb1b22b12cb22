# METADATA
# title: Router
# description: >-
#   Generated from the rule folders by `make generate`. One line a rule: so a rule is only
#   evaluated when it is asked for; a variable reference would evaluate every rule of the folder.
package cctv.router

rule("A3.1-no-inbound-exposure") := data.cctv.rules["A3.1-no-inbound-exposure"]

rule("A3.1-no-public-ip") := data.cctv.rules["A3.1-no-public-ip"]

rule("A3.1-scan-coverage") := data.cctv.rules["A3.1-scan-coverage"]

rule("A3.2-credential-age") := data.cctv.rules["A3.2-credential-age"]

rule("A3.2-no-default-password") := data.cctv.rules["A3.2-no-default-password"]

rule("A4.1-transport-hardening") := data.cctv.rules["A4.1-transport-hardening"]

rule("A4.3-continuous-operation") := data.cctv.rules["A4.3-continuous-operation"]

rule("A4.3-retention-capacity") := data.cctv.rules["A4.3-retention-capacity"]

rule("A4.3-retention-min") := data.cctv.rules["A4.3-retention-min"]

rule("A4.4-destroy-within-max") := data.cctv.rules["A4.4-destroy-within-max"]

rule("C-banned-vendor") := data.cctv.rules["C-banned-vendor"]

rule("C-clock-sync") := data.cctv.rules["C-clock-sync"]

rule("W-waiver-valid") := data.cctv.rules["W-waiver-valid"]
