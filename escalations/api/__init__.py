"""The API: what desk and portal can do, for programs. It translates requests into one call each, and nothing more."""
