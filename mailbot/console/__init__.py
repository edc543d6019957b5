"""The console: the desk's web room. Pages are made on the server; only editing needs a script.

``app.PAGES`` is the list of all pages, each with the least role that may open it: what is not listed does not exist.
``gate`` stands before every one of them (host, session, role, form token), ``visit`` is what a page gets, ``rendering``
what it answers with.
"""
