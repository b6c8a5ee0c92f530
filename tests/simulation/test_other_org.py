"""A row of another org is known by its city, in whichever form it came."""

from __future__ import annotations

from tests.simulation.other_org import marked_table


def test_each_row_of_a_bulk_job_is_marked() -> None:
    table = b'"Id","Name","BillingCity"\n"001","He said ""no"",\nand left","Berlin"\n"002","Beta",""\n'
    assert marked_table(table) == (
        b'"Id","Name","BillingCity"\n"001","He said ""no"",\nand left","Elsewhere"\n"002","Beta","Elsewhere"\n'
    )


def test_a_table_without_a_city_stays_as_it_is() -> None:
    assert marked_table(b'"Id"\n"001"\n') == b'"Id"\n"001"\n'
