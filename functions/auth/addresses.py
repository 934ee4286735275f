"""What can be an email address: in its own file, for those alone who read one."""

from typing import Annotated

from email_validator import validate_email
from pydantic import AfterValidator, Field


def address(text: str) -> str:
    """With its domain in lower case. Those under `.test` are for trying out, as the demo account's is."""
    return validate_email(text, check_deliverability=False, test_environment=True).normalized


Email = Annotated[
    str,
    Field(max_length=254, examples=["ada@example.com"], json_schema_extra={"format": "email"}),
    AfterValidator(address),
]
