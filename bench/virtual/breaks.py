"""What breaks first as an account grows: where the line of each figure reaches its limit, what one sees, what then."""

from __future__ import annotations

from bench.virtual.costs import reached
from bench.virtual.figures import API_MB, API_SEC, BASE_MB, LARGEST, Figures, on_lambda
from chalicelib.fetch.cache import MOST_BYTES

REPLY_MB = 6.27
"""What Lambda carries back; API Gateway would take 10 MB."""
REMEMBERED_MB = MOST_BYTES / 1e6
"""How heavy a graph the API's cache takes."""
FAR = 1_000_000
"""How many pipelines nobody has."""
SENT_AGAIN_SEC = 6 * 3600
HALF_A_DAY_SEC = 12 * 3600


def limits_met(figures: Figures) -> list[tuple[float, str, str, str]]:
    """Return (from how many pipelines on, what, what one sees, what then), the first one first."""
    points, law = figures.points, figures.law
    rates = figures.limits
    first = law(lambda size: figures.played(size)["first"]["seconds"])
    a_run = law(lambda size: figures.day(size)["calls"]["describe"])
    plan_sec = {n: n / 100 / rates.lists + n / 10 * 0.02 + cpu for n, cpu in points("plan", "cpu_sec").items()}
    api = {n: on_lambda(each, API_MB) for n, each in points("api", "account_sec").items()}
    found = [
        (reached(points("api", "weight_mb"), REMEMBERED_MB), *_SEEN["remembered"]),
        (reached(points("api", "mb"), API_MB - BASE_MB), *_SEEN["api memory"]),
        (reached(api, API_SEC), *_SEEN["api time"]),
        (reached(_larger_replies(figures), REPLY_MB), *_SEEN["reply"]),
        (reached(first, SENT_AGAIN_SEC), *_SEEN["sent again"]),
        (reached(first, HALF_A_DAY_SEC), *_SEEN["alarm"]),
        (reached(law(figures.compact_sec), figures.deployment.compact_every), *_SEEN["overlap"]),
        (reached(law(figures.compact_sec), figures.deployment.timeout), *_SEEN["compact time"]),
        (reached(points("compact", "mb"), figures.deployment.compact_memory_mb - BASE_MB), *_SEEN["compact memory"]),
        (reached(points("work", "mb"), figures.deployment.memory_mb - BASE_MB), *_SEEN["work memory"]),
        (reached(plan_sec, figures.deployment.timeout), *_SEEN["plan time"]),
        (reached(law(lambda size: figures.after_a_year(size).list_sec), figures.deployment.timeout), *_SEEN["year"]),
        (reached(a_run, rates.describes * 86400), *_SEEN["budget"]),
    ]
    return sorted(each for each in found if each[0] < FAR)


def _larger_replies(figures: Figures) -> dict[int, float]:
    """Return the largest of the replies by size, without compression."""
    names = ("account_mb", "impact_mb", "waiting_mb")
    largest = max(names, key=lambda name: figures.measured(LARGEST, "api", name))
    return figures.points("api", largest)


_SEEN = {
    "remembered": (
        "the graph is more than the API's cache takes (256 MiB of Python's objects)",
        "nothing fails: each question to `/account` or `/impact` loads the graph anew, by the times in the table above",
        "more `lambda_memory_size` gives more processor, up to 1,769 MB",
    ),
    "api memory": (
        "the graph in the API's memory of 1,024 MB",
        "`/account` and `/impact` are 502; `/lineage` answers",
        "`lambda_memory_size` up to 10,240 in `.chalice/config.json`: that goes ten times as far",
    ),
    "api time": (
        "loading the graph in API Gateway's 29 s",
        "`/account` and `/impact` are 504",
        "`lambda_memory_size` of 1,769 or more gives a whole processor; beyond, one stack a region, or ask offline: "
        "`sagemaker-lineage impact --store s3://…`",
    ),
    "reply": (
        "a reply of 6 MB that nothing compresses",
        "413, for clients that do not accept gzip",
        "`Accept-Encoding: gzip`, which browsers and most clients send: less than a tenth is left",
    ),
    "sent again": (
        "the first scan takes longer than 6 hours",
        "`plan` takes pieces that still wait for lost, and sends them a second time",
        "a pipeline that is read by then is not read again: it costs a message and a short invocation",
    ),
    "alarm": (
        "the first scan takes longer than half a day",
        "the alarm `ScanQueueIsOld`, while the first scan lasts",
        "wait, or ask AWS for more describes a second; `/account` says how many wait",
    ),
    "overlap": (
        "a compaction takes longer than the 5 minutes to the next",
        "`Errors` of `Compact`: each undoes the other's state and begins again, until seven run at once and most end "
        "with their 15 minutes. The graph is made anew all the same, as often as one lasts; Lambda is paid sevenfold",
        "`COMPACT_MINUTES` in `chalicelib/engine/schedule.py`: twice of what one lasts",
    ),
    "compact time": (
        "a compaction in Lambda's 15 minutes",
        "`Errors` of `Compact`; answers and `scan.json` are current, `graph.json.gz` stays as it was",
        "a machine writes the same store, and has all the time: `sagemaker-lineage scan --store s3://…`",
    ),
    "compact memory": (
        "the graph in the making, in `Compact`'s 3,008 MB",
        "`Compact` ends with `Runtime.OutOfMemory`; the graph stays as it was",
        "`compact` in `tools/scan.py`: up to 10,240 MB",
    ),
    "work memory": (
        "`scan.json` in `Work`'s 1,024 MB",
        "`Work` ends with `Runtime.OutOfMemory`, and pieces go to the dead letters",
        "`work` in `tools/scan.py`",
    ),
    "plan time": (
        "the list and a message for each pipeline in `Plan`'s 15 minutes",
        "`Plan` runs out of time after it has sent the first ones",
        "nothing: what waits for six hours is sent again, without what is read by then",
    ),
    "year": (
        "after a year of one run a day: listing the kept executions, in `Compact`'s and `Plan`'s 15 minutes",
        "as if a compaction took too long: the graph stays as it was, and nothing new is planned",
        "remove old `execution=` files, by a job of your own: one that made what is in service is read again",
    ),
    "budget": (
        "one run a day of each pipeline takes all describes that the account has",
        "the scan falls behind for good, and others in the account are throttled: `ScanDoesNotEnd`",
        "`ENABLE_SEARCH` halves the describes; ask AWS for a higher rate",
    ),
}
