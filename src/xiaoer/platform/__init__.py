"""The Django kernel: who may do what, what happened, whose turn it is. It knows no capability."""
