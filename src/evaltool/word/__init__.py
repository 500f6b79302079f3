"""What a .docx is made of: its archive, its own tags, its charts, its text."""
