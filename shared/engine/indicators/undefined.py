"""What has no value."""

NAN = float("nan")
