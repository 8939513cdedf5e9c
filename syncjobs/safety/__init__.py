"""Safety jobs: sweeps that find what webhooks missed, one module per kind, and the schedule they run on."""
