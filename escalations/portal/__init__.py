"""The customer's door: my cases, one case, a new case. Shows customer casefiles and nothing else of a case."""
