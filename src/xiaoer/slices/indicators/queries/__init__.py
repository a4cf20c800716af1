"""Reads of the slice: projections, reports and what the engine needs."""
