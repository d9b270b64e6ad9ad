"""The desk: the verbs. What becomes a story, what is owed to whom, how it is told and what is answered."""
