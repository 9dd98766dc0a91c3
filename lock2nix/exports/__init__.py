"""A lock as a file of another format: each writer takes a lock whose gaps are filled, and returns text."""
