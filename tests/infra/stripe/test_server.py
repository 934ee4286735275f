"""Who is answered and who is not, and what is still there after the end of the process."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import stripe

from infra.local.stripe import Stripe, stripe_server
from infra.local.stripe.form import parsed
from tests.infra.stripe.conftest import KEY, SECRET, WEB, Endpoint, sdk


@pytest.mark.parametrize("key", ["sk_test_another", KEY[:-1], KEY + "k"])
def test_another_key_opens_nothing(key: str, server: Stripe) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        sdk(server.url, key=key).v1.customers.create({})
    assert refused.value.http_status == 401
    assert KEY not in str(refused.value)


def test_the_key_is_taken_as_bearer_and_as_a_user_name(server: Stripe) -> None:
    url = f"{server.url}/v1/balance"
    assert WEB.get(url).status_code == 401
    assert WEB.get(url, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
    assert WEB.get(url, auth=(KEY, "")).status_code == 200
    for wrong in ("Basic !!", "Basic", "Bearer", f"Digest {KEY}x"):
        assert WEB.get(url, headers={"Authorization": wrong}).status_code == 401


def test_the_sdk_of_modules_works_as_the_one_of_clients(
    server: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "api_base", server.url)
    monkeypatch.setattr(stripe, "api_key", KEY)
    made = stripe.Customer.create(name="Ada", metadata={"a": "1"})
    assert stripe.Customer.retrieve(made.id).name == "Ada"
    intent = stripe.PaymentIntent.create(
        amount=500, currency="usd", payment_method="pm_card_visa", confirm=True
    )
    assert stripe.Refund.create(payment_intent=intent.id).status == "succeeded"


def test_a_name_that_is_not_this_machine_is_misdirected(server: Stripe) -> None:
    port = server.url.rpartition(":")[2]
    for host, status in (("evil.example", 421), (f"evil.example:{port}", 421), (f"localhost:{port}", 200)):
        answer = WEB.get(f"{server.url}/v1/balance", headers={"Host": host}, auth=(KEY, ""))
        assert answer.status_code == status


def test_what_stripe_has_not_is_not_found(server: Stripe) -> None:
    for path in ("/v1/spaceships", "/v1/customers/cus_1/spaceships", "/v1/"):
        answer = WEB.get(server.url + path, auth=(KEY, ""))
        assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    assert WEB.get(server.url).status_code == 404


def test_every_answer_bears_the_id_of_its_request(server: Stripe) -> None:
    ids = {
        WEB.get(f"{server.url}/v1/balance", auth=(key, "")).headers["Request-Id"] for key in (KEY, "x", KEY)
    }
    assert len(ids) == 3


def test_a_form_too_large_is_refused(server: Stripe) -> None:
    for size in (1_000_001, 3_000_000):
        answer = WEB.post(f"{server.url}/v1/customers", content=b"x" * size, auth=(KEY, ""))
        assert answer.status_code == 413
    answer = WEB.post(f"{server.url}/v1/customers", content=iter([b"name=a"]), auth=(KEY, ""))
    assert answer.status_code == 411
    assert sdk(server.url).v1.customers.list().data == []


def test_half_a_request_keeps_nobody_else_waiting(server: Stripe) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"POST /v1/customers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nname")
        assert sdk(server.url).v1.customers.list().data == []


def test_a_form_is_read_as_stripe_writes_it() -> None:
    text = "a=1&metadata[k]=v&expand[]=x&expand[]=y&items[0][price][amount]=5&items[1][price][amount]=6&e="
    assert parsed(text) == {
        "a": "1",
        "metadata": {"k": "v"},
        "expand": {"0": "x", "1": "y"},
        "items": {"0": {"price": {"amount": "5"}}, "1": {"price": {"amount": "6"}}},
        "e": "",
    }


@pytest.mark.parametrize(
    "form", ["metadata=x", "metadata[a][b]=c&metadata[a]=d&metadata[a][b]=c", "[]=1", "name=%ff"]
)
def test_a_broken_form_is_the_callers_mistake(form: str, server: Stripe) -> None:
    answer = WEB.post(f"{server.url}/v1/customers", content=form, auth=(KEY, ""))
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_metadata_has_stripes_bounds(client: stripe.StripeClient) -> None:
    fits = {f"{number:040}": "v" * 500 for number in range(50)}
    metadata = client.v1.customers.create({"metadata": fits}).metadata
    assert metadata is not None
    assert metadata.to_dict() == fits
    for too_much in (fits | {"one more": "v"}, {"k" * 41: "v"}, {"k": "v" * 501}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.customers.create({"metadata": too_much})


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    wish = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    with stripe_server(tmp_path, key=KEY) as server:
        ada = sdk(server.url).v1.customers.create({"name": "Ada"}).id
        intent = sdk(server.url).v1.payment_intents.create(wish | {"customer": ada})
    with stripe_server(tmp_path, key=KEY) as server:
        client = sdk(server.url)
        assert client.v1.customers.retrieve(ada).name == "Ada"
        assert [found.id for found in client.v1.payment_intents.list({"customer": ada}).data] == [intent.id]
        assert client.v1.balance.retrieve().available[0].amount == 500
        assert len(client.v1.events.list().data) == 4


def test_a_process_of_its_own_survives_a_kill(tmp_path: Path, endpoint: Endpoint) -> None:
    key, secret, url = tmp_path / "key", tmp_path / "secret", tmp_path / "url"
    key.write_text(f"{KEY}\n")
    secret.write_text(f"{SECRET}\n")
    command = [sys.executable, "-m", "infra.local.stripe", "--folder", str(tmp_path / "state")]
    command += ["--secret-key-file", str(key), "--url-file", str(url)]
    command += ["--webhook", endpoint.url, "--webhook-secret-file", str(secret)]
    made = []
    for end in (signal.SIGKILL, signal.SIGTERM):
        url.unlink(missing_ok=True)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            printed = process.stdout.readline().strip()
            assert url.read_text() == printed
            client = sdk(printed)
            made.append(client.v1.customers.create({}).id)
            assert [customer.id for customer in client.v1.customers.list().data] == made[::-1]
            endpoint.wait_for(len(made))
            process.send_signal(end)
            assert process.wait(30) == (-signal.SIGKILL if end == signal.SIGKILL else 0)
    assert stripe.Webhook.construct_event(*endpoint.heard[-1], SECRET).data.object["id"] == made[-1]


def test_it_listens_where_it_did_before_if_nobody_else_does(tmp_path: Path) -> None:
    """A checkout's link that a person kept still opens."""
    first = url_of_a_run(tmp_path)
    assert url_of_a_run(tmp_path) == first
    with socket.create_server(("127.0.0.1", urlsplit(first).port or 0)):
        other = url_of_a_run(tmp_path)
    assert other != first
    assert url_of_a_run(tmp_path) == other
    (tmp_path / "url").write_text("no address")
    assert url_of_a_run(tmp_path).startswith("http://127.0.0.1:")


def url_of_a_run(folder: Path) -> str:
    key, url = folder / "key", folder / "url"
    key.write_text(KEY)
    command = [sys.executable, "-m", "infra.local.stripe", "--folder", str(folder / "state")]
    command += ["--secret-key-file", str(key), "--url-file", str(url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.readline().strip()
        process.terminate()
    assert url.read_text() == printed
    return printed
