from . import library_improvement
