"""From configuration and installed providers to live provider objects: what monitor and operations start from."""
