from . import test_usage_table
