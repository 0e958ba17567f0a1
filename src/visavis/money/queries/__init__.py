"""The only place with SQL of money; everything is written by functions of the database."""
