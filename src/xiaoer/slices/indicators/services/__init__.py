"""Writes of the slice, one function each."""
