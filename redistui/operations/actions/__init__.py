"""What steps do: one module an action. Each can run, look and undo."""
