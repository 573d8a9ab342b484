"""Who calls: bearer tokens and client JWTs of CDS Hooks, checked against the issuers that a site trusts. Knows no Flask and no store.

Import the modules, not this package: a service that asks nobody for a token does not load the libraries that check them.
"""
