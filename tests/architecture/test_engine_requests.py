"""What our requests to the search engine must never contain: whatever counts, orders or shows beyond the reader's filter."""

import ast

import pytest

from tests.architecture.code import name_of, python_files, tree_of

# An answer made from rows outside the filter, or from the term dictionary, tells of hidden records (B3, B4, S9); the rest
# is missing on the smallest node, or would hand a person's text to the engine as syntax.
FORBIDDEN = {
    "global": "an aggregation past the filter",
    "post_filter": "counts before the filter",
    "min_doc_count": "empty buckets of hidden terms",
    "significant_terms": "statistics of hidden rows",
    "significant_text": "statistics of hidden rows",
    "suggest": "reads the term dictionary",
    "completion": "reads the term dictionary",
    "terms_enum": "reads the term dictionary",
    "explain": "statistics of hidden rows",
    "profile": "tells of hidden work",
    "highlight": "text is cut from what was read again, never by the engine",
    "highlight_query": "text is cut from what was read again",
    "query_string": "a person's text as syntax",
    "simple_query_string": "a person's text as syntax",
    "regexp": "a person's text as syntax",
    "wildcard": "a person's text as syntax",
    "script": "not on the smallest node",
    "reindex": "not on the smallest node; we rebuild from the records",
    "update_by_query": "not on the smallest node",
    "delete_by_query": "not on the smallest node",
    "percolate": "not on the smallest node",
    "ngram": "not in the core analysis",
    "smartcn": "not in the core analysis",
    "cjk": "not in the core analysis",
}
PLACES = [path for path in python_files(within="**/*.py") if name_of(path).startswith("search/")]


def _words(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Attribute):
            yield node.attr


@pytest.mark.parametrize("word", sorted(FORBIDDEN))
def test_no_request_contains(word):
    backends = [path for path in PLACES if "backends" in path.parts or path.stem in {"syncing", "generations"}]
    assert backends
    assert [name_of(path) for path in backends if word in set(_words(path))] == []


def test_only_the_backends_and_the_life_of_indexes_know_the_client():
    """Views, forms and results pass no engine syntax: they hand over a Query and a Reader."""

    def knows(path):
        imports = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import | ast.ImportFrom))
        names = [getattr(node, "module", None) or node.names[0].name for node in imports]
        return any(name.split(".")[0] in {"elasticsearch", "elastic_transport"} for name in names)

    assert {name_of(path) for path in python_files(within="**/*.py") if knows(path)} == {
        # One side of its ratios is the bare client.
        "config/benchmarks/engine.py",
        "search/backends/client.py",
        "search/backends/deadline.py",
        "search/backends/elasticsearch.py",
        "search/backends/mappings.py",
    }
