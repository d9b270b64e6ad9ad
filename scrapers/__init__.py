"""One of the two wings: how an outlet is read. Knows HTTP and HTML, never Slack, never the store."""

import sys

# httpx loads its own command line where rich and click happen to be installed: four megabytes that no bot needs
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
