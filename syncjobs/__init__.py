"""When and in what order: inbox, job runner, batched work, safety jobs, sync log."""
