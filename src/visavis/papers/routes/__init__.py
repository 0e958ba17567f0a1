"""Pages of papers: lists, one paper, files, and what people say of themselves on them."""

from visavis.papers.routes import billing, papers, statements

ROUTES = [*papers.ROUTES, *billing.ROUTES, *statements.ROUTES]
