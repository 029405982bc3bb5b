"""What the forecast's query says of public loans is what lib/demand.py says, class by class."""

from benchmarks import mining_data
from benchmarks.demand_query import largest_difference
from library_crm import lib
from library_crm.lib import demand, demand_sql

from .rig import database


def test_the_query_equals_the_library_on_lib_sibgmu():
    """Feature: T11"""
    assert demand and demand_sql
    with database.cursor() as cursor:
        compared, worst = largest_difference(
            cursor, lib, mining_data.sibgmu(), ("2017-03", "2018-01", "2018-09", "2019-08"))
    assert compared > 5000
    assert worst < 1e-9
