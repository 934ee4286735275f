"""Whether the platform in this container answers: what the image's HEALTHCHECK runs."""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 4


def answers() -> bool:
    """To connect to 0.0.0.0 is to connect to this machine; it goes past any HTTP_PROXY."""
    asked = HTTPConnection(os.environ["LISTEN"], int(os.environ["PORT"]), timeout=SECONDS)
    try:
        asked.request("GET", "/v1/health", headers={"Host": "localhost"})
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


if __name__ == "__main__":
    sys.exit(not answers())
