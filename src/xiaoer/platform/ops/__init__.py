"""Running an installation: serve, work, look after its health, back it up and bring it back."""
