"""The command line with the workers of clock_worker.py: `python -m tests.push.cli push plan …`."""

import sys

from cctv_policy.cli import main
from cctv_policy.push import crew

if __name__ == "__main__":
    crew.WORKER = (sys.executable, "-m", "tests.push.clock_worker")
    main()
