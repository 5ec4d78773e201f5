"""What panels show, computed without Textual."""
