"""The local org: a strict stand-in for a Salesforce org, for rehearsals, demos, tests; see docs/local-org.md."""
