"""What people do, one verb_noun function each, on an open Work; `perform` opens and commits it."""
