"""Who may do what: actors, roles, and one rule per action."""
