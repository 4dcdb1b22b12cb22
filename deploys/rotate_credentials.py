"""Passwords and keys: `pyinfra inventory/pyinfra_inventory.py deploys/rotate_credentials.py`.

`--dry` shows the plan. `cctv-policy push` does the same with canaries, waves, a log and verdicts
(docs/push.md).
"""

from pathlib import Path

from cctv_policy.push.deploy import push

push(Path(__file__).resolve().parent.parent, "credentials")
