"""When an object that a writer makes can be among those that a reader takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.values.meeting import MeetingIndex, Taken, Written, meets, piece_scoped

RUN = "${Execution.PipelineExecutionId}"
TUNE = "${Steps.Tune.TuningJobName}"
GROUP = "arn:aws:sagemaker:eu-west-1:123456789012:feature-group/clicks"
TABLE = "awsathena://athena.eu-west-1.amazonaws.com/cat.db"

CASES = [
    # a folder is written, a prefix is read
    ("s3://b/prep", "folder", "s3://b/prep", "prefix", True),
    ("s3://b/prep", "folder", "s3://b/prep/", "prefix", True),
    ("s3://b/prep/", "folder", "s3://b/prep", "prefix", True),
    ("s3://b/prep/train", "folder", "s3://b/prep/", "prefix", True),
    ("s3://b/prep", "folder", "s3://b/prep/train/part-0.csv", "prefix", True),
    ("s3://b/test_small", "folder", "s3://b/test", "prefix", True),
    ("s3://b/test_small", "folder", "s3://b/test/", "prefix", False),
    ("s3://b/test", "folder", "s3://b/test_small", "prefix", False),
    ("s3://b/prep/test", "folder", "s3://b/prep/train", "prefix", False),
    ("s3://b", "folder", "s3://b/any/thing", "prefix", True),
    ("s3://b/any/thing", "folder", "s3://b", "prefix", True),
    ("s3://b2/x", "folder", "s3://b", "prefix", False),
    ("s3://b", "folder", "s3://b2/x", "prefix", False),
    ("S3A://b/prep", "folder", "s3://b/prep", "prefix", True),
    ("s3://b/prep//x", "folder", "s3://b/prep/x", "prefix", False),
    # a program reads a folder, or what a pattern says
    ("s3://b/test_small", "folder", "s3://b/test", "folder", False),
    ("s3://b/prep/train", "folder", "s3://b/prep", "folder", True),
    ("s3://b/prep", "folder", "s3://b/prep/*.parquet", "folder", True),
    ("s3://b/prep", "folder", "s3://b/pr?p/x", "folder", True),
    ("s3://b/prep/day=1", "folder", "s3://b/prep/day=*/", "folder", True),
    ("s3://b/other", "folder", "s3://b/prep/*", "folder", False),
    (f"s3://b/{RUN}/train", "folder", f"s3://b/{RUN}/[a-t]*", "folder", True),
    ("s3://b/prep", "folder", "s3://b/prep/*.parquet", "prefix", True),
    ("s3://b/prep/x", "folder", "s3://b/prep/*", "prefix", False),
    # a folder is written, one object is read
    ("s3://b/prep", "folder", "s3://b/prep/a.csv", "object", True),
    ("s3://b/a.csv", "folder", "s3://b/a.csv", "object", True),
    ("s3://b/a.csv/", "folder", "s3://b/a.csv", "object", False),
    ("s3://b/prep", "folder", "s3://b/prep_a.csv", "object", False),
    ("s3://b/prep/x", "folder", "s3://b/prep", "object", False),
    ("s3://b/prep", "folder", "s3://b/prep/all.manifest", "manifest", True),
    ("s3://b/prep/x", "folder", "s3://b/prep/", "manifest", False),
    # one object is written
    ("s3://b/m/model.tar.gz", "object", "s3://b/m/model.tar.gz", "object", True),
    ("s3://b/m/model.tar.gz", "object", "s3://b/m/model", "object", False),
    ("s3://b/m/model.tar.gz", "object", "s3://b/m", "prefix", True),
    ("s3://b/m/model.tar.gz", "object", "s3://b/m/mod", "prefix", True),
    ("s3://b/m/model.tar.gz", "object", "s3://b/m/model.tar.gz/", "prefix", False),
    ("s3://b/m/model.tar.gz", "object", "s3://b/m/model.tar.gz/x", "prefix", False),
    # a tuning job's children are written
    (f"s3://b/out/{TUNE}-", "prefix", f"s3://b/out/{TUNE}-001/output/model.tar.gz", "object", True),
    (f"s3://b/out/{TUNE}-", "prefix", "s3://b/out", "prefix", True),
    (f"s3://b/out/{TUNE}-", "prefix", f"s3://b/out/{TUNE}", "object", False),
    (f"s3://b/out/{TUNE}-", "prefix", "s3://b/out/report", "prefix", False),
    # a training job writes below its own name alone
    ("s3://b/${Steps.Train.TrainingJobName}", "folder", "s3://b/profile", "prefix", False),
    ("s3://b/${Steps.Train.TrainingJobName}", "folder", "s3://b/", "prefix", True),
    # a template's pieces meet the same piece alone, and the known text before them counts
    (f"s3://b/{RUN}/train", "folder", f"s3://b/{RUN}/train", "prefix", True),
    (f"s3://b/{RUN}/train", "folder", f"s3://b/{RUN}/", "prefix", True),
    (f"s3://b/{RUN}/train", "folder", "s3://b/2026/train", "prefix", False),
    (f"s3://b/{RUN}/train", "folder", "s3://b/", "prefix", True),
    ("s3://b/${Parameters.Day}", "folder", "s3://b/${Parameters.Days}", "prefix", False),
    ("s3://${Parameters.Bucket}/x", "folder", "s3://${Parameters.Bucket}/x/y", "prefix", True),
    ("s3://${Parameters.Bucket}/x", "folder", "s3://${Parameters.Other}/x", "prefix", False),
    ("${Steps.Ask.OutputParameters['uri']}", "folder", "${Steps.Ask.OutputParameters['uri']}/train", "prefix", True),
    ("${Steps.Ask.OutputParameters['uri']}", "folder", "${Steps.Ask.OutputParameters['url']}", "prefix", False),
    # what is no S3 location
    (GROUP, "folder", GROUP, "prefix", True),
    (GROUP, "folder", f"{GROUP}-2", "prefix", False),
    (f"{GROUP}-2", "folder", GROUP, "prefix", False),
    (TABLE, "folder", TABLE, "prefix", True),
    (TABLE, "folder", f"{TABLE}.clicks", "prefix", False),
    ("fsx://fs-1/data", "folder", "fsx://fs-1/data/train", "prefix", True),
    ("efs://fs-1/data/train", "folder", "efs://fs-1/data", "prefix", True),
    ("efs://fs-1/data2", "folder", "efs://fs-1/data", "prefix", False),
    ("fsx://fs-1/data", "folder", "efs://fs-1/data", "prefix", False),
    ("s3://b/data", "folder", "b/data", "prefix", False),
]


@pytest.mark.parametrize(("written", "as_what", "taken", "how", "expected"), CASES)
def test_a_writer_and_a_reader_meet_where_an_object_can_be_both(
    written: str, as_what: str, taken: str, how: str, expected: bool
) -> None:
    pair = Written(written, as_what), Taken(taken, how)  # type: ignore[arg-type]

    assert meets(*pair) is expected
    assert list(MeetingIndex([pair[0]]).met_by(pair[1])) == ([0] if expected else [])


def test_pieces_of_two_pipelines_never_meet_but_the_text_before_them_counts() -> None:
    written = Written(piece_scoped(f"s3://b/runs/{RUN}/train", "etl"))

    assert meets(written, Taken(piece_scoped(f"s3://b/runs/{RUN}/train", "etl")))
    assert not meets(written, Taken(piece_scoped(f"s3://b/runs/{RUN}/train", "mlops")))
    assert meets(written, Taken(piece_scoped("s3://b/runs/", "mlops")))


def test_writers_come_the_same_location_first_then_the_nearest_container_then_what_lies_below() -> None:
    writers = [
        Written("s3://b"),
        Written("s3://b/x/y/z"),
        Written("s3://b/x"),
        Written("s3://b/x/y"),
        Written("s3://c"),
    ]

    assert list(MeetingIndex(writers).met_by(Taken("s3://b/x/y"))) == [3, 2, 0, 1]


_NAMES = st.lists(st.sampled_from(["a", "b", "ab", "a-", "a*", "${A}", "${B}", ""]), max_size=3).map("/".join)
_PLACES = st.builds(
    lambda start, names: start + names,
    st.sampled_from(["s3://b/", "s3://b", "s3://c/", "efs://fs/", "arn:", "${A}"]),
    _NAMES,
)
_WRITTEN = st.builds(Written, _PLACES, st.sampled_from(["folder", "object", "prefix"]))
_TAKEN = st.builds(Taken, _PLACES, st.sampled_from(["prefix", "folder", "object", "manifest"]))


@given(st.lists(_WRITTEN, max_size=12), _TAKEN)
def test_the_index_finds_each_writer_that_meets_once_and_no_other(writers: list[Written], taken: Taken) -> None:
    found = list(MeetingIndex(writers).met_by(taken))

    assert sorted(found) == [position for position, written in enumerate(writers) if meets(written, taken)]
