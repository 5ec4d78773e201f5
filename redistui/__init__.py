"""redistui: a terminal admin console for Redis primary/replica pairs."""

__version__ = "0.1.0"
