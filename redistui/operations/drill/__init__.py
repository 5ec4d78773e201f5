"""Drills: a rehearsal under a probe's load, measured as a client sees it, with a verdict."""
