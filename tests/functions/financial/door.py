"""`python -m tests.functions.financial.door`: the webhook and its job behind a socket, in a process.

It says on which port, then answers one request at a time, each with the job done that it leaves.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from functions.financial import job_process_stripe_event
from tests.calls import Api
from tests.queues import deliver


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = {"stripe-signature": self.headers["Stripe-Signature"]}
        answer = Api().send("POST", "/v1/financial/stripe/webhook", body, signature)
        failed = deliver(job_process_stripe_event.handler)
        self.send_response(500 if failed else answer.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Its port is all that it says."""


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        sys.stderr.write(f"{server.server_port}\n")
        sys.stderr.flush()
        server.serve_forever()
