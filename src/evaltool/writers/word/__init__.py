"""What a .docx is made of: templates compiled and filled in, its archive, its own tags, its charts, its text."""
