"""Exit code 0 while the web process of this container answers; as the proxy would ask it."""

import os
import sys
import urllib.request

request = urllib.request.Request(
    f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz",
    headers={
        "Host": os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0],
        "X-Forwarded-Proto": "https",
    },
)
with urllib.request.urlopen(request, timeout=3) as answer:
    sys.exit(0 if answer.status == 200 else 1)
