"""Is this district right? One test for every rule and subject; see docs/reports.md."""

from cctv_policy.pytest_plugin import District

district = District()
