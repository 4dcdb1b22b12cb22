"""The worker, with the small aspect of clock_aspect.py alone."""

import cctv_policy.push.worker as worker  # first: it patches the process
from cctv_policy.push import aspects
from tests.push.clock_aspect import ClockAspect

if __name__ == "__main__":
    aspects.ASPECTS = (ClockAspect(),)
    worker.main()
