"""LocalStack with our execution environments, run by LocalStack's own Python. Of ours: the runtime alone."""
