"""What exists in a district: YAML folder → frozen dataclasses, or every fault at once."""

from cctv_policy.inventory.hosts import known_hosts_text, pyinfra_groups, write_known_hosts
from cctv_policy.inventory.load import load_inventory
from cctv_policy.inventory.model import (
    Account,
    Area,
    AreaType,
    Baseline,
    Camera,
    Collect,
    Connect,
    District,
    Event,
    Inventory,
    Name,
    Network,
    Override,
    Probes,
    Recorder,
    School,
    SiteType,
    Snmp,
    Status,
)
from cctv_policy.inventory.schema import render_schemas, write_schemas

__all__ = [
    "Account",
    "Area",
    "AreaType",
    "Baseline",
    "Camera",
    "Collect",
    "Connect",
    "District",
    "Event",
    "Inventory",
    "Name",
    "Network",
    "Override",
    "Probes",
    "Recorder",
    "School",
    "SiteType",
    "Snmp",
    "Status",
    "known_hosts_text",
    "load_inventory",
    "pyinfra_groups",
    "render_schemas",
    "write_known_hosts",
    "write_schemas",
]
