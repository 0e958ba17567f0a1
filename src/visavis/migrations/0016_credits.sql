select; -- Kept free for what is made beside 0017.
