"""The commands. Each module has `command`, and is imported when its command is used."""
