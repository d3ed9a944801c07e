"""The table of make figures: it replaces itself and nothing else of the page."""

from tests.figures.table import BEGIN, END, table_of, with_table

ABOUT = {"commit": "abc1234", "form": "short", "hardware": "2 cores, 24 GiB, Debian", "versions": {"python": "3.11.7"}}
F4_PART = {"part": "house", "database": "sqlite", "is_engine": True, "pairs": 480, "pages": 90, "differences": 0}
F5_PART = {"database": "postgresql", "is_engine": False, "trials": 140, "routes": 14, "shown": 0, "counted": 0}
F10_PART = {"database": "sqlite", "faults": 15, "seconds_each": 5.0, "writes": 900, "failed": 0, "p95_pass": 200.0}
FIGURES = {
    "F4": {**ABOUT, "left_out": [], "parts": [{**F4_PART, "insider": 12, "naive": 9, "control": 40}]},
    "F5": {
        **ABOUT,
        "left_out": ["PostgreSQL"],
        "parts": [{**F5_PART, "behind": 0, "seconds": 2.5, "rows": 28, "naive": 11}],
    },
    "F10": {
        **ABOUT,
        "left_out": [],
        "parts": [
            {
                **F10_PART,
                "p95_fault": 210.0,
                "slowest_search": 2.06,
                "told": 132,
                "searches": 142,
                "slowest_converged": 3.5,
                "parked": 1,
                "differences": 0,
            }
        ],
    },
}


def test_every_figure_says_where_how_much_and_what_came_out():
    table = table_of(FIGURES)
    assert "| Elasticsearch beside SQLite | house | 480 | 90 | **0** | 12 of 40 | 9 of 40 |" in table
    assert "| PostgreSQL | 140 | 14 | **0** | **0** | 0 | 2.5 s for 28 changes | 11 |" in table
    assert "210.0 : 200.0 ms = **1.05**" in table
    assert "Left out: PostgreSQL." in table
    assert "2 cores, 24 GiB, Debian" in table


def test_a_figure_that_was_not_run_is_not_there():
    assert "### F10" not in table_of({"F4": FIGURES["F4"]})


def test_the_table_stands_at_the_end_and_is_replaced_in_its_place():
    once = with_table("# Figures\n\nBefore.\n", "first")
    assert once == f"# Figures\n\nBefore.\n\n{BEGIN}\nfirst\n{END}\n"
    again = with_table(f"{once}\nAfter.\n", r"second \1")
    assert again == f"# Figures\n\nBefore.\n\n{BEGIN}\nsecond \\1\n{END}\n\nAfter.\n"
