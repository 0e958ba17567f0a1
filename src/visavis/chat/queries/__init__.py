"""The only place with SQL of chat."""
