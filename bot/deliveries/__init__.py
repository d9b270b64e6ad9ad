"""Makes deliveries: decides what is due to whom, holds it back, and renders it."""
