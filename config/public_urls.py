"""The complete list of pages that need no login. A test walks the resolver and compares."""

PUBLIC_URL_NAMES = frozenset(
    {
        "accounts:login",
        "healthz",
        "set_language",
        "ethics_public:approvals",
        "notices:portal",
        "notices:public-list",
        "notices:public-detail",
        "notices:feed-atom",
        "notices:feed-json",
        "notices:report",
        "notices:report-receipt",
        "notices:report-return",
        "notices:report-case",
        "notices:report-message",
        "notices:report-files",
        "notices:report-name",
        "notices:report-leave",
        "robots",
        "search_public:notices",
    }
)
