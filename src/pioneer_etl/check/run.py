"""All checks of one submission, in the order in which an analyst reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pioneer_etl.check.builtin import builtin_findings
from pioneer_etl.check.declared import declared_findings
from pioneer_etl.check.subject import subject_of
from pioneer_etl.check.totals import total_findings
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Check
from pioneer_etl.transform.model import Submission


def check_submission(
    submission: Submission,
    contracts: Contracts,
    extra_checks: Mapping[str, Sequence[Check]] | Sequence[Check] = (),
) -> tuple[Finding, ...]:
    """What the built-in checks, the dataset's own and `extra_checks` find in a submission.

    `extra_checks` are a plugin's, by the name of their dataset, or a sequence meant for this one.  Checks against other
    forms are made in the warehouse, where those stand (`check.between`).
    Findings point at the cells of every operand and carry no unmasked personal data.
    """
    subject = subject_of(contracts, submission)
    dataset = submission.dataset
    extra = extra_checks.get(dataset.name, ()) if isinstance(extra_checks, Mapping) else extra_checks
    findings = [*builtin_findings(subject), *total_findings(subject)]
    for check in (*(each for each in dataset.checks if not each.forms), *extra):
        findings.extend(declared_findings(subject, check))
    return tuple(findings)
