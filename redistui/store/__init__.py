"""What is kept on disk: the journal of operations. Sees the model."""
