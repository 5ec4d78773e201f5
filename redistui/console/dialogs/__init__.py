"""Questions that stand before everything else until they are answered."""
