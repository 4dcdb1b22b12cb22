"""Is this district right? One test for every rule and subject; see docs/reports.md.

    pytest checks/                      everything, as of now
    pytest checks/ -k A3.1-no-public-ip one rule
    pytest checks/ -k px-nvr1           one device
"""

from cctv_policy.pytest_plugin import District

district = District()
