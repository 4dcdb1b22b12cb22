"""The worker, with the aspect of slow_aspect.py alone."""

import cctv_policy.push.worker as worker  # first: it patches the process
from cctv_policy.push import aspects
from tests.push.slow_aspect import SlowAspect

if __name__ == "__main__":
    aspects.ASPECTS = (SlowAspect(),)
    worker.main()
