"""Letters about an account: a try that is repeated sends the same link again."""

from functions.auth.jobs import SendAccountMail
from functions.auth.operations import letters
from shared.job import job

handler = job(SendAccountMail, load=letters.load, work=letters.send, store=letters.mark_sent, internet=True)
