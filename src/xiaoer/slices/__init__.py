"""Capabilities a department would name, one folder each; they see each other through ``public`` only."""
