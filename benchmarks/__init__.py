"""Figures of library_crm beside its peers, measured in one run on one machine.

``python -m benchmarks`` (or ``make bench``) runs all suites one after the other: the desk beside a peer, the imports
beside their floors (:mod:`patron_import`, :mod:`usage_load`), the nightly analysis (:mod:`nightly`) and the desk's
scheduled action over ten thousand open cases (:mod:`clock`);
``python -m benchmarks desk`` runs one. Each writes its figures to ``benchmarks/results``.

The desk: creating a case, taking in and threading mail, and opening the list, the kanban, the form and the patron's
own page, for OCA ``helpdesk_mgmt`` and for us, alternating, each with the same 100 000 contacts and as
many tickets or cases.

How a figure is made
    Each side has a database and a process of its own. One operation is done by one side, then by the other, and
    so on, the order turned each round; the first rounds are thrown away, the median of the rest counts. The cost
    is CPU time, Python and PostgreSQL together, because wall time belongs to whoever else uses the machine.
    Everything is rolled back, so that the last round meets the same data as the first.

What is kept equal
    Both databases are copies of one template with the same dependencies, hold the same contacts, texts, dates
    and shares of open records, are analysed, and run without parallel query (a helper's time could not be seen)
    and without JIT (which would only slow the peer).
"""
