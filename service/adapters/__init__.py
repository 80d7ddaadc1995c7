"""The ways in and out: broker, journal, player, clock, page, files. None of them knows another."""
