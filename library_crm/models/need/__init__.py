from . import library_need
