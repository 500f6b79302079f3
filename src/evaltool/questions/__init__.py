"""Who is asked what, and where it stands on a sheet."""
