"""What is looked at by itself, each night."""

from collections import Counter

from sqlalchemy.orm import Session

from functions.financial.verification import verify
from shared.alarm import alarm


def check_books(db: Session) -> None:
    faults = verify(db)
    if faults:
        details = {
            "faults": dict(Counter(fault.name for fault in faults)),
            "first": f"{faults[0].account or faults[0].transfer}: {faults[0].sentence}",
        }
        alarm(db, source="financial.cron_verify_ledger", event_type="books_at_fault", details=details)
