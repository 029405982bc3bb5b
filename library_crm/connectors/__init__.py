"""Plain Python clients and file readers: what other systems hand us, as frames and dataclasses."""
