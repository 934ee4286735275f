"""What can be an email address: in its own file, for those alone who read one."""

from typing import Annotated

from email_validator import validate_email
from pydantic import AfterValidator, Field


def address(text: str) -> str:
    """In ASCII, its domain in lower case: SES takes no other letters, and Python and PostgreSQL fold those
    differently, so that one address would count as two. Those under `.test` are for trying out."""
    found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    return str(found.ascii_email)


Email = Annotated[
    str,
    Field(max_length=254, examples=["ada@example.com"], json_schema_extra={"format": "email"}),
    AfterValidator(address),
]
