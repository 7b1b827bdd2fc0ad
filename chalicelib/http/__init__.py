"""HTTP as API Gateway and Lambda carry it: `events` come in (whole, or refused), a `reply` goes out."""
