"""What the market computes, for every domain: the rule language, indicators, fills, metrics. Pure."""
