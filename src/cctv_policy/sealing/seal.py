"""Personal data of a record: sealed before it is written, opened for one person's eyes.

Sealing needs public keys only. A block leaves `seal` when every replica has reported the record's
key back by its hash: a record that nobody could ever open is never written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cctv_policy.errors import SealingError
from cctv_policy.records import Header, Sealed, parse_id
from cctv_policy.sealing.block import Bound, decrypt, encrypt, key_id, new_key, wrap
from cctv_policy.sealing.holder import Identity, batch_secret
from cctv_policy.sealing.keystore import Keystore, Wrap
from cctv_policy.secretstore import Secret


def seal(
    keystore: Keystore,
    *,
    site: str,
    record_id: str,
    clear: Mapping[str, Secret],
    on: dt.date,
    later: bool = False,
) -> Sealed:
    """The sealed block of a record with the fields of `clear`, named as in the model.

    `on` is the day of sealing; with its month and the kind's class it names the destruction batch.
    `later`: the block `sealed_later`. SealingError if the batch has no key yet, if a replica is
    offline or does not report the key; then nothing stays behind that could open anything.
    """
    record = parse_id(record_id)
    if record is None or not clear:
        raise ValueError("no record id, or no field to seal")
    batch = keystore.settings.batch(record.prefix, on)
    keystore.check()
    public = keystore.public_key(site, batch)
    key = new_key()
    wrapped = wrap(key, [public])
    name = Wrap(site=site, batch=batch, record_id=record_id, key_id=key_id(wrapped)).name
    try:
        for replica in keystore.replicas:
            replica.put(name, wrapped)
    except SealingError:
        _take_back(keystore, name)
        raise
    bound = Bound(site=site, record_id=record_id, batch=batch, later=later)
    return Sealed(
        alg="aes-256-gcm-siv",
        key_id=key_id(wrapped),
        batch=batch,
        fields=tuple(clear),
        data=encrypt(key, clear, bound),
    )


def _take_back(keystore: Keystore, name: str) -> None:
    """Remove a key that no record will have from the replicas that answer."""
    for replica in keystore.replicas:
        if replica.online():
            replica.delete(name)


def unseal(
    keystore: Keystore, record: Header, identity: Identity, *, later: bool = False
) -> dict[str, Secret]:
    """The clear fields of a record's block, opened with a holder's key; {} without such a block.

    SealingError: `sealed_no_wrap` (destroyed, or lost), `sealed_wrap_damaged`, `sealed_not_holder`,
    `sealed_broken` (the block, its batch or its list of fields was changed, or moved here).
    """
    block: Sealed | None = getattr(record, "sealed_later" if later else "sealed", None)
    if block is None:
        return {}
    bound = Bound(site=record.site_id, record_id=record.id, batch=block.batch, later=later)
    key = record_key(keystore, bound, block.key_id, identity)
    return decrypt(key, block, bound)


def record_key(keystore: Keystore, bound: Bound, wanted: str, identity: Identity) -> bytes:
    """The key of one block, from the first replica that has its wrap undamaged."""
    wrap_ = Wrap(site=bound.site, batch=bound.batch, record_id=bound.record_id, key_id=wanted)
    damaged, offline = False, []
    for replica in keystore.replicas:
        if not replica.online():
            offline.append(replica.label)
        elif (data := replica.get(wrap_.name)) is not None:
            if key_id(data) == wanted:
                opened = batch_secret(keystore, bound.site, bound.batch, identity).open(data)
                if opened is not None:
                    return opened
            damaged = True
    where = f"{bound.site}/{bound.record_id}"
    if damaged:
        what, fix = "the key file is damaged", "restore the replica from the other one"
        raise SealingError(what, code="sealed_wrap_damaged", where=where, fix=fix)
    what = "its key is in no replica: destroyed, or lost"
    fix = f"mount {', '.join(offline)}" if offline else "see `keys verify` and the destructions"
    raise SealingError(what, code="sealed_no_wrap", where=where, fix=fix)
