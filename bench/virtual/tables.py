"""Tables of docs/scale.md, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench.virtual.breaks import limits_met
from bench.virtual.costs import day, dollars, month
from bench.virtual.figures import API_MB, BASE_MB, LARGEST, Figures, Json, calls_of, on_lambda, promises
from bench.virtual.prices import MONTH_DAYS
from bench.virtual.words import about, count, mega, money, share, time_of


def tables(figures: Figures) -> dict[str, str]:
    """Return every table of the document, by its name."""
    return {
        "month": _month(figures),
        "scan": _scan(figures),
        "memory": _memory(figures),
        "breaks": _breaks(figures),
        "rates": _rates(figures),
        "runs": _runs(figures),
        "promises": _promises(figures),
        "year": _year(figures),
    }


def _columns(figures: Figures) -> list[int]:
    return [*sorted(map(int, figures.document["sizes"])), LARGEST]


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def _by_size(figures: Figures, first: str, rows: Sequence[tuple[str, Callable[[int], str]]]) -> str:
    sizes = _columns(figures)
    head = [first, *(f"{size:,}" for size in sizes)]
    return _table(head, ([name, *(cell(size) for size in sizes)] for name, cell in rows))


def _scan(figures: Figures) -> str:
    def first(size: int) -> Json:
        return dict(figures.played(size)["first"])

    def again(size: int) -> Json:
        return dict(figures.played(size)["again"])

    return _by_size(
        figures,
        "the first scan",
        [
            ("describes", lambda size: count(first(size)["calls"]["describe"])),
            ("lists", lambda size: count(first(size)["calls"]["list"])),
            ("reads of buckets' settings", lambda size: count(first(size)["calls"]["s3"])),
            ("refused by the limits, and asked again", lambda size: count(first(size)["throttled"])),
            ("takes", lambda size: time_of(first(size)["seconds"])),
            ("the limits' arithmetic", lambda size: time_of(first(size)["least"])),
            ("ratio", lambda size: f"{first(size)['seconds'] / first(size)['least']:.2f}"),
            ("costs, once", lambda size: money(sum(dollars(first(size), figures.prices).values()))),
            ("**scanned again, nothing changed**: calls", lambda size: count(sum(again(size)["calls"].values()))),
            ("of the first scan's", lambda size: share(calls_of(again(size)), calls_of(first(size)))),
            ("takes", lambda size: time_of(again(size)["seconds"])),
        ],
    )


def _month(figures: Figures) -> str:
    def calls(size: int, kind: str) -> str:
        return count(MONTH_DAYS * figures.day(size)["calls"].get(kind, 0))

    def requests(size: int) -> str:
        return count(MONTH_DAYS * sum(figures.day(size)["requests"].values()))

    budget = figures.limits.describes * 86400
    dollars_by = [
        (f"{line}, $", lambda size, line=line: money(figures.month(size)[line]))
        for line in ("Lambda", "S3 requests", "S3 storage", "SQS", "CloudWatch")
    ]
    return _by_size(
        figures,
        "a month, each pipeline once a day",
        [
            ("describes", lambda size: calls(size, "describe")),
            ("of what 10 a second allow", lambda size: share(figures.day(size)["calls"]["describe"], budget)),
            ("lists", lambda size: calls(size, "list")),
            ("reads of buckets' settings", lambda size: calls(size, "s3")),
            ("reading at the limits, a day", lambda size: time_of(figures.reading_sec(size))),
            ("one compaction", lambda size: time_of(figures.compact_sec(size))),
            ("requests of the store", requests),
            ("requests of the queue", lambda size: count(MONTH_DAYS * figures.day(size)["messages"])),
            *dollars_by,
            ("**together, $**", lambda size: f"**{money(sum(figures.month(size).values()))}**"),
            ("with `compact` every 30 minutes, $", lambda size: money(sum(figures.rest(size).values()))),
        ],
    )


def _memory(figures: Figures) -> str:
    def mb(job: str) -> Callable[[int], str]:
        return lambda size: count(BASE_MB + figures.measured(size, job, "mb"))

    def api(what: str) -> Callable[[int], str]:
        return lambda size: time_of(on_lambda(figures.measured(size, "api", what), API_MB))

    def megabytes(job: str, what: str, unit: float = 1.0) -> Callable[[int], str]:
        return lambda size: mega(figures.measured(size, job, what) / unit)

    sizes = sorted({*figures.points("api", "mb"), LARGEST})
    rows: list[tuple[str, Callable[[int], str]]] = [
        ("`Compact`: MB, of 3,008", mb("compact")),
        ("`Compact`: computing alone, of 15 min", lambda size: time_of(figures.measured(size, "compact", "cpu_sec"))),
        ("`Work`: MB, of 1,024", mb("work")),
        ("`Plan`: MB, of 1,024", mb("plan")),
        ("the API: MB, of 1,024", mb("api")),
        ("`GET /account`, of 29 s", api("account_sec")),
        ("`GET /impact` of a bucket, of 29 s", api("impact_sec")),
        ("`graph.json.gz`, MB", megabytes("compact", "graph_bytes", 1e6)),
        ("`scan.json`, MB", megabytes("compact", "scan_bytes", 1e6)),
        ("reply of `/account`, MB of 6", megabytes("api", "account_mb")),
        ("reply of `/impact`, MB of 6", megabytes("api", "impact_mb")),
        ("what either says while all wait, MB", megabytes("api", "waiting_mb")),
    ]
    head = ["pipelines", *(f"{size:,}" for size in sizes)]
    return _table(head, ([name, *(cell(size) for size in sizes)] for name, cell in rows))


def _breaks(figures: Figures) -> str:
    rows = ([about(size), *texts] for size, *texts in limits_met(figures))
    lines = [["from about", "what", "what one sees", "what then"], ["---:", "---", "---", "---"], *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def _rates(figures: Figures) -> str:
    rows = (
        [
            each["name"],
            f"{each['first']['calls']['describe'] / each['pipelines']:.1f}",
            f"{each['first']['calls']['list'] / each['pipelines']:.1f}",
            f"{each['first']['calls'].get('search', 0) / each['pipelines']:.1f}",
            f"{each['first']['seconds'] / each['pipelines']:.2f} s",
            f"{each['first']['seconds'] / each['first']['least']:.2f}",
        ]
        for each in figures.document["rates"]
    )
    count_of = figures.document["rates"][0]["pipelines"]
    head = [f"{count_of} pipelines", "describes each", "lists each", "Searches each", "a pipeline takes", "ratio"]
    return _table(head, rows)


def _year(figures: Figures) -> str:
    rows: list[tuple[str, Callable[[int], str]]] = [
        ("files", lambda size: count(figures.after_a_year(size).files)),
        ("GB", lambda size: mega(figures.after_a_year(size).gb)),
        (
            "listing them, in each compaction that makes the graph",
            lambda size: time_of(figures.after_a_year(size).list_sec),
        ),
        (
            "these lists and the bytes, $ a month, where all 288 a day do",
            lambda size: money(figures.after_a_year(size).dollars),
        ),
    ]
    return _by_size(figures, "after a year, each pipeline once a day", rows)


def _runs(figures: Figures) -> str:
    rows = []
    for each in figures.document["runs"]:
        a_day = day(each, figures.document["hours"])
        kept = float(sum(size for name, size in each["files"].items() if name != "files"))
        describes = a_day["calls"]["describe"]
        together = sum(month(a_day, kept, figures.prices).values())
        rows.append(
            [
                f"{each['runs_a_day']:g}",
                count(describes),
                share(describes, figures.limits.describes * 86400),
                count(a_day["requests"].get("get ahead", 0)),
                money(together),
            ]
        )
    head = [
        f"runs a day of each of {figures.document['runs'][0]['pipelines']:,} pipelines",
        "describes a day",
        "of the limit",
        "answers that `Compact` reads a day",
        "$ a month",
    ]
    return _table(head, iter(rows))


def _promises(figures: Figures) -> str:
    rows = ([what, measured, most] for what, measured, most, _ in promises(figures))
    return _table(["what", "measured", "at most"], rows)
