"""Work that nobody asks for at the moment: plain functions of an installation, run by the worker."""
