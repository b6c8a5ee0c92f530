"""Every resource of the REST interface and the methods it takes."""

from __future__ import annotations

from collections.abc import Mapping

from sfrouter.localorg import (
    bulk_rest,
    bulk_rest_ingest,
    bulk_rest_query,
    rest_batch,
    rest_collections,
    rest_composite,
    rest_describe,
    rest_graph,
    rest_query,
    rest_recent,
    rest_relations,
    rest_replication,
    rest_rows,
    rest_search,
    rest_tooling,
    rest_tree,
)
from sfrouter.localorg.call import Answerer

Route = tuple[str, Mapping[str, Answerer]]

_RELATIONS: tuple[Route, ...] = tuple(
    (
        "sobjects/{object}/{id}/" + "/".join(f"{{step{number}}}" for number in range(1, steps + 1)),
        {"GET": rest_relations.read, "PATCH": rest_relations.update, "DELETE": rest_relations.delete},
    )
    for steps in range(2, rest_relations.MOST_STEPS + 1)
)
"""Relationship URLs with two steps and more; those with one look like URLs by external id."""

ROUTES: tuple[tuple[str, Mapping[str, Answerer]], ...] = (
    ("", {"GET": rest_describe.resources}),
    ("limits", {"GET": rest_describe.limits}),
    ("query", {"GET": rest_query.query}),
    ("query/{locator}", {"GET": rest_query.more}),
    ("queryAll", {"GET": rest_query.query_all}),
    ("queryAll/{locator}", {"GET": rest_query.more}),
    ("sobjects", {"GET": rest_describe.everything}),
    ("sobjects/{object}", {"GET": rest_describe.basic, "POST": rest_rows.create}),
    ("sobjects/{object}/describe", {"GET": rest_describe.describe}),
    ("sobjects/{object}/updated", {"GET": rest_replication.updated}),
    ("sobjects/{object}/deleted", {"GET": rest_replication.deleted}),
    (
        "sobjects/{object}/{id}",
        {
            "GET": rest_rows.read,
            "PATCH": rest_rows.update,
            "DELETE": rest_rows.delete,
            "POST": rest_rows.create_by_id,
        },
    ),
    (
        "sobjects/{object}/{field}/{value}",
        {
            "GET": rest_relations.read_by_key,
            "PATCH": rest_relations.upsert,
            "DELETE": rest_relations.delete_by_key,
        },
    ),
    *_RELATIONS,
    ("recent", {"GET": rest_recent.recent}),
    ("search", {"GET": rest_search.refuse}),
    ("parameterizedSearch", {"GET": rest_search.refuse, "POST": rest_search.refuse}),
    ("composite/batch", {"POST": rest_batch.batch}),
    ("composite/graph", {"POST": rest_graph.graph}),
    ("composite/tree/{object}", {"POST": rest_tree.tree}),
    ("composite", {"GET": rest_composite.kinds, "POST": rest_composite.composite}),
    (
        "composite/sobjects",
        {
            "POST": rest_collections.create,
            "PATCH": rest_collections.update,
            "DELETE": rest_collections.delete,
        },
    ),
    (
        "composite/sobjects/{object}",
        {"GET": rest_collections.retrieve, "POST": rest_collections.retrieve_many},
    ),
    ("composite/sobjects/{object}/{field}", {"PATCH": rest_collections.upsert}),
    ("jobs/query", {"GET": bulk_rest.listed, "POST": bulk_rest_query.create}),
    (
        "jobs/query/{job}",
        {"GET": bulk_rest_query.read, "PATCH": bulk_rest_query.abort, "DELETE": bulk_rest_query.delete},
    ),
    ("jobs/query/{job}/results", {"GET": bulk_rest_query.results}),
    ("jobs/query/{job}/resultPages", {"GET": bulk_rest_query.result_pages}),
    ("jobs/ingest", {"GET": bulk_rest.listed, "POST": bulk_rest_ingest.create}),
    (
        "jobs/ingest/{job}",
        {"GET": bulk_rest_ingest.read, "PATCH": bulk_rest_ingest.change_state, "DELETE": bulk_rest_ingest.delete},
    ),
    ("jobs/ingest/{job}/batches", {"PUT": bulk_rest_ingest.upload}),
    ("jobs/ingest/{job}/successfulResults", {"GET": bulk_rest_ingest.successful}),
    ("jobs/ingest/{job}/failedResults", {"GET": bulk_rest_ingest.failed}),
    ("jobs/ingest/{job}/unprocessedrecords", {"GET": bulk_rest_ingest.unprocessed}),
    ("jobs/ingest/{job}/unprocessedRecords", {"GET": bulk_rest_ingest.unprocessed}),
    ("tooling", {"GET": rest_tooling.resources}),
    ("tooling/query", {"GET": rest_tooling.query}),
    ("tooling/sobjects", {"GET": rest_tooling.everything}),
    ("tooling/sobjects/{object}", {"GET": rest_tooling.basic, "POST": rest_tooling.create}),
    ("tooling/sobjects/{object}/describe", {"GET": rest_tooling.describe}),
    (
        "tooling/sobjects/{object}/{id}",
        {"GET": rest_tooling.read, "PATCH": rest_tooling.update, "DELETE": rest_tooling.delete},
    ),
)
"""Every resource below /services/data/vXX.0/ and the methods it takes. What is not here is 404, or 405."""
