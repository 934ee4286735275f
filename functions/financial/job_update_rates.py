"""What a euro costs today: a fetch that is repeated finds the same."""

from functions.financial.jobs import UpdateRates
from functions.financial.operations import rates
from shared.job import job

handler = job(UpdateRates, load=rates.load, work=rates.fetch, store=rates.store, system=True, internet=True)
