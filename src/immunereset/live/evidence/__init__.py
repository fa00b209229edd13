"""Live views of published results, for anyone with a table: one Python and one JavaScript file a view."""
