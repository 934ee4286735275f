"""How many bars go through one step before the next."""

CHUNK = 128  # few enough to stay near the processor in between
STRETCH = 64  # a chain of averages looks back for a gap once in so many
