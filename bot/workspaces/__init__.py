"""Keeps the tokens of the workspaces that install the app, and knows which token serves which workspace."""
