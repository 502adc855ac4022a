"""Reading what was said elsewhere: chats that were pasted, tables, mail. Pure."""
