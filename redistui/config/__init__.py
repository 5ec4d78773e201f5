"""Settings, environments, secrets and folders. Sees the model."""
