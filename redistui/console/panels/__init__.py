"""The panels of the pair screen."""
