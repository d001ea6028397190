"""Shows pages to a real browser, cut off from everything but the guard: what it makes of them comes back as data.

The browser lives in a worker process (``worker``) that the parent (``renderer``) kills whole when it is late.
"""
