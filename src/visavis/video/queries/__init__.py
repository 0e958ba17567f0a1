"""The only place with SQL of calls and their rooms."""
