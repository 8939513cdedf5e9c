"""The doctor: every connection and setup value against the live systems, by name (docs/doctor.md).

`reading` reads each system once, with a small number of calls; the checks are pure functions over what was read;
`kinds` lists every finding that there is; `examination` runs all checks.
"""
