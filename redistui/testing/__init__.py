"""Public test tools for provider authors: the conformance suite, a fake provider, a fake clock."""
