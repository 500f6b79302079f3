"""The command line.  A command reads its arguments, calls one function and prints."""
