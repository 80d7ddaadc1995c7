"""Standings as people look at them. Pure: standings in, something to show out; nothing here opens, asks or waits."""
