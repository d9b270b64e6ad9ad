"""The text engine: what a text names, in which sense, and what a query means. Pure: no wire, no disk, no clock."""
