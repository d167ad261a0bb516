"""The rules: lifecycles, relations, needs and working days, without database or web."""
