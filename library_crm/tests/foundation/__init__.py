from . import test_shipped_data
