"""Shows every message and view in both languages, rendered by the real renderers from examples."""
