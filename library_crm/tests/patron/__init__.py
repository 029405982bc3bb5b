from . import test_usage_table
from . import test_duplicate_pairs
from . import test_merge_patrons
from . import test_usage_import
from . import test_merge_detach
from . import test_import_patrons
from . import test_import_runs
from . import test_k_guard
