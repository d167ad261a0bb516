"""How fast the program is, beside raw SQLite and beside a bare page; `python -m benchmarks` measures."""
