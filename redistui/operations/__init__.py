"""Plans, guards, the runner process and one module a verb. Sees the rooms below, not the monitor."""
