"""Pure functions over text, dates and tables: no Django, no clock, no files, no network."""
