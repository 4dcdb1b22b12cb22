"""The command line with workers that have an aspect of the tests alone.

`python -m tests.push.cli push plan …`; `CCTV_TEST_WORKER` names another one than clock_worker.
"""

import os
import sys

from cctv_policy.cli import main
from cctv_policy.push import crew

if __name__ == "__main__":
    name = os.environ.get("CCTV_TEST_WORKER", "clock_worker")
    crew.WORKER = (sys.executable, "-m", f"tests.push.{name}")
    main()
