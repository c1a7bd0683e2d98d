-- The last event that has its deliveries.
SELECT seq FROM notifier_position
