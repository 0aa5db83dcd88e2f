"""The product: cases, clocks, escalations, and the doors to them."""
