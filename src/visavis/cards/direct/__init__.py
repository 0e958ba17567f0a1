"""Practitioners who are paid directly: by an account of their own at the card provider (Connect)."""
