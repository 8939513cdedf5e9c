"""Runs the workers in a process group of their own and restarts them when they are silent.

A worker that is killed while it waits for a message takes the queue's lock with it: the cluster then hangs for ever and
every process in it looks alive. So the watch is kept from outside.
"""

from syncjobs.watchdog.signs import at_work

__all__ = ["at_work"]
