"""Indicators: what departments report, who verified it, and what it says about each target."""
