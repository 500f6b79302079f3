"""The only modules that know XlsxWriter, docxtpl and Jinja: a value goes in, the bytes of a file come out."""
