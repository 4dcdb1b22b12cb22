"""`python -m cctv_policy`: the same as the command `cctv-policy`."""

from cctv_policy.cli import main

main()
