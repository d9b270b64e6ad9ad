"""The desk: the verbs of the bot, from an article that came in to a message that went out."""
