"""LocalStack, listening on loopback alone, writing to its own folder alone, and ending when it is told to."""

import os
import sys
import tempfile
import traceback

from localstack import config
from localstack.runtime import main
from localstack.services.s3.storage import ephemeral
from twisted.internet import endpoints


class Endpoint(endpoints.TCP4ServerEndpoint):  # type: ignore[misc]
    """LocalStack gives its server the port without the address, and it runs code for whoever reaches it."""

    def __init__(self, reactor: object, port: int) -> None:
        super().__init__(reactor, port, interface=config.GATEWAY_LISTEN[0].host)


class ObjectStore(ephemeral.EphemeralS3ObjectStore):  # type: ignore[misc]
    """LocalStack names one folder for all that run on a machine, and leaves it behind."""

    def __init__(self, root_directory: str) -> None:
        super().__init__(tempfile.mkdtemp(prefix="s3-"))


endpoints.TCP4ServerEndpoint = Endpoint
ephemeral.EphemeralS3ObjectStore = ObjectStore
try:
    main.main()
except Exception:
    traceback.print_exc()
finally:
    sys.stdout.flush()
    os._exit(0)  # threads of its own would keep it for ever
