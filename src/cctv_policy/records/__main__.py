"""`python -m cctv_policy.records <folder>` writes the JSON Schemas into a folder (schemas/)."""

import sys
from pathlib import Path

from cctv_policy.records.schema import write_schemas

write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "schemas"))
