"""`python -m bench [NAME…] [--quick]`: measure and print Markdown tables."""

from __future__ import annotations

import argparse
import importlib

BENCHES = {
    "evaluation": "judging beside the bare engine",
    "faults": "the fault fleet beside Checkov, NAPALM validate, Ansible assert and JSON Schema",
    "check": "loading an inventory, and `cctv-policy check` from end to end",
    "collect": "collection from real sshd beside a bare login, pyinfra and Ansible (root, lab)",
    "push": "a push beside plain pyinfra making the same changes (root, lab)",
}


def main() -> None:
    """Run the benches named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", nargs="*", choices=[*BENCHES, []], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds")
    arguments = parser.parse_args()
    for name in arguments.name or BENCHES:
        module = importlib.import_module(f"bench.{name}")
        print(f"\n## {name}: {BENCHES[name]}\n\n{module.run(quick=arguments.quick)}", flush=True)


if __name__ == "__main__":
    main()
