"""Pages: a request in, one call to a service or query, a page out."""
