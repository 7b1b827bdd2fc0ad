"""SageMaker account on this machine, emulated by moto: pipelines really run, and any AWS client can use it.

`with sandbox.account() as account:` opens an empty one, `sandbox.demo_account()` the one of `make demo`; one at a
time in a process. What they hold is the same at every run: ids, names, times, contents.

    account.add_bucket("my-data", encryption="aws:kms", kms_key=KEY, versioning="Enabled", tags={"Env": "dev"})
    account.put_pipeline(definition, "mine", tags={"DomainName": "research"})
    run = account.run("mine", {"Day": "1"}, fail={"Train": "no rows"}, cached=["Prepare"])
    account.deny("s3:GetBucketTagging", "my-data")
    os.environ.update(account.environment)          # any AWS client now calls this account

`run.steps`, `run.status` and what `account.describe(…)` returns are what the account responds with: change them, and
the next response is changed.
"""

from sandbox.accounts import Account, account
from sandbox.demo import demo_account

__all__ = ["Account", "account", "demo_account"]
