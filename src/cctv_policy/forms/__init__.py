"""The document's paper forms (附錄1, 附錄2, 調閱登記簿) as PDF, the register also as ODS.

Input is plain printable text: this package knows no records, no keys and no calendar beyond the
民國 year (docs/forms.md).
"""
