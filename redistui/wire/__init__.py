"""The only place that speaks the Redis protocol. Sees the model."""
