"""Convention 8: what must not stand in the source, file by file. Every exception says why."""

import ast
import re
import tokenize

import pytest

from tests.architecture.code import DEMO, ROOT, called, calls, lines_with, name_of, python_files, tree_of

# file: reason. A file in a list that no longer needs it fails too.
QUERIES_IN_VIEWS = {
    "casework/views/audit.py": "the trails are read as a whole by those who hold READ_AUDIT, checked first",
    "casework/views/account_admin.py": "accounts hang on no dossier; the right KEEP_ACCOUNTS or KEEP_ACCESS is checked",
    "casework/views/accounts.py": "the second factor of the person who is signed in",
    "integrity/views/leads.py": "files of the lead that get_lead_for has just let through",
    "integrity/views/vault.py": "the key of the custodian who is signed in",
    "notices/views/report.py": "files of the lead whose receipt was just shown",
}
STATUS_WRITERS = {
    "casework/actions/clocks.py": "a deadline has no table: its state follows from its clock events",
    "notices/actions/publication.py": "the public copy follows the notice, whose own status moves by its table",
}
STATUS_WRITERS_IN_TESTS = {
    "tests/integration/test_notices_actions.py": "no action loses a public row; the test asks what publishing says then",
    "tests/search/records.py": "rows for the index only; what a status means is tested where the actions are",
    "tests/walks/decision_acts.py": "a twin is what the walk expects of a record, not a record",
    "tests/walks/twins.py": "a twin is what the walk expects of a record, not a record",
}
BULK_WRITERS = {
    "search/generations.py": "what is known of an index is derived and rebuildable",
    "search/indexing.py": "the index is derived and rebuildable",
    "search/syncing.py": "an outbox is no record",
}
DELETERS = {
    "casework/actions/accounts.py": "second factors are taken away; the event stays",
    "casework/actions/grants.py": "guardian rows are derived from grants and thrown away with them",
    "notices/throttle.py": "counters that are no records, thrown away the next day",
    "search/generations.py": "an index that was replaced is derived and rebuildable",
    "search/actions/saved.py": "a person's own words, gone when they say so; the event stays",
    "search/indexing.py": "the index is derived and rebuildable",
    "search/syncing.py": "a row leaves the outbox when the engine has it",
}
SAVE_OUTSIDE = {
    "accounts/models.py": "Django's own manager",
    "casework/saving.py": "the one place that saves a record",
    "casework/events.py": "the one place that adds to the trails",
    "casework/idempotency.py": "a key is no record",
    "casework/references.py": "a counter is no record; the numbers stand on the records",
    "notices/throttle.py": "a counter is no record",
    "search/engine_checking.py": "a row about the index is no record",
    "search/indexing.py": "a row about the index is no record",
}
PRINTERS: dict[str, str] = {}
MARKED_SAFE = {"casework/templatetags/casework.py": "the one module that may; each use escapes its values"}
IMPORTS_INSIDE = re.compile(r"(^|/)apps\.py$")

# Pictures, workbooks and Word files, not rows.
FILES = {"qrcode.make().save", "clean.save", "book.save", "document.save", "paper.save"}
BULK = {"update", "bulk_create", "bulk_update", "update_or_create", "abulk_create", "aupdate"}
NETWORK = {"socket", "ssl", "urllib.request", "http.client", "requests", "httpx", "aiohttp", "smtplib", "ftplib"}


def _files(within="**/*.py", without=()):
    return [path for path in python_files(within=within) if not name_of(path).startswith(tuple(without) or ("-",))]


def _views():
    return [*_files("views.py"), *_files("views/*.py"), *_files("api.py")]


def _found(files, matches):
    return {name_of(path) for path in files if any(True for _one in matches(path))}


def test_views_build_no_queries_of_their_own():
    def queries(path):
        plain = re.compile(r"(?:^|\.)objects\.(all|filter|get|exclude|create|first|last|raw)$")
        return (line for line, name, _node in calls(path) if plain.search(name))

    assert _found(_views(), queries) == set(QUERIES_IN_VIEWS)


def test_views_and_forms_never_save():
    def saves(path):
        writes = re.compile(r"\.(save|delete|bulk_create)$")
        return (line for line, name, _node in calls(path) if writes.search(name) and name not in FILES)

    forms = [*_files("forms.py"), *_files("forms/*.py")]
    assert _found([*_views(), *forms], saves) == set()


def test_views_open_no_database_connection():
    def cursors(path):
        return (
            line
            for line, name, _node in calls(path)
            if re.search(r"(connection\.cursor|objects.*\.(raw|extra))$", name)
        )

    assert _found(_views(), cursors) == {"config/views.py"}, "healthz alone asks the database directly"


def _status_writes(path):
    for node in ast.walk(tree_of(path)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) else []:
            if isinstance(target, ast.Attribute) and target.attr in {"status", "state"}:
                yield node.lineno


def test_a_status_changes_only_through_a_move():
    assert _found(_files(without=DEMO), _status_writes) == set(STATUS_WRITERS)


def test_no_test_sets_a_status():
    tests = [path for path in python_files(tests=True) if "architecture" not in path.parts]
    assert _found(tests, _status_writes) == set(STATUS_WRITERS_IN_TESTS)


def _bulk_writes(path):
    for line, name, _node in calls(path):
        before, _dot, method = name.rpartition(".")
        if method in BULK and ("objects" in before or "filter" in before or "history" in before):
            yield line


def test_nothing_is_written_in_bulk():
    assert _found(_files(without=DEMO), _bulk_writes) == set(BULK_WRITERS)


def test_nothing_is_deleted():
    def deletes(path):
        return (line for line, name, _node in calls(path) if name.endswith(".delete"))

    assert _found(_files(without=DEMO), deletes) == set(DELETERS)


def test_records_are_saved_in_one_place():
    def saves(path):
        return (
            line
            for line, name, node in calls(path)
            if name.endswith(".save") and name not in FILES and not name.startswith(("super()", "catalogue"))
        )

    ours = {name for name in _found(_files(without=DEMO), saves) if "/actions/" not in name}
    assert ours == set(SAVE_OUTSIDE)


def _overrides(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            yield from (one for one in node.body if isinstance(one, ast.FunctionDef) and one.name in {"save", "delete"})


def _refuses(function):
    body = [one for one in function.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def test_save_and_delete_are_overridden_only_to_refuse():
    assert [f"{name_of(path)}:{one.lineno}" for path in _files() for one in _overrides(path) if not _refuses(one)] == []


def test_no_receiver_listens_to_our_models_being_saved():
    def listens(path):
        names = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "post_init", "pre_init"}
        return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name) and node.id in names)

    assert _found(_files(), listens) == set()


def test_html_is_marked_safe_in_one_module_only():
    def marks(path):
        words = {"mark_safe", "format_html", "format_html_join", "SafeString", "safestring"}
        return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name) and node.id in words)

    assert _found(_files(), marks) == set(MARKED_SAFE)


@pytest.mark.parametrize("path", _files("**/cal*.py") + _files("**/periods.py") + _files("**/rules.py"), ids=name_of)
def test_code_about_dates_and_rules_knows_no_network(path):
    imported = {alias.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom)}
    assert imported & NETWORK == set()


def test_rules_do_not_read_the_clock():
    def reads(path):
        return (line for line, name, _node in calls(path) if re.search(r"\b(now|today|localdate|localtime)$", name))

    pure = [
        *_files("rules.py"),
        *_files("*_rules.py"),
        *_files("calendars.py"),
        *_files("periods.py"),
        *_files("chain.py"),
    ]
    assert pure and _found(pure, reads) == set()


def test_nothing_is_imported_inside_a_function():
    def inside(path):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from (one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom))

    found = _found([*_files(), *python_files(tests=True)], inside)
    assert sorted(name for name in found if not IMPORTS_INSIDE.search(name)) == []


def test_nothing_is_printed():
    def prints(path):
        return (line for line, name, _node in calls(path) if name in {"print", "pprint", "breakpoint"})

    assert _found(_files(), prints) == set(PRINTERS)


def test_no_work_is_left_as_a_word_without_date_or_issue():
    def left(path):
        with path.open("rb") as file:
            comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
        return (one for one in comments if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*(#\d+|20\d\d-\d\d))", one.string))

    assert _found([*_files(), *python_files(tests=True)], left) == set()


def test_permissions_are_spelled_in_one_place():
    """`user.has_perm`, groups by name and superuser shortcuts decide nothing here."""

    def spelled(path):
        words = ("has_perm", "is_superuser", "is_staff", "permission_required", "user_passes_test", "login_required")
        return lines_with(path, *(f".{word}" for word in words[:3]), *(f"@{word}" for word in words[3:]))

    assert _found(_files(without=DEMO), spelled) == set()


def test_no_test_is_switched_off():
    def off(path):
        words = {"skip", "skipif", "xfail", "skipTest", "importorskip"}
        return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute) and node.attr in words)

    assert _found(python_files(tests=True), off) == {"tests/conftest.py"}, "only the browser may be away"


def test_no_test_class_and_no_test_without_a_claim():
    classes, empty = [], []
    for path in python_files(tests=True):
        if not path.name.startswith("test_"):
            continue
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                classes.append(f"{name_of(path)}: {node.name}")
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _claims(node, path):
                empty.append(f"{name_of(path)}: {node.name}")
    assert (classes, empty) == ([], [])


CLAIMS = ("raises", "expect", "call_command", "run_state_machine_as_test")
CHECKING = ("check", "assert", "expect", "refuses", "django_assert")


def _claims(function, path):
    """An assert, a `raises`, a checking helper (here or imported from the tests), or a command that fails by itself."""
    helpers = {one.name: path for one in tree_of(path).body if isinstance(one, ast.FunctionDef)} | _imported_helpers(
        path
    )
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        last = name.rsplit(".", 1)[-1].lstrip("_")
        if last in CLAIMS or last.startswith(CHECKING) or (name in helpers and _asserts(helpers[name], name)):
            return True
    return False


def _imported_helpers(path):
    found = {}
    for node in tree_of(path).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            home = ROOT / f"{node.module.replace('.', '/')}.py"
            found |= {alias.asname or alias.name: home for alias in node.names if home.exists()}
    return found


def _asserts(path, name):
    bodies = [one for one in tree_of(path).body if isinstance(one, ast.FunctionDef) and one.name == name]
    words = ast.dump(bodies[0]) if bodies else ""
    return "Assert(" in words or "id='expect'" in words or "attr='raises'" in words
