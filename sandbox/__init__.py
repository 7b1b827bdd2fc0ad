"""A SageMaker account on this machine, played by moto: pipelines run, buckets differ, any AWS client can ask.

`with sandbox.account() as account:` opens an empty one, `sandbox.demo_account()` the one of `make demo`.
"""

from sandbox.accounts import Account, account
from sandbox.demo import demo_account

__all__ = ["Account", "account", "demo_account"]
