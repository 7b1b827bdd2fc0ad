"""What a kept answer lacks because AWS did not give it then: told, and read again when it is old enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.values.errors import NowhereInTheAccount
from tests.builders.accounts import reached
from tests.builders.played import definition, processing
from tests.scan.conftest import Scanner
from tests.scan.test_scan import DAY, HOUR, IMAGE, LISTS, fill, package, serve

TRAINING = "sagemaker:DescribeTrainingJob"


def kept(files: dict[str, bytes]) -> dict[str, bytes]:
    """What the same account must give the same bytes of: all but the scan's own times."""
    return {path: content for path, content in files.items() if not path.endswith("scan.json")}


def clean(scanner: Scanner, folder: Path) -> dict[str, bytes]:
    """What a scan of the account as it is now makes of an empty store."""
    other = Scanner(scanner.account, folder, scanner.now)
    other.scan()
    return kept(other.files())


def described(scanner: Scanner) -> list[str]:
    return sorted(call.resource for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline")


def test_a_job_that_was_refused_is_told_and_read_when_the_permission_is_there_and_the_answer_old_enough(
    scanner: Scanner, tmp_path: Path
) -> None:
    fill(scanner.account)
    scanner.account.deny(TRAINING)
    refused = scanner.scan()
    scanner.account.mend()

    scanner.scan(HOUR)
    soon = scanner.asked
    mended = scanner.scan(DAY)

    assert refused["pipelines"] == {"known": 2, "read": 2}
    assert [(each["pipeline"], each["action"]) for each in refused["unread"]] == [("mlops", TRAINING)]
    assert soon == LISTS
    assert described(scanner) == ["mlops"]
    assert mended["unread"] == []
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")
    said = scanner.said.getvalue()
    assert f"something of 1 pipeline is not known: {TRAINING} was refused" in said
    assert "1 of 2 pipelines to read, 1 of them again for what they lacked, 1 unchanged" in said


def test_what_stays_refused_is_asked_for_once_an_age_and_not_at_every_scan(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.deny(TRAINING)
    scanner.scan()

    scanner.scan(DAY)
    after_a_day = described(scanner)
    scanner.scan(HOUR)

    assert after_a_day == ["mlops"]
    assert scanner.asked == LISTS


def test_a_place_that_only_a_refused_job_could_name_is_not_said_to_be_nowhere(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.deny(TRAINING)
    scanner.scan()

    answer = scanner.ask_impact("s3://elsewhere/x")

    assert answer["nodes"] == []
    assert [each["pipeline"] for each in answer["coverage"]["unread"]] == ["mlops"]
    scanner.account.mend()
    scanner.scan(DAY)
    with pytest.raises(NowhereInTheAccount):
        scanner.ask_impact("s3://elsewhere/x")


@pytest.mark.parametrize("way", ["denied", "missing"])
def test_a_bucket_of_which_nothing_was_known_is_asked_again_and_its_pipelines_judged_anew(
    scanner: Scanner, tmp_path: Path, way: str
) -> None:
    fill(scanner.account)
    if way == "denied":
        scanner.account.deny("s3:*", "lake")
    else:
        scanner.account.remove_bucket("lake")
    scanner.scan()
    scanner.account.mend()
    if way == "missing":
        anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"}
        scanner.account.add_bucket("lake", block=None, policy={"Version": "2012-10-17", "Statement": [anyone]})

    scanner.scan(DAY)

    verdicts = {place["bucket"]: place["posture"]["publicAccess"] for place in scanner.graph.places}

    assert verdicts["lake"] == ("Public" if way == "missing" else "Blocked")
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")


def test_a_bucket_that_stays_refused_costs_its_own_reads_and_no_pipeline(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.deny("s3:*", "lake")
    scanner.scan()

    scanner.scan(DAY)

    assert described(scanner) == []


def test_an_older_execution_that_lacks_something_is_read_again_too(scanner: Scanner, tmp_path: Path) -> None:
    fill(scanner.account, runs=2)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.account.deny(TRAINING)
    refused = scanner.scan()
    scanner.account.mend()

    mended = scanner.scan(DAY)

    assert len(scanner.state["traced"]) == 1
    assert [each["pipeline"] for each in refused["unread"]] == ["mlops", "mlops"]
    assert mended["unread"] == []
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")


def test_an_answer_that_was_the_latest_when_it_lacked_something_is_read_again_as_an_older_one(
    scanner: Scanner, tmp_path: Path
) -> None:
    fill(scanner.account)
    scanner.account.deny(TRAINING)
    scanner.scan()
    scanner.account.mend()
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.account.run("mlops")

    mended = scanner.scan(HOUR)

    assert mended["unread"] == []
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")


def test_a_maker_that_could_not_be_read_is_looked_for_again(scanner: Scanner, tmp_path: Path) -> None:
    fill(scanner.account, runs=2)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.account.deny("sagemaker:DescribePipelineExecution")
    refused = scanner.scan()
    scanner.account.mend()

    mended = scanner.scan(DAY)

    assert any("made by an execution" in each["why"] for each in refused["unread"])
    assert mended["unread"] == []
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")


@pytest.mark.parametrize("operation", ["DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel"])
def test_what_serves_is_described_when_it_is_allowed_to_be(scanner: Scanner, tmp_path: Path, operation: str) -> None:
    fill(scanner.account)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.account.deny(f"sagemaker:{operation}")
    scanner.scan()
    scanner.account.mend()

    mended = scanner.scan(HOUR)

    assert mended["unread"] == []
    assert "endpoint:prod" in reached(scanner.graph, "s3://lake/raw")
    assert kept(scanner.files()) == clean(scanner, tmp_path / "clean")


def test_a_refused_search_is_said_once_with_its_action(scanner: Scanner) -> None:
    fill(scanner.account)
    for number in range(6):
        scanner.account.put_pipeline(definition_of(number), f"p{number}")
        scanner.account.run(f"p{number}")
    scanner.account.deny("sagemaker:Search")

    scanner.scan(enable_search=True)

    said = scanner.said.getvalue()

    assert said.count("sagemaker:Search was refused: jobs, endpoints and packages are described one by one") == 1


def definition_of(number: int) -> Any:
    return definition(
        *(
            processing(f"W{at}", {"in": f"s3://lake/{number}/{at}"}, {"out": f"s3://lake/{number}/{at + 1}"})
            for at in range(4)
        )
    )
