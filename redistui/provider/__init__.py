"""What a provider implements, and finding installed providers. Sees the model."""
