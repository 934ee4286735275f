"""Where a payout goes: kept sealed under its owner's key, and shown masked."""

import json
from dataclasses import asdict, dataclass

from functions.financial.iban import masked
from shared.envelope import seal, unseal

FIELD = "payout_destination"


@dataclass(frozen=True)
class Destination:
    holder: str
    iban: str

    @property
    def shown(self) -> str:
        return masked(self.iban)


def sealed(destination: Destination, *, data_key: bytes) -> str:
    return seal(data_key, json.dumps(asdict(destination)), field=FIELD)


def opened(text: str, *, data_key: bytes) -> Destination:
    return Destination(**json.loads(unseal(data_key, text, field=FIELD)))
