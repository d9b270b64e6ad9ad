"""The verbs of the one command, a file each, and the parser that finds the verb of a typed line."""
