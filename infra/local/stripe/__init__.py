"""A Stripe of our own: what a fresh machine pays with, and the other side of the tests."""

from infra.local.stripe.faults import Fault as Fault
from infra.local.stripe.server import Stripe as Stripe
from infra.local.stripe.server import stripe_server as stripe_server
