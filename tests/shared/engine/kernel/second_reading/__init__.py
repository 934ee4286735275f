"""A second reading of `shared/engine/semantics.md`: slow, naive, and written from that page alone."""
