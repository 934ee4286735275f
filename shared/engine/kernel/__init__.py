"""How orders are made and filled, and what is in the account: `semantics.md`, sentence by sentence."""
