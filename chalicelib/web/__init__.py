"""HTTP edge: a query in; status, headers and body out."""
