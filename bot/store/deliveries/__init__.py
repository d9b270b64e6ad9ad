"""The deliveries table: enqueue, claim, settle, count."""
