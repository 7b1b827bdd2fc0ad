"""Routes: for each, which reads follow which, and the reply's body made of them."""
