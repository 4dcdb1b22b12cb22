"""How long records, copies and footage stay, and how they go (四(三)(四), 六, Archives Act 12).

Nothing here destroys by itself: `purge` needs an approved destruction and looks at every hold.
"""

from cctv_policy.retention.plan import Candidate, Plan, plan
from cctv_policy.retention.proof import Proof, prove, verify
from cctv_policy.retention.purge import Purged, purge, refusals
from cctv_policy.retention.terms import Minimums, closed_day, last_day

__all__ = [
    "Candidate",
    "Minimums",
    "Plan",
    "Proof",
    "Purged",
    "closed_day",
    "last_day",
    "plan",
    "prove",
    "purge",
    "refusals",
    "verify",
]
