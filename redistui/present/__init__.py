"""What the console and the command line share, without Textual: actions, words and JSON."""
