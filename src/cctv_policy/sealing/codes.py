"""What can be wrong with sealed data and keystores: codes and a sentence in two languages each."""

from __future__ import annotations

from cctv_policy.model import Text
from cctv_policy.strictyaml import register

register(
    {
        "sealed_broken": Text(
            zh="密文與紀錄不符(遭更改、移置或批次不同)",
            en="the ciphertext is not this record's: changed, moved, or of another batch",
        ),
        "sealed_no_wrap": Text(
            zh="金鑰庫中無此紀錄的金鑰", en="the record's key is in no keystore"
        ),
        "sealed_wrap_damaged": Text(
            zh="金鑰檔毀損或遭替換", en="a key file is damaged or was replaced"
        ),
        "sealed_one_copy": Text(
            zh="並非每個金鑰庫都有此金鑰", en="not every keystore replica holds the key"
        ),
        "sealed_no_batch": Text(zh="尚無此銷毀批次的公鑰", en="no public key of this batch yet"),
        "sealed_batch_differs": Text(
            zh="批次公鑰與金鑰庫所存不符",
            en="the batch's public key in git is not the one in the keystore",
        ),
        "sealed_bad_month": Text(
            zh="加密月份早於紀錄成立月份或晚於本月",
            en="sealed in a month before the record was made, or still to come",
        ),
        "sealed_no_shares": Text(
            zh="無人持有此批次的金鑰份額，紀錄無法開啟",
            en="nobody has a share of the batch: the record cannot be opened",
        ),
        "sealed_no_recipients": Text(
            zh="沒有足夠的金鑰保管人(至少兩位)", en="fewer than two holders would hold the key"
        ),
        "sealed_not_holder": Text(
            zh="此私鑰不是該批次的保管人", en="this key is no holder of the batch"
        ),
        "sealed_leaver": Text(
            zh="金鑰庫仍有已非保管人者的金鑰份額",
            en="somebody who is no holder any more has a share",
        ),
        "sealed_holder_missing": Text(
            zh="保管人尚無此批次的金鑰份額", en="a holder has no share of this batch yet"
        ),
        "sealed_extra_wrap": Text(
            zh="金鑰庫有不屬任何紀錄的金鑰", en="a key in the keystore belongs to no record"
        ),
        "history_unknown": Text(zh="沒有完整的版本歷史", en="the whole history is not here"),
        "sealed_not_gone": Text(
            zh="已具結銷毀的金鑰仍在金鑰庫", en="a key that was certified destroyed is still there"
        ),
        "bad_identity": Text(zh="私鑰檔無法使用", en="the private key file cannot be used"),
        "bad_recipient": Text(zh="不是 age 或 ssh-ed25519 公鑰", en="no age or ssh-ed25519 key"),
        "replica_offline": Text(zh="金鑰庫離線或不是本庫", en="a keystore replica is not there"),
        "replica_failed": Text(zh="金鑰庫無法寫入或讀回", en="a keystore replica failed"),
        "no_keystore": Text(zh="沒有 keystore.yaml", en="there is no keystore.yaml"),
        "same_twice": Text(zh="重複", en="the same twice"),
    }
)
