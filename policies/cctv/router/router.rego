# METADATA
# title: Router
# description: >-
#   Generated from the rule folders by `make generate`. One line a rule: so a rule is only
#   evaluated when it is asked for; a variable reference would evaluate every rule of the folder.
package cctv.router

rule("A1-policy-adopted") := data.cctv.rules["A1-policy-adopted"]

rule("A2-local-measures") := data.cctv.rules["A2-local-measures"]

rule("A3.0-custodian-continuity") := data.cctv.rules["A3.0-custodian-continuity"]

rule("A3.0-custodian-designated") := data.cctv.rules["A3.0-custodian-designated"]

rule("A3.1-no-inbound-exposure") := data.cctv.rules["A3.1-no-inbound-exposure"]

rule("A3.1-no-public-ip") := data.cctv.rules["A3.1-no-public-ip"]

rule("A3.1-scan-coverage") := data.cctv.rules["A3.1-scan-coverage"]

rule("A3.2-admin-accounts-accounted") := data.cctv.rules["A3.2-admin-accounts-accounted"]

rule("A3.2-credential-age") := data.cctv.rules["A3.2-credential-age"]

rule("A3.2-no-default-password") := data.cctv.rules["A3.2-no-default-password"]

rule("A4.1-confidentiality-undertaking") := data.cctv.rules["A4.1-confidentiality-undertaking"]

rule("A4.1-misuse-followed-up") := data.cctv.rules["A4.1-misuse-followed-up"]

rule("A4.1-transport-hardening") := data.cctv.rules["A4.1-transport-hardening"]

rule("A4.2-leaver-account-disabled") := data.cctv.rules["A4.2-leaver-account-disabled"]

rule("A4.2-leaver-duty") := data.cctv.rules["A4.2-leaver-duty"]

rule("A4.3-continuous-operation") := data.cctv.rules["A4.3-continuous-operation"]

rule("A4.3-retention-capacity") := data.cctv.rules["A4.3-retention-capacity"]

rule("A4.3-retention-min") := data.cctv.rules["A4.3-retention-min"]

rule("A4.4-destroy-within-max") := data.cctv.rules["A4.4-destroy-within-max"]

rule("A4.4-export-destroy-within-max") := data.cctv.rules["A4.4-export-destroy-within-max"]

rule("A4.4-held-footage-preserved") := data.cctv.rules["A4.4-held-footage-preserved"]

rule("A4.4-legal-hold-valid") := data.cctv.rules["A4.4-legal-hold-valid"]

rule("A5.1-applicant-eligible") := data.cctv.rules["A5.1-applicant-eligible"]

rule("A5.1-approval-chain") := data.cctv.rules["A5.1-approval-chain"]

rule("A5.1-approved-before-viewing") := data.cctv.rules["A5.1-approved-before-viewing"]

rule("A5.1-form-complete") := data.cctv.rules["A5.1-form-complete"]

rule("A5.1-necessity-stated") := data.cctv.rules["A5.1-necessity-stated"]

rule("A5.1-no-copy-internal") := data.cctv.rules["A5.1-no-copy-internal"]

rule("A5.1-period-specific") := data.cctv.rules["A5.1-period-specific"]

rule("A5.1-representative-proof") := data.cctv.rules["A5.1-representative-proof"]

rule("A5.2-agency-eligible") := data.cctv.rules["A5.2-agency-eligible"]

rule("A5.2-consent-and-reply") := data.cctv.rules["A5.2-consent-and-reply"]

rule("A5.2-copy-within-scope") := data.cctv.rules["A5.2-copy-within-scope"]

rule("A5.2-official-letter") := data.cctv.rules["A5.2-official-letter"]

rule("A5.3-kept-copy-disposal") := data.cctv.rules["A5.3-kept-copy-disposal"]

rule("A5.3-kept-copy-made") := data.cctv.rules["A5.3-kept-copy-made"]

rule("A5.3-kept-copy-secured") := data.cctv.rules["A5.3-kept-copy-secured"]

rule("A5.3-preserve-before-overwrite") := data.cctv.rules["A5.3-preserve-before-overwrite"]

rule("A5.4-escorted") := data.cctv.rules["A5.4-escorted"]

rule("A5.4-log-reconciliation") := data.cctv.rules["A5.4-log-reconciliation"]

rule("A5.4-register-entry") := data.cctv.rules["A5.4-register-entry"]

rule("A5.5-external-person") := data.cctv.rules["A5.5-external-person"]

rule("A6-destruction-procedure") := data.cctv.rules["A6-destruction-procedure"]

rule("A6-record-immutable") := data.cctv.rules["A6-record-immutable"]

rule("A6-register-kept") := data.cctv.rules["A6-register-kept"]

rule("A6-request-kept") := data.cctv.rules["A6-request-kept"]

rule("A7.1-fault-repaired") := data.cctv.rules["A7.1-fault-repaired"]

rule("A7.1-inspection-consistent") := data.cctv.rules["A7.1-inspection-consistent"]

rule("A7.1-inspection-form-complete") := data.cctv.rules["A7.1-inspection-form-complete"]

rule("A7.1-inspection-quarterly") := data.cctv.rules["A7.1-inspection-quarterly"]

rule("A7.1-inspection-timely-entry") := data.cctv.rules["A7.1-inspection-timely-entry"]

rule("A7.2-asset-ledger") := data.cctv.rules["A7.2-asset-ledger"]

rule("A7.3-duty-of-care") := data.cctv.rules["A7.3-duty-of-care"]

rule("A8.1-neglect-reviewed") := data.cctv.rules["A8.1-neglect-reviewed"]

rule("A8.2-misaccess-leak-reviewed") := data.cctv.rules["A8.2-misaccess-leak-reviewed"]

rule("C-banned-vendor") := data.cctv.rules["C-banned-vendor"]

rule("C-clock-sync") := data.cctv.rules["C-clock-sync"]

rule("F1-appendix1-print") := data.cctv.rules["F1-appendix1-print"]

rule("F2-appendix2-print") := data.cctv.rules["F2-appendix2-print"]

rule("P-art10-clock") := data.cctv.rules["P-art10-clock"]

rule("P-breach-handled") := data.cctv.rules["P-breach-handled"]

rule("P-encrypted-fields") := data.cctv.rules["P-encrypted-fields"]

rule("P-no-plaintext-pii") := data.cctv.rules["P-no-plaintext-pii"]

rule("P-notice-given") := data.cctv.rules["P-notice-given"]

rule("W-waiver-valid") := data.cctv.rules["W-waiver-valid"]
