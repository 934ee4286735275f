"""What Pulumi runs."""

from infra.aws.program import program

program()
